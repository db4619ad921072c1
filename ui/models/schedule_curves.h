// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/schedule_report.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

namespace waypoint {

/// The rates of the param groups that a scheduler treats alike.
struct ScheduleCurve
{
    QString name;                     ///< "group 0 (backbone)", "groups 0–3"
    std::vector<std::size_t> groups;  ///< their places in param_groups
    std::vector<double> rates;        ///< after k steps; NaN where it can't be known
};

/// What the window shows of one scheduler.
struct ScheduleStory
{
    EntryId entry = kRootEntry;
    EntryId optimizer = kNoEntry;
    QString className;     ///< "MultiStepLR"
    QString settings;      ///< "milestones 30, 60, gamma 0.1"
    QString note;          ///< why rates are missing
    QStringList warnings;  ///< a sentence for each group whose rate in the file is off the curve, with what to do
    std::optional<std::int64_t> lastEpoch;
    bool perBatch = false;
    std::vector<ScheduleCurve> curves;
    std::vector<ScheduleMark> marks;
    std::vector<RateMismatch> mismatches;

    /// Whether there are two rates and more, so that a line can be drawn.
    [[nodiscard]] bool hasCurve() const;
    /// "0.01", or "group 0: 0.01, group 1: 0.001": the rates of the present moment; empty where none is known.
    [[nodiscard]] QString ratesNow() const;
    /// "now: epoch 41, lr 1e-05"; empty for a schedule that is in no file.
    [[nodiscard]] QString now() const;
};

/// The schedulers of a checkpoint with rates after 0 .. steps-1 steps, as many as show the whole where `steps` is not
/// given. Takes up to a second for the longest schedules; any thread. Incomplete once `stop` is requested.
[[nodiscard]] std::vector<ScheduleStory> scheduleStories(const Checkpoint &checkpoint,
                                                         std::optional<std::int64_t> steps, std::stop_token stop = {});

/// The story of a scheduler that is not in a file yet: one group, `name`.
[[nodiscard]] ScheduleStory scheduleStory(const LrSchedule &schedule, std::int64_t steps, const QString &name);

/// "Step" or "Epoch".
[[nodiscard]] QString scheduleAxis(bool perBatch);

}  // namespace waypoint
