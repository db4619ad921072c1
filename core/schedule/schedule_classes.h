// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/arguments.h"

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// A parameter of a scheduler's constructor, with torch's name.
struct ScheduleParameter
{
    enum class Type { Float, Int, Ints, Choice, Bool };
    /// What stands for a missing value.
    enum class Missing {
        Default,  ///< torch's default, `fallback`
        Needed,   ///< nothing: torch has no default; `fallback` is a value to begin with
        Total,    ///< all steps there are
        Rate,     ///< the optimizer's learning rate
        Optional  ///< `help` says
    };

    std::string_view name;
    Type type = Type::Float;
    std::string_view fallback;
    std::string_view help;  ///< one line
    Missing missing = Missing::Default;
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
    bool aboveLeast = false;  ///< `least` itself is not allowed
    std::vector<std::string_view> choices;
};

/// A class that makeLrSchedule makes.
struct ScheduleClass
{
    std::string_view name;       ///< makeLrSchedule's and waypoint-train's: "multistep"
    std::string_view className;  ///< torch's: "MultiStepLR"; empty for "none"
    std::string pythonName;      ///< "torch.optim.lr_scheduler.MultiStepLR"
    std::string_view help;       ///< one line
    bool takesWarmup = true;
    std::vector<ScheduleParameter> parameters;
};

/// Those a person can choose from, "none" first.
[[nodiscard]] std::span<const ScheduleClass> scheduleClasses();

/// By either name; a null pointer where there is none.
[[nodiscard]] const ScheduleClass *findScheduleClass(std::string_view name);

/// Nothing where `text` is a value for the parameter, else the reason: "expected a whole number", "must be above 0".
[[nodiscard]] std::string parameterProblem(const ScheduleParameter &parameter, std::string_view text);

/// What a schedule is made for.
struct ScheduleSetting
{
    double lr = 0.1;
    std::int64_t totalSteps = 100;  ///< epochs, or batches of all epochs where the class is stepped after each
};

/// The arguments with a value for all that makeLrSchedule takes from the setting: T_max, total_steps, max_lr, ...
[[nodiscard]] Arguments completedArguments(const ScheduleClass &scheduleClass, const Arguments &arguments,
                                           const ScheduleSetting &setting);

/// Python code that makes the schedule as `scheduler` for an `optimizer`, and says when to step it. Requires: the
/// arguments are those makeLrSchedule takes.
[[nodiscard]] std::string schedulePythonCode(const ScheduleClass &scheduleClass, const Arguments &arguments,
                                             const ScheduleSetting &setting);

/// The options of waypoint-train for it: "--scheduler multistep --scheduler-arg milestones=10,20".
[[nodiscard]] std::string scheduleTrainOptions(const ScheduleClass &scheduleClass, const Arguments &arguments);

}  // namespace waypoint
