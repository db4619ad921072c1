// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// A step of a schedule at which something changes.
struct ScheduleMark
{
    enum class Kind {
        Milestone,  ///< the rate drops, or turns
        Restart,    ///< CosineAnnealingWarmRestarts begins anew
        CycleEnd,   ///< of CyclicLR, or CosineAnnealingLR back at its highest
        WarmupEnd,  ///< of the first part of a SequentialLR, or a LinearLR or ConstantLR that raises the rate
        Switch,     ///< SequentialLR goes on with its next part
        End,        ///< what was set has been done: total_iters, T_max, total_steps, anneal_epochs
    };
    double step = 0;  ///< as last_epoch counts; OneCycleLR's phases may end between two
    Kind kind = Kind::Milestone;
    std::string text;  ///< "× 0.1", for people

    bool operator==(const ScheduleMark &) const = default;
};

/// "milestone", "restart", "cycle end", "warm-up end", "switch", "end".
[[nodiscard]] std::string_view markKindName(ScheduleMark::Kind kind);

/// The marks at steps 1 .. lastStep of a scheduler's state_dict, rising; those of a SequentialLR's parts where they are
/// in turn. What repeats more than 200 times (a StepLR of every epoch) has no marks: it would hide the curve.
[[nodiscard]] std::vector<ScheduleMark> scheduleMarks(Value stateDict, std::int64_t lastStep);

}  // namespace waypoint
