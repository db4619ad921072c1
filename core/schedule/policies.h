// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/leaf_policy.h"

#include <string_view>

namespace waypoint {

/// A schedule of one class without others in it; a null pointer for a class that is not torch's. Errors are left in
/// `state`.
SchedulePolicyPtr readLeafPolicy(std::string_view className, StateReader &state,
                                 const std::vector<ScheduledGroup> &groups);

// By what they compute from; each is a null pointer for classes of the others.
SchedulePolicyPtr readRecursivePolicy(std::string_view className, StateReader &state);
SchedulePolicyPtr readPeriodicPolicy(std::string_view className, StateReader &state);
SchedulePolicyPtr readOneCyclePolicy(StateReader &state, const std::vector<ScheduledGroup> &groups);
SchedulePolicyPtr readSwaPolicy(StateReader &state, const std::vector<ScheduledGroup> &groups);
SchedulePolicyPtr readPlateauPolicy(StateReader &state);
SchedulePolicyPtr readLambdaPolicy(std::string_view className, StateReader &state);

/// SequentialLR and ChainedScheduler. Requires: one milestone less than `parts`, where `sequential`.
SchedulePolicyPtr makeCompositePolicy(bool sequential, StateReader &state, std::vector<SchedulePolicyPtr> parts);

/// Whether torch's pickled or named annealing function is the linear one; `fallback` where nothing tells.
[[nodiscard]] bool annealsLinearly(const StateReader &state, std::string_view nameKey, bool fallback);

}  // namespace waypoint
