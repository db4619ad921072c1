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
    std::string path;          ///< "net/conv1.weight"; its name where it is not in the tree
    ByteCount bytes;           ///< of it as a whole; 0 where nobody knows
    std::string reason;        ///< for people: "its bytes end at 12,345 of 36,864", "its checksum is wrong"
};

/// An object of a class that only a damaged pickle names: with it, nothing else might load. Its tensors become a dict.
struct ObjectAsDict
{
    ValueId value;
    EntryId entry = kNoEntry;  ///< where it is shown first
};

/// What can be saved of a file. Each row of the tree that is a tensor counts once; the parts of a sparse or quantised
/// tensor belong to it.
struct SalvagePlan
{
    CheckpointPtr checkpoint;           ///< as far as it is there
    std::size_t tensors = 0;            ///< that can be saved
    ByteCount bytes;                    ///< of their elements
    std::size_t checked = 0;            ///< of them with a checksum that is right
    std::size_t otherValues = 0;        ///< numbers, texts, ... that can be saved too
    std::vector<LostPart> lost;         ///< in the order of the tree
    std::vector<std::string> notes;     ///< sentences for people: where the file ends, what had to be guessed
    std::vector<ValueId> dropped;       ///< values of the checkpoint that are left out, in the order of their numbers
    std::vector<ObjectAsDict> asDicts;  ///< in the order of the values
    bool namesLost = false;             ///< more is lost than `lost` can tell: the names broke off
    bool isDamaged = false;             ///< something is lost, or the container had to be put together again

    /// Tensors there were, lost ones included.
    [[nodiscard]] std::size_t allTensors() const { return tensors + lost.size(); }
    /// Bytes of all of them as far as they are known.
    [[nodiscard]] ByteCount allBytes() const;
};

/// Looks at everything in a file, sound or not: which bytes of which tensors are there, right by their checksum where
/// there is one. Storages of which a part is lost save the tensors that look at the rest. Reads the data once, on all
/// cores; where a zip's directory is lost or wrong, the file is walked through for its members before.
///
/// An error where nothing at all can be saved, with the reason: neither a tensor nor a value.
Result<SalvagePlan> planSalvage(const std::filesystem::path &path, const std::stop_token &stop = {},
                                Progress *progress = nullptr);

/// Writes what can be saved as a file of torch.save, structure and values included; lost tensors are left out of dicts,
/// and None where their place counts. A TorchScript module becomes a dict of its tensors by dotted names: its code
/// cannot be kept. Atomic, verified; never onto the damaged file itself or a shard of it (BadArgument). `progress`
/// counts bytes of tensors written, then read back.
Result<void> writeSalvaged(const SalvagePlan &plan, const std::filesystem::path &path, const std::stop_token &stop = {},
                           Progress *progress = nullptr);

/// Whether a checkpoint as it was opened lacks data, or has a container that PyTorch cannot read. Nothing is read.
[[nodiscard]] bool looksDamaged(const Checkpoint &checkpoint);

/// What to call the salvaged copy of a file: "model.salvaged.pth" beside it, or "model.salvaged-2.pth", ... where there
/// is such a file. "model.pth.part" and its kin, downloads that did not finish, count as "model.pth".
[[nodiscard]] std::filesystem::path salvagedName(const std::filesystem::path &path);

}  // namespace waypoint
