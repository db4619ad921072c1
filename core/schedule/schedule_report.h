// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/schedule/lr_schedule.h"
#include "core/schedule/schedule_marks.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// A param group whose rate a scheduler sets.
struct ReportedGroup
{
    std::string name;          ///< group["name"]; empty where it has none
    std::optional<double> lr;  ///< in the file

    bool operator==(const ReportedGroup &) const = default;
};

/// What a checkpoint says of one scheduler.
struct ScheduleReport
{
    EntryId entry = kRootEntry;
    EntryId optimizer = kNoEntry;  ///< whose rates it sets; none where that can't be told
    std::string className;
    std::string settings;  ///< "milestones 30, 60, gamma 0.1"
    std::optional<std::int64_t> lastEpoch;
    std::vector<std::optional<std::vector<double>>> rates;  ///< after k steps; nothing where it can't be known
    bool perBatch = false;                                  ///< counts batches rather than epochs, by custom
    std::vector<ReportedGroup> groups;                      ///< of the optimizer; empty where that can't be told
    std::vector<ScheduleMark> marks;                        ///< within `rates`
    std::vector<RateMismatch> mismatches;
    std::string note;  ///< why rates are missing
};

/// Every scheduler of a checkpoint, in the order of its sections, with the rates after 0 .. epochs-1 steps; a number of
/// steps that shows the whole schedule where `epochs` is not given.
[[nodiscard]] std::vector<ScheduleReport> scheduleReports(const Checkpoint &checkpoint,
                                                          std::optional<std::int64_t> epochs);

/// The optimizer whose rates a scheduler's section sets; kNoEntry where that can't be told.
[[nodiscard]] EntryId scheduledOptimizer(const Checkpoint &checkpoint, const Section &scheduler);

/// The param_groups of a section that is an optimizer; empty for no section.
[[nodiscard]] std::vector<Value> paramGroupsOf(const Checkpoint &checkpoint, EntryId optimizer);

}  // namespace waypoint
