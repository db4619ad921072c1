// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

/// Something that was in a damaged file and cannot be saved.
struct LostPart
{
    EntryId entry = kNoEntry;  ///< in the salvaged checkpoint's tree; kNoEntry for what is not even named
    std::string path;          ///< "net/conv1.weight"; "data/17" for a storage no tensor names
    ByteCount bytes;           ///< of it as a whole
    std::string reason;        ///< for people: "its bytes end at 12,345 of 36,864", "its checksum is wrong"
};

/// What can be saved of a file.
struct SalvagePlan
{
    CheckpointPtr checkpoint;        ///< as far as it is there
    std::size_t tensors = 0;         ///< that can be saved
    ByteCount bytes;                 ///< of their elements
    std::size_t checked = 0;         ///< of them with a checksum that is right
    std::vector<LostPart> lost;      ///< in the order of the tree
    std::vector<std::string> notes;  ///< sentences for people: where the file ends, what had to be guessed
    bool isDamaged = false;          ///< something is lost, or the container had to be put together again
};

/// Looks at everything in a file, sound or not: which bytes of which tensors are there, right by their checksum where
/// there is one. Storages of which a part is lost save the tensors that look at the rest. Reads the whole file once, on
/// all cores. An error where nothing at all can be saved, with the reason.
Result<SalvagePlan> planSalvage(const std::filesystem::path &path, const std::stop_token &stop = {},
                                Progress *progress = nullptr);

/// Writes what can be saved as a file of torch.save, structure and values included; lost tensors are left out of dicts,
/// and None where their place counts. Atomic, verified; never onto the damaged file itself (BadArgument).
Result<void> writeSalvaged(const SalvagePlan &plan, const std::filesystem::path &path, const std::stop_token &stop = {},
                           Progress *progress = nullptr);

/// What to call the salvaged copy of a file: "model.salvaged.pth" beside it.
[[nodiscard]] std::filesystem::path salvagedName(const std::filesystem::path &path);

}  // namespace waypoint
