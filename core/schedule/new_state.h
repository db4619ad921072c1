// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/arguments.h"
#include "core/schedule/lr_schedule.h"

#include <span>

namespace waypoint {

/// What a new schedule is made from.
struct NewScheduleState
{
    std::string className;
    Arguments arguments;
    std::vector<ScheduledGroup> groups;  ///< initial_lr, max_lr, ... are set in them, as torch's constructors do
    std::int64_t totalSteps = 0;
    bool waiting = false;  ///< a later part of a SequentialLR: made, and its first step taken back
};

/// The state_dict of the class as its constructor has it before the first step. BadArgument names what does not fit.
Result<ValueId> addNewState(ValueTree &tree, NewScheduleState &state);

/// That of a SequentialLR of such parts.
ValueId addSequentialState(ValueTree &tree, std::span<const ValueId> parts, std::span<const std::int64_t> milestones);
inline ValueId addSequentialState(ValueTree &tree, std::initializer_list<ValueId> parts,
                                  std::initializer_list<std::int64_t> milestones)
{
    return addSequentialState(tree, std::span(parts.begin(), parts.size()),
                              std::span(milestones.begin(), milestones.size()));
}

}  // namespace waypoint
