// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/load_checkpoint.h"

#include "ui/models/folder_scan.h"
#include "ui/models/summary.h"

namespace waypoint {

Opener diskOpener()
{
    return [](const std::filesystem::path &path, const OpenOptions &options) { return openCheckpoint(path, options); };
}

Loaded loadCheckpoint(const std::filesystem::path &path, const EntryQuery &query, const Opener &opener,
                      std::stop_token stop, Progress &progress)
{
    const auto begin = std::chrono::steady_clock::now();
    Loaded loaded;
    loaded.stamp = stampOf(path, stop);
    std::error_code error;
    if (std::filesystem::is_directory(path, error) && !isOneCheckpoint(path)) {
        loaded.isPlainFolder = true;
        return loaded;
    }
    OpenOptions options;
    options.stop = stop;
    options.progress = &progress;
    loaded.opened = opener(path, options);
    if (const CheckpointPtr &checkpoint = loaded.opened.checkpoint) {
        loaded.content.checkpoint = checkpoint;
        loaded.content.facts = gatherFacts(*checkpoint, stop);
        loaded.content.order = arrange(*checkpoint, *loaded.content.facts, query, stop);
        loaded.sentence = summarySentence(*checkpoint);
        loaded.details = summaryDetails(*checkpoint, *loaded.content.facts);
    }
    loaded.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    return loaded;
}

}  // namespace waypoint
