// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A schedule as text to copy: Python, and options of waypoint-train.
#include "core/schedule/lr_schedule.h"
#include "core/schedule/schedule_classes.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

namespace {

using Type = ScheduleParameter::Type;
using Missing = ScheduleParameter::Missing;

std::string pythonNumber(std::string_view name, const Arguments &arguments)
{
    const auto number = arguments.number(name, 0);
    const std::string text = fmt::format("{}", number ? *number : 0);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string pythonInts(std::string_view name, const Arguments &arguments)
{
    const auto numbers = arguments.integers(name, {});
    return fmt::format("[{}]", fmt::join(numbers ? *numbers : std::vector<std::int64_t>(), ", "));
}

std::string pythonValue(const ScheduleParameter &parameter, const Arguments &arguments)
{
    const std::string text = arguments.text(parameter.name, "");
    switch (parameter.type) {
    case Type::Float:
        return pythonNumber(parameter.name, arguments);
    case Type::Int:
        return fmt::format("{}", arguments.integer(parameter.name, 0) ? *arguments.integer(parameter.name, 0) : 0);
    case Type::Ints:
        return pythonInts(parameter.name, arguments);
    case Type::Choice:
        return fmt::format("'{}'", text);
    case Type::Bool:
        return text == "true" || text == "True" || text == "1" ? "True" : "False";
    }
    return text;
}

std::string pythonCall(const ScheduleClass &scheduleClass, const Arguments &arguments)
{
    std::string call = fmt::format("{}(optimizer", scheduleClass.pythonName);
    for (const ScheduleParameter &parameter : scheduleClass.parameters)
        if (arguments.has(parameter.name))
            call += fmt::format(", {}={}", parameter.name, pythonValue(parameter, arguments));
    return call + ")";
}

std::int64_t warmupOf(const Arguments &arguments)
{
    const auto warmup = arguments.integer("warmup", 0);
    return warmup ? *warmup : 0;
}

std::string warmupCall(const Arguments &arguments)
{
    Arguments linear{{"total_iters", std::to_string(warmupOf(arguments))}};
    if (arguments.has("warmup_start"))
        linear.set("start_factor", arguments.text("warmup_start", ""));
    return pythonCall(*findScheduleClass("linear"), linear);
}

/// "--scheduler-arg" values have no blanks and need no quotes.
std::string withoutBlanks(std::string text)
{
    text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
    return text;
}

std::string whenToStep(const ScheduleClass &scheduleClass)
{
    if (scheduleClass.name == "plateau")
        return "# after each epoch: scheduler.step(validation_loss)\n";
    return stepsPerBatch(scheduleClass.name) ? "# after each batch: scheduler.step()\n"
                                             : "# after each epoch: scheduler.step()\n";
}

}  // namespace

Arguments completedArguments(const ScheduleClass &scheduleClass, const Arguments &arguments,
                             const ScheduleSetting &setting)
{
    Arguments complete = arguments;
    const std::int64_t total = std::max<std::int64_t>(setting.totalSteps - warmupOf(arguments), 1);
    for (const ScheduleParameter &parameter : scheduleClass.parameters) {
        if (complete.has(parameter.name))
            continue;
        if (parameter.missing == Missing::Total)
            complete.set(std::string(parameter.name), std::to_string(total));
        else if (parameter.missing == Missing::Rate)
            complete.set(std::string(parameter.name), fmt::format("{}", setting.lr));
    }
    return complete;
}

std::string schedulePythonCode(const ScheduleClass &scheduleClass, const Arguments &arguments,
                               const ScheduleSetting &setting)
{
    const bool warms = warmupOf(arguments) > 0;
    if (scheduleClass.className.empty() && !warms)
        return "# no scheduler: the learning rate stays\n";
    if (scheduleClass.className.empty())
        return "scheduler = " + warmupCall(arguments) + "\n" + whenToStep(scheduleClass);
    const std::string call = pythonCall(scheduleClass, completedArguments(scheduleClass, arguments, setting));
    if (!warms)
        return "scheduler = " + call + "\n" + whenToStep(scheduleClass);
    return fmt::format("warmup = {}\nmain = {}\nscheduler = torch.optim.lr_scheduler.SequentialLR(optimizer, "
                       "[warmup, main], milestones=[{}])\n{}",
                       warmupCall(arguments), call, warmupOf(arguments), whenToStep(scheduleClass));
}

std::string scheduleTrainOptions(const ScheduleClass &scheduleClass, const Arguments &arguments)
{
    std::string options = fmt::format("--scheduler {}", scheduleClass.name);
    for (const auto &[key, text] : arguments.items())
        options += fmt::format(" --scheduler-arg {}={}", key, withoutBlanks(text));
    return options;
}

}  // namespace waypoint
