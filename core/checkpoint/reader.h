// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/losses.h"
#include "core/io/random_access_file.h"

#include <optional>
#include <span>
#include <stop_token>

namespace waypoint {

/// How to open: limits, who may stop it, whom to tell.
struct OpenOptions
{
    Limits limits;
    std::stop_token stop;          ///< polled per block of work; a stopped reader returns Cancelled
    Progress *progress = nullptr;  ///< may be null; outlives the call
    /// Where not null, a damaged file is no error as long as anything can be read: readers take what is there, even of
    /// a pickle that breaks off, and note here what is not. A storage then has a source wherever any of its bytes may
    /// be found, `present` or not; StorageSource::evidence() has them. Outlives the call.
    Losses *losses = nullptr;
};

/// What a reader looks at before it decides: the file (null for a folder) and its first bytes.
struct Source
{
    std::filesystem::path path;   ///< empty for a checkpoint inside another one
    FilePtr file;                 ///< null for a folder
    std::vector<std::byte> head;  ///< up to 4096 bytes from the start
    std::size_t nesting = 0;      ///< how many checkpoints this one lies inside

    [[nodiscard]] bool isFolder() const { return !file; }
};

/// Reads one container format. Stateless; thread-safe.
///
/// A reader adds values, storages, global names and warnings to `into` and returns the root of what it read.
/// It does not look at data of tensors. What it added before it failed stays: scan reports dangerous
/// names of a file that cannot be read.
class CheckpointReader
{
public:
    virtual ~CheckpointReader() = default;

    [[nodiscard]] virtual Format format() const = 0;
    /// By content, never by file name. Readers are asked in the order of the registry; the first yes wins.
    [[nodiscard]] virtual bool recognises(const Source &source) const = 0;
    virtual Result<ValueId> read(const Source &source, const OpenOptions &options, Checkpoint &into) const = 0;
};

/// Every format Waypoint reads, in the order they are asked.
std::span<const CheckpointReader *const> checkpointReaders();

/// Finds the reader for `source` and reads it into `into`, without sections; for checkpoints inside others.
/// Sets `format` and `container` only when `source.nesting` is 0.
Result<ValueId> readSource(const Source &source, const OpenOptions &options, Checkpoint &into);

/// Source of a file or folder, with its head read.
Result<Source> sourceOf(const std::filesystem::path &path);
Source sourceOf(FilePtr file, std::size_t nesting);

/// What opening gave. `globals` has every name that was seen, even where `checkpoint` is null.
struct Opened
{
    CheckpointPtr checkpoint;
    std::optional<Error> error;
    std::vector<GlobalUse> globals;
};

/// Opens a file or a folder: finds its reader, reads it, names its parts. Never throws, never runs anything.
Opened openCheckpoint(const std::filesystem::path &path, const OpenOptions &options = {});
/// The same for what is open already: a file in memory.
Opened openCheckpoint(const Source &source, const OpenOptions &options = {});

}  // namespace waypoint
