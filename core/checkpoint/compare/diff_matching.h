// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/checkpoint_diff.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace waypoint {

/// A tensor as names and order see it.
struct DiffTensor
{
    EntryId entry = kNoEntry;
    std::string path;         ///< below its section: "_modules/conv1/_parameters/weight"
    std::string name;         ///< dotted: "conv1.weight"
    std::uint32_t shape = 0;  ///< a number, equal for equal shapes of both sides
    std::uint32_t dims = 0;   ///< how many dimensions
    bool inList = false;      ///< its last label is an item number and no name
};

inline constexpr std::uint32_t kUnmatched = 0xffffffffu;

/// Which tensors of A belong to which of B; indices into both lists.
struct TensorMatches
{
    std::vector<std::uint32_t> ofA;  ///< kUnmatched where there is none
    std::vector<std::uint32_t> ofB;
    std::vector<MatchedBy> by;  ///< for each of A

    TensorMatches(std::size_t countA, std::size_t countB)
        : ofA(countA, kUnmatched), ofB(countB, kUnmatched), by(countA, MatchedBy::Path)
    {
    }

    void match(std::uint32_t a, std::uint32_t b, MatchedBy how)
    {
        ofA[a] = b;
        ofB[b] = a;
        by[a] = how;
    }
    void release(std::uint32_t a)
    {
        ofB[ofA[a]] = kUnmatched;
        ofA[a] = kUnmatched;
    }
};

/// Matches equal paths; of equal paths on one side the first with the first.
void matchPaths(const std::vector<DiffTensor> &a, const std::vector<DiffTensor> &b, TensorMatches &matches);

/// Matches what is left by name: nested or dotted alike, without usual prefixes, and without any prefix by which all
/// that is left differs ("bert." or "backbone."). Names that are there twice match nothing.
void matchNames(const std::vector<DiffTensor> &a, const std::vector<DiffTensor> &b, TensorMatches &matches);

}  // namespace waypoint
