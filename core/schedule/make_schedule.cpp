// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/new_state.h"
#include "core/schedule/schedule_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

struct Name
{
    std::string_view shortName;
    std::string_view className;
};

constexpr std::array<Name, 14> kNames{{{"step", "StepLR"},
                                       {"multistep", "MultiStepLR"},
                                       {"constant", "ConstantLR"},
                                       {"linear", "LinearLR"},
                                       {"exponential", "ExponentialLR"},
                                       {"polynomial", "PolynomialLR"},
                                       {"cosine", "CosineAnnealingLR"},
                                       {"cosinerestarts", "CosineAnnealingWarmRestarts"},
                                       {"cyclic", "CyclicLR"},
                                       {"onecycle", "OneCycleLR"},
                                       {"plateau", "ReduceLROnPlateau"},
                                       {"swa", "SWALR"},
                                       {"none", "none"},
                                       {"", "none"}}};

std::string_view classOf(std::string_view name)
{
    for (const Name &known : kNames)
        if (name == known.shortName || name == known.className)
            return known.className;
    return {};
}

Error unknownName(std::string_view name)
{
    std::string names;
    for (const Name &known : kNames)
        if (!known.shortName.empty())
            names += (names.empty() ? "" : ", ") + std::string(known.shortName);
    return Error{ErrorCode::BadArgument, fmt::format("there is no schedule '{}'; there are {}", name, names)};
}

Error noWarmup(std::string_view className)
{
    return Error{ErrorCode::BadArgument,
                 fmt::format("warmup does not go with {}: {}", className,
                             className == "ReduceLROnPlateau" ? "PyTorch's SequentialLR cannot hold it"
                                                              : "it raises the rate by itself")};
}

Result<LrSchedulePtr> started(const ValueTree &tree, ValueId root, std::vector<ScheduledGroup> groups)
{
    auto policy = readSchedulePolicy(Value(tree, root), groups);
    if (!policy)
        return Error{ErrorCode::BadArgument, policy.error().detail};
    ScheduleGroups now{std::move(groups), true};
    if (auto done = (*policy)->begin(now); !done)
        return done.error();
    return makeTorchSchedule(*std::move(policy), std::move(now.items));
}

Arguments withoutWarmup(const Arguments &arguments)
{
    Arguments rest;
    for (const auto &[key, text] : arguments.items())
        if (key != "warmup" && key != "warmup_start")
            rest.set(key, text);
    return rest;
}

/// SequentialLR of a LinearLR and the named class; the LinearLR alone for "none".
Result<LrSchedulePtr> withWarmup(NewScheduleState state, std::int64_t warmup, const Arguments &arguments)
{
    Arguments linear{{"total_iters", std::to_string(warmup)}};
    if (arguments.has("warmup_start"))
        linear.set("start_factor", arguments.text("warmup_start", ""));
    NewScheduleState warming = state;
    warming.className = "LinearLR";
    warming.arguments = linear;
    ValueTree tree;
    const bool alone = state.className == "none";
    const auto first = addNewState(tree, warming);
    if (!first)
        return first.error();
    if (alone)
        return started(tree, *first, std::move(warming.groups));
    state.totalSteps = std::max<std::int64_t>(state.totalSteps - warmup, 1);
    state.waiting = true;
    const auto second = addNewState(tree, state);
    if (!second)
        return second.error();
    return started(tree, addSequentialState(tree, {*first, *second}, {warmup}), std::move(state.groups));
}

}  // namespace

Result<LrSchedulePtr> makeLrSchedule(std::string_view name, const Arguments &arguments,
                                     const std::vector<ScheduledGroup> &groups, std::int64_t totalSteps)
{
    const std::string_view className = classOf(name);
    if (className.empty())
        return unknownName(name);
    const auto warmup = arguments.integer("warmup", 0);
    if (!warmup)
        return warmup.error();
    if (*warmup < 0)
        return Error{ErrorCode::BadArgument, fmt::format("warmup={}: expected a number of steps", *warmup)};
    NewScheduleState state{std::string(className), withoutWarmup(arguments), groups, totalSteps};
    for (ScheduledGroup &group : state.groups)
        if (className != "ReduceLROnPlateau" && !group.initialLr)
            group.initialLr = group.lr;
    if (className == "none")
        if (auto fine = state.arguments.onlyKnows(std::array<std::string_view, 2>{"warmup", "warmup_start"}, "none");
            !fine)
            return fine.error();
    if (*warmup > 0) {
        if (className == "ReduceLROnPlateau" || className == "SWALR" || stepsPerBatch(className))
            return noWarmup(className);
        return withWarmup(std::move(state), *warmup, arguments);
    }
    if (className == "none")
        return LrSchedulePtr();
    ValueTree tree;
    const auto root = addNewState(tree, state);
    if (!root)
        return root.error();
    return started(tree, *root, std::move(state.groups));
}

bool stepsPerBatch(std::string_view name)
{
    const std::string_view className = classOf(name);
    return className == "OneCycleLR" || className == "CyclicLR";
}

}  // namespace waypoint
