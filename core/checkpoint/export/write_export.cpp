// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/export_inputs.h"
#include "core/checkpoint/export/export_plan.h"
#include "core/checkpoint/export/export_selection.h"
#include "core/checkpoint/export/export_storages.h"
#include "core/checkpoint/export/shard_names.h"
#include "core/checkpoint/export/tensor_files.h"
#include "core/checkpoint/torch_writer.h"
#include "core/tensor/npy_writer.h"

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kMostNames = 20;
constexpr std::size_t kBlock = 1u << 20;

bool isConverted(const ExportPiece &piece) { return piece.to != piece.view.dtype; }

std::vector<NamedTensor> namedTensors(const ExportPlan &plan)
{
    std::vector<NamedTensor> named;
    for (const ExportTensor &tensor : plan.tensors)
        named.push_back({tensor.name, tensor.value});
    return named;
}

ConversionLoss lossOf(const ExportStorages &pieces, const std::vector<LostNumbers> &lost)
{
    ConversionLoss sum;
    for (std::size_t i = 0; i < lost.size(); ++i) {
        sum.overflowed += lost[i].overflowed;
        sum.vanished += lost[i].vanished;
        if (lost[i].overflowed > 0 && sum.tensors.size() < kMostNames)
            sum.tensors.push_back(pieces.pieces()[i].name);
    }
    return sum;
}

/// Reads a piece from the start to the end and forgets it.
Result<void> readThrough(const RandomAccessFile &file, const std::stop_token &stop, Progress *progress)
{
    std::vector<std::byte> block(std::min<std::uint64_t>(kBlock, file.size().value));
    for (std::uint64_t at = 0; at < file.size().value; at += block.size()) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "stopped"};
        const auto got = file.readAt({at}, block);
        if (!got)
            return got.error();
        if (*got == 0)
            return Error{ErrorCode::Truncated, "a tensor became shorter while it was read"};
        if (progress)
            progress->done += *got;
    }
    return {};
}

/// The files that writing shards would replace.
Result<std::vector<std::filesystem::path>> shardTargets(const std::filesystem::path &path, std::size_t count,
                                                        bool safetensors)
{
    const Result<ShardNames> names = ShardNames::of(path, safetensors);
    if (!names)
        return names.error();
    std::vector<std::filesystem::path> targets{names->index()};
    for (std::size_t i = 0; i < count; ++i)
        targets.push_back(names->shard(i, count));
    names->removeNewFolder();
    return targets;
}

Result<std::vector<std::filesystem::path>> writeSharded(const ExportPlan &plan, const std::filesystem::path &path,
                                                        const TensorFileOptions &options, const std::stop_token &stop)
{
    const bool safetensors = plan.options.format == ExportFormat::Safetensors;
    if (!safetensors && plan.options.format != ExportFormat::TorchZip)
        return Error{ErrorCode::BadArgument, "only pth and safetensors can be written in shards"};
    const std::vector<NamedTensor> named = namedTensors(plan);
    const std::vector<Shard> shards = shardsOf(plan.values, named, {plan.options.shardBytes});
    const auto targets = shardTargets(path, shards.size(), safetensors);
    if (!targets)
        return targets.error();
    if (const Result<void> free = checkNotInput(*plan.checkpoint, *targets); !free)
        return free.error();
    return writeShards(path, plan.values, shards, safetensors, options, stop);
}

Result<void> writeSingle(const ExportPlan &plan, const std::filesystem::path &path, const TensorFileOptions &options,
                         const std::stop_token &stop)
{
    const std::vector<NamedTensor> named = namedTensors(plan);
    switch (plan.options.format) {
    case ExportFormat::TorchZip:
        return writeTorchFile(path, plan.values, plan.root,
                              {.device = {}, .verify = true, .progress = options.progress}, stop);
    case ExportFormat::TorchLegacy:
        return writeLegacyTorchFile(path, plan.values, plan.root, options, stop);
    case ExportFormat::Safetensors:
        return writeSafetensors(path, plan.values, named, kSafetensorsMetadata, options, stop);
    case ExportFormat::Npz:
        return writeNpz(path, plan.values, named, options, stop);
    case ExportFormat::LibTorch:
        return writeLibTorchArchive(path, plan.values, named, options, stop);
    case ExportFormat::Npy:
        break;
    }
    const TensorRef &ref = plan.values.tensor(named.front().tensor).ref;
    return writeNpy({.ref = ref, .storage = plan.values.storages()[ref.storage]}, path, stop, options.progress);
}

ByteCount sizeOf(const std::vector<std::filesystem::path> &files)
{
    std::uint64_t sum = 0;
    for (const std::filesystem::path &file : files) {
        std::error_code error;
        const std::uintmax_t size = std::filesystem::file_size(file, error);
        sum += error ? 0 : size;
    }
    return {sum};
}

/// The same error about the file it concerns: what cannot be written is the new one, all else the source.
Error inFile(Error error, const ExportPlan &plan, const std::filesystem::path &path)
{
    const bool isTarget = error.code == ErrorCode::WriteFailed || error.code == ErrorCode::NoPermission;
    if (error.file.empty() && error.code != ErrorCode::Cancelled)
        error.file = (isTarget ? path : plan.checkpoint->path).string();
    return error;
}

}  // namespace

Result<ConversionLoss> checkConversion(const ExportPlan &plan, const std::stop_token &stop, Progress *progress)
{
    // Counted by a twin, so that a writing of the plan that goes on at the same time counts its own.
    ExportStorages twin;
    std::uint64_t total = 0;
    for (const ExportPiece &piece : plan.pieces->pieces())
        if (isConverted(piece)) {
            total += ExportStorages::bytesOf(piece).value;
            twin.add(piece);
        }
    if (progress)
        progress->total = total;
    for (std::uint64_t i = 0; i < twin.pieces().size(); ++i) {
        const Result<FilePtr> file = twin.open(i);
        if (!file)
            return file.error();
        if (const Result<void> read = readThrough(**file, stop, progress); !read)
            return read.error();
    }
    return lossOf(twin, twin.losses());
}

Result<Exported> writeExport(const ExportPlan &plan, const std::filesystem::path &path, const std::stop_token &stop,
                             Progress *progress)
{
    const bool sharded = plan.options.shardBytes > 0;
    if (!sharded)
        if (const Result<void> free = checkNotInput(*plan.checkpoint, {path}); !free)
            return free.error();
    if (progress)
        progress->total = 2 * plan.bytes.value;
    plan.pieces->forgetLosses();
    const TensorFileOptions options{.device = {}, .progress = progress};
    Exported made;
    if (sharded) {
        auto files = writeSharded(plan, path, options, stop);
        if (!files)
            return inFile(files.error(), plan, path);
        made.files = *std::move(files);
    } else {
        if (const Result<void> written = writeSingle(plan, path, options, stop); !written)
            return inFile(written.error(), plan, path);
        made.files = {path};
    }
    made.bytes = sizeOf(made.files);
    made.loss = lossOf(*plan.pieces, plan.pieces->losses());
    return made;
}

}  // namespace waypoint
