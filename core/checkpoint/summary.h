// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <string>
#include <vector>

namespace waypoint {

/// What a checkpoint is made of, counted without reading any data. Distinct tensors count once, however often they
/// are mentioned; a sparse or quantised tensor counts with its parts. Sums that would not fit 64 bits stop there.
struct Summary
{
    /// Tensors that have a dtype (or device) in common.
    struct Group
    {
        std::string name;  ///< "float32", "cuda:0"; "meta" for tensors without a storage
        std::uint64_t tensors = 0;
        std::uint64_t elements = 0;
        ByteCount bytes;  ///< of their elements
    };
    /// Several entries that look at one storage: tied weights, views.
    struct Shared
    {
        StorageIndex storage = kNoStorage;
        std::vector<EntryId> entries;
    };
    /// What one section weighs.
    struct Part
    {
        std::size_t section = 0;  ///< index into Checkpoint::sections
        std::uint64_t tensors = 0;
        std::uint64_t elements = 0;
        ByteCount bytes;
    };
    /// An entry and bytes that belong to it.
    struct Weight
    {
        EntryId entry = kNoEntry;
        ByteCount bytes;

        bool operator==(const Weight &) const = default;
    };

    std::uint64_t tensors = 0;
    std::uint64_t elements = 0;
    ByteCount storageBytes;             ///< of all storages, as announced
    std::uint64_t missingStorages = 0;  ///< announced, but not (wholly) in the file
    ByteCount missingBytes;
    ByteCount wastedBytes;         ///< of storages, that no tensor looks at
    std::vector<Weight> wasteful;  ///< the tensors behind that, at most ten, worst first
    std::vector<Group> byDtype;    ///< most bytes first
    std::vector<Group> byDevice;
    std::uint64_t modelElements = 0;  ///< of the tensors in sections that are models
    std::vector<Group> modelByDtype;  ///< the same by dtype, most bytes first
    std::vector<Shared> shared;       ///< in the order of the tree
    std::vector<Part> parts;          ///< sections with tensors, in the order of Checkpoint::sections
    std::vector<Weight> largest;      ///< the ten largest tensors, arrays and byte strings
};

/// Requires: the checkpoint is complete (entries and sections are there).
[[nodiscard]] Summary summarize(const Checkpoint &checkpoint);

}  // namespace waypoint
