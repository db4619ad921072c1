// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/checkpoint/reader.h"
#include "ui/jobs/file_stamp.h"
#include "ui/models/checkpoint_model.h"

#include <chrono>
#include <functional>
#include <stop_token>

namespace waypoint {

/// openCheckpoint(), or what a test puts in its place.
using Opener = std::function<Opened(const std::filesystem::path &, const OpenOptions &)>;

/// The one that reads files from the disk.
[[nodiscard]] Opener diskOpener();

/// All a page needs to show a file, ready to be taken over without more work.
struct Loaded
{
    Opened opened;
    EntryContent content;  ///< empty where it could not be opened
    QString sentence;
    QString details;
    FileStamp stamp;             ///< from before it was read
    bool isPlainFolder = false;  ///< a folder that holds files, none of which makes it one checkpoint
    std::chrono::milliseconds took{};
};

/// Worker side of opening a file: reads, gathers facts, arranges rows for `query`. Any thread.
[[nodiscard]] Loaded loadCheckpoint(const std::filesystem::path &path, const EntryQuery &query, const Opener &opener,
                                    std::stop_token stop, Progress &progress);

}  // namespace waypoint
