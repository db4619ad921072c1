// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Names, defaults and limits are those of torch.optim.lr_scheduler's constructors.
#include "core/schedule/schedule_classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace waypoint {

namespace {

using Parameter = ScheduleParameter;
using Type = Parameter::Type;
using Missing = Parameter::Missing;
using Parameters = std::vector<Parameter>;

constexpr double kMostSteps = 1e9;  ///< more than anybody trains

// --- parameters, by what they may be ---

Parameter anyFloat(std::string_view name, std::string_view fallback, std::string_view help,
                   Missing missing = Missing::Default)
{
    return {.name = name, .fallback = fallback, .help = help, .missing = missing, .choices = {}};
}

Parameter within(Parameter parameter, double least, double most = std::numeric_limits<double>::infinity())
{
    parameter.least = least;
    parameter.most = most;
    return parameter;
}

Parameter above(Parameter parameter, double least, double most = std::numeric_limits<double>::infinity())
{
    parameter = within(std::move(parameter), least, most);
    parameter.aboveLeast = true;
    return parameter;
}

/// A number of steps, from `least` on.
Parameter steps(std::string_view name, std::string_view fallback, std::string_view help,
                Missing missing = Missing::Default, double least = 1)
{
    Parameter parameter = within(anyFloat(name, fallback, help, missing), least, kMostSteps);
    parameter.type = Type::Int;
    return parameter;
}

Parameter rate(std::string_view name, std::string_view fallback, std::string_view help,
               Missing missing = Missing::Default)
{
    return within(anyFloat(name, fallback, help, missing), 0);
}

Parameter share(std::string_view name, std::string_view fallback, std::string_view help)
{
    return within(anyFloat(name, fallback, help), 0, 1);
}

Parameter choice(std::string_view name, std::vector<std::string_view> choices, std::string_view help)
{
    return {.name = name, .type = Type::Choice, .fallback = choices.front(), .help = help, .choices = choices};
}

Parameter flag(std::string_view name, bool fallback, std::string_view help)
{
    return {.name = name, .type = Type::Bool, .fallback = fallback ? "true" : "false", .help = help, .choices = {}};
}

Parameter milestones()
{
    Parameter parameter = steps("milestones", "30,60",
                                "epochs after which the rate is multiplied with gamma, "
                                "separated by commas",
                                Missing::Needed);
    parameter.type = Type::Ints;
    return parameter;
}

Parameter gamma(std::string_view fallback, Missing missing = Missing::Default)
{
    return above(anyFloat("gamma", fallback, "what the rate is multiplied with each time", missing), 0);
}

Parameter annealing()
{
    return choice("anneal_strategy", {"cos", "linear"}, "along half a cosine, or a straight line");
}

// --- classes ---

Parameters cyclicParameters()
{
    return {rate("base_lr", "", "the lowest rate; empty: the optimizer's", Missing::Rate),
            rate("max_lr", "1.0", "the highest rate", Missing::Needed),
            steps("step_size_up", "2000", "batches from the lowest to the highest rate"),
            steps("step_size_down", "", "as many batches back as up", Missing::Optional),
            choice("mode", {"triangular", "triangular2", "exp_range"},
                   "the same each cycle, halved each cycle, or shrunk by gamma each batch"),
            above(anyFloat("gamma", "1.0", "exp_range only: the factor of each batch"), 0),
            flag("cycle_momentum", true, "momentum goes the other way; the optimizer must have one"),
            share("base_momentum", "0.8", "momentum at the highest rate"),
            share("max_momentum", "0.9", "momentum at the lowest rate")};
}

Parameters oneCycleParameters()
{
    return {above(anyFloat("max_lr", "", "the highest rate; empty: the optimizer's", Missing::Rate), 0),
            steps("total_steps", "", "batches of the whole cycle; empty: all there are", Missing::Total),
            share("pct_start", "0.3", "the part of it that rises"),
            annealing(),
            flag("cycle_momentum", true, "momentum goes the other way; the optimizer must have one"),
            share("base_momentum", "0.85", "momentum at the highest rate"),
            share("max_momentum", "0.95", "momentum at the lowest rate"),
            above(anyFloat("div_factor", "25.0", "max_lr over the rate at the start"), 0),
            above(anyFloat("final_div_factor", "10000.0", "the rate at the start over that at the end"), 0),
            flag("three_phase", false, "fall back to the start's rate, then to the least one")};
}

Parameters plateauParameters()
{
    return {choice("mode", {"min", "max"}, "whether the metric should fall (a loss) or rise (an accuracy)"),
            above(anyFloat("factor", "0.1", "what the rate is multiplied with"), 0, 1),
            steps("patience", "10", "epochs without improvement that are waited", Missing::Default, 0),
            within(anyFloat("threshold", "0.0001", "improvement that counts as one"), 0),
            choice("threshold_mode", {"rel", "abs"}, "as a part of the best value, or as it is"),
            steps("cooldown", "0", "epochs after a drop that are not counted", Missing::Default, 0),
            rate("min_lr", "0", "the rate never goes below"),
            within(anyFloat("eps", "1e-08", "smaller drops are not made"), 0)};
}

ScheduleClass torchClass(std::string_view name, std::string_view className, std::string_view help,
                         Parameters parameters, bool takesWarmup = true)
{
    const std::string_view module = className == "SWALR" ? "torch.optim.swa_utils." : "torch.optim.lr_scheduler.";
    return {name, className, std::string(module) + std::string(className), help, takesWarmup, std::move(parameters)};
}

std::vector<ScheduleClass> makeClasses()
{
    return {
        {"none", "", "", "the rate stays", true, {}},
        torchClass("step", "StepLR", "drops every step_size epochs",
                   {steps("step_size", "30", "epochs between drops", Missing::Needed), gamma("0.1")}),
        torchClass("multistep", "MultiStepLR", "drops at given epochs", {milestones(), gamma("0.1")}),
        torchClass("exponential", "ExponentialLR", "drops by the same part each epoch",
                   {gamma("0.95", Missing::Needed)}),
        torchClass("cosine", "CosineAnnealingLR", "falls along half a cosine",
                   {steps("T_max", "", "epochs to the least rate; empty: all there are", Missing::Total),
                    rate("eta_min", "0", "the least rate")}),
        torchClass("cosinerestarts", "CosineAnnealingWarmRestarts", "falls along half a cosine, again and again",
                   {steps("T_0", "10", "epochs to the first restart", Missing::Needed),
                    steps("T_mult", "1", "how many times longer each period is than the one before"),
                    rate("eta_min", "0", "the least rate")}),
        torchClass("linear", "LinearLR", "goes in a straight line, then stays",
                   {above(anyFloat("start_factor", "0.3333333333333333", "of the rate, at the start"), 0, 1),
                    share("end_factor", "1.0", "of the rate, at the end"),
                    steps("total_iters", "5", "epochs from one to the other")}),
        torchClass("constant", "ConstantLR", "a part of the rate for some epochs, then all of it",
                   {share("factor", "0.3333333333333333", "of the rate"),
                    steps("total_iters", "5", "epochs until it is whole", Missing::Default, 0)}),
        torchClass("polynomial", "PolynomialLR", "falls to zero along a power",
                   {steps("total_iters", "", "epochs to zero; empty: all there are", Missing::Total),
                    above(anyFloat("power", "1.0", "1: a straight line; 2: a parabola"), 0)}),
        torchClass("onecycle", "OneCycleLR", "up and down once; stepped after each batch", oneCycleParameters(), false),
        torchClass("cyclic", "CyclicLR", "up and down again and again; stepped after each batch", cyclicParameters(),
                   false),
        torchClass("plateau", "ReduceLROnPlateau", "drops when a metric stops improving", plateauParameters(), false),
        torchClass("swa", "SWALR", "goes to a rate and stays: for averaged weights",
                   {rate("swa_lr", "0.05", "the rate to go to", Missing::Needed),
                    steps("anneal_epochs", "10", "epochs to it", Missing::Default, 0), annealing()},
                   false),
    };
}

std::string rangeProblem(const Parameter &parameter, double number)
{
    if (!std::isfinite(number))
        return "must be finite";
    if (parameter.aboveLeast && number <= parameter.least)
        return fmt::format("must be above {:g}", parameter.least);
    if (number < parameter.least)
        return fmt::format("must be at least {:g}", parameter.least);
    if (number > parameter.most)
        return fmt::format("must be at most {:g}", parameter.most);
    return {};
}

std::string intsProblem(const Parameter &parameter, const Arguments &value)
{
    const auto numbers = value.integers(parameter.name, {});
    if (!numbers)
        return "expected whole numbers separated by commas";
    if (numbers->empty())
        return "needs at least one number";
    for (const std::int64_t number : *numbers)
        if (auto problem = rangeProblem(parameter, static_cast<double>(number)); !problem.empty())
            return fmt::format("{}: {}", number, problem);
    return {};
}

}  // namespace

std::span<const ScheduleClass> scheduleClasses()
{
    static const std::vector<ScheduleClass> kClasses = makeClasses();
    return kClasses;
}

const ScheduleClass *findScheduleClass(std::string_view name)
{
    const auto classes = scheduleClasses();
    const auto found = std::find_if(classes.begin(), classes.end(), [&](const ScheduleClass &one) {
        return one.name == name || (!name.empty() && one.className == name);
    });
    return found == classes.end() ? nullptr : &*found;
}

std::string parameterProblem(const ScheduleParameter &parameter, std::string_view text)
{
    if (text.find_first_not_of(" \t") == std::string_view::npos)
        return parameter.missing == Missing::Needed ? "needs a value" : "";
    const Arguments value{{std::string(parameter.name), std::string(text)}};
    switch (parameter.type) {
    case Type::Float: {
        const auto number = value.number(parameter.name, 0);
        return number ? rangeProblem(parameter, *number) : "expected a number";
    }
    case Type::Int: {
        const auto number = value.integer(parameter.name, 0);
        return number ? rangeProblem(parameter, static_cast<double>(*number)) : "expected a whole number";
    }
    case Type::Ints:
        return intsProblem(parameter, value);
    case Type::Bool:
        return value.flag(parameter.name, false) ? "" : "expected true or false";
    case Type::Choice:
        if (std::find(parameter.choices.begin(), parameter.choices.end(), text) == parameter.choices.end())
            return fmt::format("expected one of {}", fmt::join(parameter.choices, ", "));
        return {};
    }
    return {};
}

}  // namespace waypoint
