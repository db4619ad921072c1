// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/checkpoint_diff.h"

#include <QtCore/QString>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

/// A part of what is compared: the model, the optimizer, the EMA.
struct ComparePart
{
    QString name;  ///< "model", "optimizer"; with the section's own name where there are several
    bool isModel = false;
    std::size_t tensors = 0;
};

/// Two checkpoints matched, with what the window asks about every row: worked out once, in the background. Immutable.
struct CompareContent
{
    CheckpointDiff diff;
    std::vector<std::string> names;     ///< of each tensor, as people read it
    std::vector<std::string> namesOfB;  ///< where B calls it otherwise; empty else
    std::vector<std::uint64_t> bytes;   ///< of each tensor, of both sides together
    std::vector<bool> isFloating;       ///< no counter
    std::vector<bool> isWeight;         ///< floating, and in a model where there is one: what is spoken of first
    std::vector<std::uint8_t> partOf;   ///< index into `parts`
    std::vector<ComparePart> parts;     ///< in the order of the file
    std::vector<GroupDiff> layers;      ///< of the model; of everything where there is none
    bool hasModel = false;
    bool isSameFile = false;   ///< both sides are one file
    bool isSamePlace = false;  ///< and one section of it

    /// Whether a tensor is on both sides, in one shape.
    [[nodiscard]] bool isComparable(std::size_t index) const;
};
using CompareContentPtr = std::shared_ptr<const CompareContent>;

/// Matches two sides and gathers the facts. Any thread. A result nobody should use when `stop` was requested.
[[nodiscard]] CompareContentPtr layOutComparison(const DiffSide &a, const DiffSide &b,
                                                 const std::stop_token &stop = {});
/// The same for what is matched already.
[[nodiscard]] CompareContentPtr layOutComparison(CheckpointDiff diff, const std::stop_token &stop = {});

}  // namespace waypoint
