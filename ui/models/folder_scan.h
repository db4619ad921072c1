// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// A checkpoint in a folder, or the log of a run: a file, or a folder that is one checkpoint as a whole.
struct FoundFile
{
    std::filesystem::path path;
    std::uint64_t bytes = 0;
    std::int64_t modified = 0;  ///< milliseconds since 1970, UTC
    bool isFolder = false;
    bool isLog = false;  ///< holds curves and is no checkpoint
    /// Other paths of the same group that lead to the very same file: last.pth, best.pth.
    std::vector<std::filesystem::path> links = {};

    bool operator==(const FoundFile &) const = default;
};

/// The checkpoints and logs right below one folder, newest first. A run folder of Waypoint is one with what lies in its
/// checkpoints/, without its log, and is there before its first checkpoint.
struct FoundGroup
{
    std::filesystem::path folder;
    std::vector<FoundFile> files;
    bool isRun = false;
    std::int64_t modified = 0;  ///< of the newest file, or of run.json

    bool operator==(const FoundGroup &) const = default;
};

struct ScanLimits
{
    int depth = 5;                 ///< folders below the one that was opened
    std::size_t entries = 50'000;  ///< files and folders looked at
    std::size_t found = 5'000;     ///< checkpoints listed
};

/// What a folder holds, recognised by file name alone: nothing is opened.
struct FolderScan
{
    std::filesystem::path root;
    bool exists = false;
    bool cutShort = false;           ///< a limit ended it
    std::vector<FoundGroup> groups;  ///< the one with the newest file first
};

/// Any thread; asks the disk. Links to folders are not followed.
[[nodiscard]] FolderScan scanFolder(const std::filesystem::path &root, const ScanLimits &limits = {},
                                    const std::stop_token &stop = {});

/// .pt .pth .ckpt .pkl .bin .safetensors .th .tar .pth.tar .index.json and a few more.
[[nodiscard]] bool isCheckpointName(std::string_view fileName);

/// metrics.jsonl, metrics.csv, results.csv, events.out.tfevents.* and a few more that trainers write curves to.
[[nodiscard]] bool isLogName(std::string_view fileName);

/// Whether waypoint-train keeps a run there.
[[nodiscard]] bool isRunFolder(const std::filesystem::path &folder);

/// Whether a folder is one checkpoint: torch.distributed.checkpoint, a sharded model, a Trainer's checkpoint.
[[nodiscard]] bool isOneCheckpoint(const std::filesystem::path &folder);

}  // namespace waypoint
