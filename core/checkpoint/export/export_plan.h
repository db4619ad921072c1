// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

class ExportStorages;

enum class ExportFormat {
    TorchZip,     ///< torch.save since 1.6
    TorchLegacy,  ///< torch.save before (_use_new_zipfile_serialization=False)
    Safetensors,
    Npz,
    Npy,       ///< one tensor
    LibTorch,  ///< torch::load(module, path) and torch.jit.load
};

/// "pth", "pth-legacy", "safetensors", "npz", "npy", "libtorch": the names of the command line's --format.
[[nodiscard]] std::string_view exportFormatName(ExportFormat format);
[[nodiscard]] std::optional<ExportFormat> exportFormatFromName(std::string_view name);
/// By a file's suffix; TorchZip for one that says nothing.
[[nodiscard]] ExportFormat exportFormatOf(const std::filesystem::path &path);
/// ".pth", ".safetensors", ...
[[nodiscard]] std::string_view exportSuffix(ExportFormat format);

/// What to export and as what.
struct ExportOptions
{
    std::vector<EntryId> sections;  ///< none: everything; one: it becomes the root; several: a dict of them by label
    std::string match;              ///< only tensors whose path or last name matches this glob; other values go
    std::string device = "cpu";     ///< tag of every storage; empty: as saved
    std::optional<DType> dtype;     ///< for floating-point tensors; others stay
    bool weightsOnly = false;       ///< the model alone: no optimizer, no schedule, no counters
    bool useEma = false;            ///< the average's weights in place of the model's (implies weightsOnly)
    std::vector<std::string> stripPrefixes;  ///< from names of a state_dict, once each, in this order
    std::string addPrefix;
    bool keepModules = false;  ///< whole pickled modules stay what they are; else they become state_dicts
    bool compact = true;       ///< views become as large as what they show; tied tensors stay tied
    ExportFormat format = ExportFormat::TorchZip;
    std::uint64_t shardBytes = 0;  ///< more than 0: in shards of at most that many, with an index
};

/// A tensor as it will be in the file.
struct ExportTensor
{
    std::string name;           ///< path in the new file, keys joined by '/'; dotted in formats of flat names
    EntryId source = kNoEntry;  ///< in the checkpoint
    ValueId value;              ///< in the plan's tree
    ByteCount bytes;            ///< of its elements in the new file
    DType dtypeBefore = DType::Unknown;
    bool tied = false;  ///< shares its bytes with one that came before
};

/// What an export will write. Immutable; any thread. Nothing of it has been read but the structure.
struct ExportPlan
{
    CheckpointPtr checkpoint;
    ExportOptions options;
    ValueTree values;  ///< storages read from the checkpoint, converted as they are read
    ValueId root;
    std::vector<ExportTensor> tensors;
    std::size_t otherValues = 0;                   ///< numbers, texts, ... that are in the file, too
    ByteCount bytes;                               ///< of the file (of all shards); a few bytes more or less
    ByteCount wasted;                              ///< bytes of the source's storages that no exported tensor shows
    std::vector<std::string> notes;                ///< sentences for people: what is left out or changed, and why
    std::shared_ptr<const ExportStorages> pieces;  ///< behind those of its storages that differ from the checkpoint's
};
using ExportPlanPtr = std::shared_ptr<const ExportPlan>;

/// Decides what will be in the file. Formats that have nothing but tensors under flat names (all but TorchZip and
/// TorchLegacy, and everything in shards) take the models' weights where neither a section nor a pattern is given and
/// there is a model. Optimizers, schedulers, random states and scalers keep their types whatever `dtype` says.
///
/// BadArgument where nothing is left, two names become one, the format cannot hold
/// it (npy of several tensors), or a section is not there; Unsupported for values that have no form in the format;
/// Truncated where bytes of a chosen tensor are missing.
Result<ExportPlanPtr> planExport(CheckpointPtr checkpoint, const ExportOptions &options);

/// Values that a conversion loses.
struct ConversionLoss
{
    std::int64_t overflowed = 0;       ///< finite before, infinite after
    std::int64_t vanished = 0;         ///< not zero before, zero after
    std::vector<std::string> tensors;  ///< names of those where values overflow, the first 20
};

/// Reads all tensors that would be converted and counts what would be lost; nothing to do (all 0) without a dtype.
Result<ConversionLoss> checkConversion(const ExportPlan &plan, const std::stop_token &stop,
                                       Progress *progress = nullptr);

/// What was written.
struct Exported
{
    std::vector<std::filesystem::path> files;  ///< the shards and their index, or one
    ByteCount bytes;
    ConversionLoss loss;  ///< counted while converting
};

/// Writes what the plan says: streamed in constant memory, flushed, read back and verified, and only then under its
/// name; with shards all of them or none. Cancelled leaves nothing behind. BadArgument where `path` is (a link to) a
/// file the checkpoint is read from. `progress` counts bytes written and read back, and is given its total. One writing
/// of a plan at a time.
Result<Exported> writeExport(const ExportPlan &plan, const std::filesystem::path &path, const std::stop_token &stop,
                             Progress *progress = nullptr);

}  // namespace waypoint
