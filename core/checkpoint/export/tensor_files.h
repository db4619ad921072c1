// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/pickle/value_tree.h"

#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// A tensor under a flat name. `tree` has its storage; the elements are written as they are meant, contiguous.
struct NamedTensor
{
    std::string name;
    ValueId tensor;  ///< a Tensor node
};

/// How a file is written, whatever its format.
struct TensorFileOptions
{
    std::string device;            ///< tag for all storages where the format has one; empty: as each storage says
    Progress *progress = nullptr;  ///< bytes written, then bytes read back: twice the file
};

// All of them: atomic, flushed, verified by reading back (every byte, by a checksum made while writing where the format
// has none of its own), constant memory. Cancelled within one block; on any error the old file is as it was. Errors as
// writeTorchFile().

/// As torch.save(_use_new_zipfile_serialization=False): what every PyTorch since 0.4 reads (before zip files of 1.6).
/// Unsupported, with the path of the value, for types without a typed storage (uint16, float8, ...) and for storages
/// that are looked at in several types.
Result<void> writeLegacyTorchFile(const std::filesystem::path &path, const ValueTree &tree, ValueId root,
                                  const TensorFileOptions &options, const std::stop_token &stop = {});

/// safetensors: a header of JSON in the given order, then the elements, those of larger types first, so that all are
/// aligned. `metadata` becomes "__metadata__". Tensors that share memory are written once each, since the format has no
/// views. Unsupported for types that it lacks.
Result<void> writeSafetensors(const std::filesystem::path &path, const ValueTree &tree,
                              std::span<const NamedTensor> tensors,
                              std::span<const std::pair<std::string, std::string>> metadata,
                              const TensorFileOptions &options, const std::stop_token &stop = {});

/// A zip of .npy members, stored, as numpy.savez. Types that NumPy lacks as writeNpy() does.
Result<void> writeNpz(const std::filesystem::path &path, const ValueTree &tree, std::span<const NamedTensor> tensors,
                      const TensorFileOptions &options, const std::stop_token &stop = {});

/// An archive that C++ reads with torch::load(module, path) and Python with torch.jit.load: a module for each part of
/// the dotted names, with parameters and buffers as the tensors say, or as their types and names suggest where none
/// does. Without code. Storages go as they are, so that what shares one still does. Unsupported for types without a
/// typed storage, storages that are looked at in several types, quantised tensors; BadArgument for names that no module
/// can have.
Result<void> writeLibTorchArchive(const std::filesystem::path &path, const ValueTree &tree,
                                  std::span<const NamedTensor> tensors, const TensorFileOptions &options,
                                  const std::stop_token &stop = {});

/// Bytes each of them takes. 0 where it cannot be written.
[[nodiscard]] ByteCount legacyTorchFileBytes(const ValueTree &tree, ValueId root);
[[nodiscard]] ByteCount safetensorsBytes(const ValueTree &tree, std::span<const NamedTensor> tensors,
                                         std::span<const std::pair<std::string, std::string>> metadata);
[[nodiscard]] ByteCount npzBytes(const ValueTree &tree, std::span<const NamedTensor> tensors);
/// Some bytes more or less, by the length of the file's name.
[[nodiscard]] ByteCount libTorchArchiveBytes(const ValueTree &tree, std::span<const NamedTensor> tensors);

/// Tensors of one shard, in order.
using Shard = std::vector<NamedTensor>;

/// Fills shards in order, none with more than `most` bytes of elements unless a single tensor has; tied tensors stay
/// together.
[[nodiscard]] std::vector<Shard> shardsOf(const ValueTree &tree, std::span<const NamedTensor> tensors, ByteCount most);

/// Hugging Face's layout: "model-00001-of-00003.safetensors" (or pytorch_model-....bin as torch zips) beside
/// "model.safetensors.index.json". `path` is the index, a folder (made where its name has no ending), or what a single
/// file would be called. All files appear or none; what was there before is as it was on failure. Returns the files,
/// the index last.
Result<std::vector<std::filesystem::path>> writeShards(const std::filesystem::path &path, const ValueTree &tree,
                                                       std::span<const Shard> shards, bool safetensors,
                                                       const TensorFileOptions &options,
                                                       const std::stop_token &stop = {});

}  // namespace waypoint
