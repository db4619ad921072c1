// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/checkpoint/compare/epoch_series.h"
#include "core/checkpoint/reader.h"
#include "core/metrics/checkpoint_facts.h"
#include "core/metrics/curves.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// A checkpoint of a run with what it says of its moment.
struct EpochEntry
{
    EpochFile file;
    CheckpointFacts facts;
    std::vector<double> rates;  ///< learning rate of each param group of the model's optimizer; empty without one
    std::vector<std::filesystem::path> alsoAs;  ///< other files of the same moment (last.pth, best.pth), left out
};

/// What to take of many checkpoints.
struct EpochChoice
{
    std::string section;     ///< path of the model to follow; empty: the file's model
    std::size_t every = 1;   ///< one in so many, counted from the first; the last is always taken
    std::size_t most = 200;  ///< of more, so many are taken, evenly spread; 0: all
    bool asNamed = false;    ///< paths keep their order, and no named file is left out: for means with weights
    /// How files are opened; openCheckpoint() where empty. Called by several threads at once.
    std::function<Opened(const std::filesystem::path &, const OpenOptions &)> open;
};

/// The checkpoints of a run in their order.
struct EpochFiles
{
    std::vector<EpochEntry> entries;
    CurveAxis axis = CurveAxis::Epoch;  ///< what EpochFile::position counts; Time: only the order is known (0, 1, 2)
    std::vector<std::pair<std::filesystem::path, Error>> unreadable;  ///< left out, as are those below
    std::vector<std::string> notes;  ///< sentences for people: what was left out and why, what is only guessed

    std::vector<std::filesystem::path> others;  ///< all that were found and have no entry: for EpochAverage::spared

    /// For lineUpEpochs().
    [[nodiscard]] std::vector<EpochFile> files() const;
};

/// Finds, opens and sorts the checkpoints of a run: `paths` are files, or folders that hold them (a run folder, its
/// checkpoints/, Lightning's version_0, HF's with checkpoint-500/). A checkpoint that is a folder itself counts as a
/// file. Order is told inside the files and by their names; where some that are named tell nothing, it is the order in
/// which they are named. Left out, with a note: a second file of the same moment (last.pth, best.pth), files without a
/// model, or with another one than most.
///
/// NotFound where there is no checkpoint at all; the first one's error where none can be read or has `section`;
/// ReadFailed for more files than the system lets a process have open; Cancelled. `progress` counts files and is given
/// its total. Any thread; opens several files at once.
Result<EpochFiles> epochFilesIn(const std::vector<std::filesystem::path> &paths, const EpochChoice &choice,
                                const std::stop_token &stop, Progress *progress = nullptr);

/// One number over the files: "loss", "accuracy/val", "lr", "lr/group 1".
struct EpochScalar
{
    std::string name;
    CurveKind kind = CurveKind::Other;
    std::vector<double> values;  ///< one for each entry; NaN where it says nothing
};

/// All numbers that any of them tells: losses, metrics, learning rates (groups that always agree with the first are
/// left out), in the order in which they come up.
[[nodiscard]] std::vector<EpochScalar> epochScalars(const std::vector<EpochEntry> &entries);

/// The best of the files by one of its numbers.
struct BestEpoch
{
    std::size_t entry = 0;
    std::string metric;
    double value = 0;
    bool lowerIsBetter = false;
};

/// By `metric`, or where that is empty by the one that tells most: on validation data before training, a metric before
/// the loss. Nothing where fewer than two entries have it; the first of equals.
[[nodiscard]] std::optional<BestEpoch> bestEpoch(const std::vector<EpochEntry> &entries,
                                                 const std::string &metric = {});

}  // namespace waypoint
