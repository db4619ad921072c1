// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/scheduler_classes.h"
#include "core/schedule/policies.h"
#include "core/schedule/schedule_state.h"

#include <fmt/format.h>

#include <array>

namespace waypoint {

namespace {

/// Nobody nests deeper. Together with the number of schedules in all it bounds what shared references can unfold into.
constexpr int kMostNesting = 16;
constexpr int kMostSchedules = 1000;
constexpr std::array<std::string_view, 5> kExtras{"max_lr", "min_lr", "max_momentum", "base_momentum", "swa_lr"};

ScheduledGroup scheduledGroup(Value dict)
{
    ScheduledGroup group;
    group.lr = scalarOf(dict["lr"]).value_or(0);
    group.initialLr = scalarOf(dict["initial_lr"]);
    group.momentum = scalarOf(dict["momentum"]);
    if (!group.momentum)
        group.momentum = scalarOf(dict["betas"].at(0));
    for (const std::string_view key : kExtras)
        if (const auto number = scalarOf(dict[key]))
            group.extras.emplace(key, *number);
    return group;
}

Error notTorchs(const SchedulerClass &found)
{
    std::string detail = found.name.empty() ? "this scheduler" : found.name;
    detail += " is not of torch.optim.lr_scheduler, and its state alone does not say its rates";
    if (!found.note.empty())
        detail += ". " + found.note;
    return Error{ErrorCode::Unsupported, std::move(detail)};
}

/// mmengine and timm use torch's names for classes of their own.
bool isOthers(const Fields &fields)
{
    return fields.has("param_name") || fields.has("base_values") || fields.has("param_group_field");
}

/// Where one is within others.
struct Nesting
{
    int depth;
    int &left;  ///< how many more there may be
};

Result<SchedulePolicyPtr> readPolicy(Value value, const std::vector<ScheduledGroup> &groups, Nesting nesting);

Result<SchedulePolicyPtr> readComposite(bool sequential, StateReader &state, const std::vector<ScheduledGroup> &groups,
                                        Nesting nesting)
{
    std::vector<SchedulePolicyPtr> parts;
    for (std::size_t i = 0; i < state["_schedulers"].count(); ++i) {
        auto part = readPolicy(state["_schedulers"].at(i), groups, {nesting.depth + 1, nesting.left});
        if (!part)
            return part;
        parts.push_back(*std::move(part));
    }
    if (parts.empty())
        state.fail("it has no schedulers");
    if (sequential && state["_milestones"].count() + 1 != parts.size())
        state.fail(
            fmt::format("{} milestones do not separate {} schedulers", state["_milestones"].count(), parts.size()));
    if (state.error())
        return *state.error();
    SchedulePolicyPtr policy = makeCompositePolicy(sequential, state, std::move(parts));
    if (state.error())
        return *state.error();
    return policy;
}

Result<SchedulePolicyPtr> readPolicy(Value value, const std::vector<ScheduledGroup> &groups, Nesting nesting)
{
    if (nesting.depth > kMostNesting || nesting.left-- <= 0)
        return Error{ErrorCode::TooLarge, "schedulers within schedulers, more than anybody nests"};
    const Fields fields(value);
    const auto found = schedulerClass(value, fields, "scheduler");
    if (!found)
        return Error{ErrorCode::Unsupported, "this is no state of a learning-rate scheduler"};
    if (isOthers(fields))
        return notTorchs(*found);
    StateReader state(stateOf(value), found->name);
    if (found->name == "SequentialLR" || found->name == "ChainedScheduler")
        return readComposite(found->name == "SequentialLR", state, groups, nesting);
    SchedulePolicyPtr policy = readLeafPolicy(found->name, state, groups);
    if (!policy)
        return notTorchs(*found);
    if (state.error())
        return *state.error();
    return policy;
}

std::vector<ScheduledGroup> groupsOfState(Value stateDict)
{
    std::vector<ScheduledGroup> groups;
    for (const std::string_view key : {"_last_lr", "base_lrs"})
        if (const auto rates = scalarsOf(stateOf(stateDict)[key]); rates && groups.empty())
            for (const double rate : *rates)
                groups.push_back({.lr = rate});
    return groups;
}

}  // namespace

std::vector<ScheduledGroup> scheduledGroups(const std::vector<Value> &paramGroups)
{
    std::vector<ScheduledGroup> groups;
    for (const Value group : paramGroups)
        groups.push_back(scheduledGroup(group));
    return groups;
}

SchedulePolicyPtr readLeafPolicy(std::string_view name, StateReader &state, const std::vector<ScheduledGroup> &groups)
{
    if (auto policy = readRecursivePolicy(name, state))
        return policy;
    if (auto policy = readPeriodicPolicy(name, state))
        return policy;
    if (name == "OneCycleLR")
        return readOneCyclePolicy(state, groups);
    if (name == "SWALR")
        return readSwaPolicy(state, groups);
    if (name == "ReduceLROnPlateau")
        return readPlateauPolicy(state);
    if (name == "LambdaLR" || name == "MultiplicativeLR")
        return readLambdaPolicy(name, state);
    return nullptr;
}

Result<SchedulePolicyPtr> readSchedulePolicy(Value stateDict, const std::vector<ScheduledGroup> &groups)
{
    int left = kMostSchedules;
    return readPolicy(stateDict, groups, {0, left});
}

Result<LrSchedulePtr> readLrSchedule(Value stateDict, const std::vector<Value> &paramGroups)
{
    auto groups = scheduledGroups(paramGroups);
    auto policy = readSchedulePolicy(stateDict, groups);
    if (!policy)
        return policy.error();
    if (groups.empty())
        groups = groupsOfState(stateDict);
    const std::vector<double> &last = (*policy)->lastRates();
    for (std::size_t i = 0; i < paramGroups.size() && i < last.size(); ++i)
        if (!paramGroups[i].contains("lr"))
            groups[i].lr = last[i];
    return makeTorchSchedule(*std::move(policy), std::move(groups));
}

}  // namespace waypoint
