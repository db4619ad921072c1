// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/atomic_file.h"
#include "core/pickle/value_tree.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

struct TorchWriteOptions
{
    std::string device;  ///< tag for all storages ("cpu"); empty: as each storage says
    bool verify = true;  ///< read every byte back before it takes the name; look at directory, pickle, storage sizes
    Progress *progress = nullptr;  ///< bytes written, then bytes read back: twice the file
};

/// Writes values and tensors as torch.save does since 1.6: `<stem>/data.pkl` first (so that a truncated file can be
/// salvaged), byteorder, data/0, data/1, ... in order of first mention, version, .data/serialization_id. Each storage
/// is streamed from its source; tensors that share one share it in the file. Atomic, flushed to disk and, by default,
/// verified: on any error the old file at `path` is as it was.
///
/// WriteFailed with the system's reason; Truncated where a source lacks bytes, and what its own open() and readAt()
/// say; Unsupported with the path of a value that has no form in a pickle; Cancelled within one block of 1 MiB. May be
/// called by any thread; the tree and its sources must not change meanwhile.
Result<void> writeTorchFile(const std::filesystem::path &path, const ValueTree &tree, ValueId root,
                            const TorchWriteOptions &options = {}, const std::stop_token &stop = {});

/// The same, verified, into a file that still waits for its publish().
Result<void> finishTorchFile(AtomicFile &file, const ValueTree &tree, ValueId root, const std::string &device,
                             const std::stop_token &stop = {});

/// Name of the folder in the archive at `path`: the file's without its ending, as PyTorch has it; characters that are
/// not plain are "_".
[[nodiscard]] std::string torchArchiveName(const std::filesystem::path &path);

/// Bytes that the file will take, to compare with the free space: exactly, where its stem has 10 characters
/// ("epoch_0009"); some bytes more or less for each tensor else. 0 where the values cannot be written.
[[nodiscard]] ByteCount torchFileBytes(const ValueTree &tree, ValueId root);

/// Reads a file of that format wholly, without keeping it: directory, CRC of every member, the pickle, sizes of
/// storages. An error says where it is damaged.
Result<void> verifyTorchFile(const std::filesystem::path &path, const std::stop_token &stop = {});

}  // namespace waypoint
