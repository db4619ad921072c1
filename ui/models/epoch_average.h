// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "ui/models/epoch_weights.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <stop_token>
#include <vector>

namespace waypoint {

/// Which epochs to average, how much each counts, and where the mean goes.
struct EpochAverageOrder
{
    EpochRunPtr run;
    std::vector<std::size_t> files;  ///< in the order of the run
    EpochWeighting weighting;
    QString path;
};

/// What is known before it is done.
struct EpochAveragePlan
{
    QString problem;       ///< why it cannot be done; empty where it can
    QStringList notes;     ///< sentences for people
    bool isTaken = false;  ///< a file is there already
};

/// Any thread.
[[nodiscard]] EpochAveragePlan planAverage(const EpochAverageOrder &order, const std::stop_token &stop);

/// What came of it.
struct EpochAverageDone
{
    QString problem;  ///< empty where it was written
    bool isCancelled = false;
    std::uint64_t bytes = 0;
};

/// Any thread. `progress` is given its total.
[[nodiscard]] EpochAverageDone writeAverage(const EpochAverageOrder &order, const std::stop_token &stop,
                                            Progress &progress);

/// A name in the run's folder: "digits/average_0025-0029.pth"; not in its checkpoints/, where it would count as one.
[[nodiscard]] QString averagePath(const EpochRun &run, const std::vector<std::size_t> &files);

}  // namespace waypoint
