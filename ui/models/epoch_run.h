// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/epoch_files.h"
#include "ui/models/epoch_track.h"
#include "ui/models/load_checkpoint.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace waypoint {

/// Checkpoints of a run, opened and lined up: all there is to show before a tensor was read. Immutable.
struct EpochRun
{
    QString title;  ///< of the run: its folder's name; empty where the files come from several
    EpochFiles files;
    EpochSeriesPtr series;  ///< null for a single file
    std::vector<EpochScalar> scalars;
    std::optional<BestEpoch> best;
    QStringList notes;       ///< sentences of both, for people
    QStringList unreadable;  ///< one line for each file that is left out

    [[nodiscard]] std::size_t fileCount() const { return files.entries.size(); }
    [[nodiscard]] std::size_t tensorCount() const { return series ? series->tensors.size() : 0; }
    [[nodiscard]] QString path(std::size_t file) const;
    /// "epoch 9"
    [[nodiscard]] QString label(std::size_t file) const;
    [[nodiscard]] double position(std::size_t file) const { return files.entries[file].file.position; }
    /// "Epoch", "Step", or "Checkpoint" where only the order is known.
    [[nodiscard]] QString axisName() const;
};
using EpochRunPtr = std::shared_ptr<const EpochRun>;

/// A run, or the sentence that says why there is none.
struct EpochRunFound
{
    EpochRunPtr run;
    QString problem;
    bool nothingThere = false;  ///< no checkpoint at all in what was asked for
};

/// Finds, opens and lines up. Any thread. `most`: of more files, so many are taken; 0: all.
[[nodiscard]] EpochRunFound findEpochRun(const QStringList &paths, std::size_t most, const Opener &opener,
                                         const std::stop_token &stop, Progress &progress);

/// What became of the tensors, as far as they are known: a sentence for the top of the page.
[[nodiscard]] QString epochSentence(const EpochRun &run, const std::vector<EpochTrackPtr> &tracks);
/// "best by accuracy/val: epoch 9 (0.9667)"; empty without any.
[[nodiscard]] QString bestSentence(const EpochRun &run);

/// Indices of the scalars, those first by which epochs are chosen: the one that marks the best, then what was measured
/// on validation data, then the others; each in the order of the run.
[[nodiscard]] std::vector<std::size_t> scalarsByWorth(const EpochRun &run);

}  // namespace waypoint
