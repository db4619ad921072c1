// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_readings.h"

#include "ui/models/curve_axis.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace waypoint {

namespace {

const Curve *curveNamed(const RunCurves &run, std::string_view name)
{
    const auto found =
        std::find_if(run.curves.begin(), run.curves.end(), [&](const Curve &curve) { return curve.name == name; });
    return found == run.curves.end() ? nullptr : &*found;
}

const Curve *firstOf(const RunCurves &run, std::initializer_list<std::string_view> names, CurveKind kind)
{
    for (const std::string_view name : names)
        if (const Curve *curve = curveNamed(run, name))
            return curve;
    const auto found = std::find_if(run.curves.begin(), run.curves.end(),
                                    [&](const Curve &curve) { return curveKind(curve.name) == kind; });
    return found == run.curves.end() ? nullptr : &*found;
}

const Curve *metricOf(const RunCurves &run, std::string_view monitor)
{
    if (const Curve *curve = curveNamed(run, monitor); curve && curveKind(monitor) != CurveKind::Loss)
        return curve;
    return firstOf(run, {"accuracy/val", "accuracy/epoch", "accuracy/train"}, CurveKind::Accuracy);
}

/// An epoch as a log has it: anybody may have written that, and not each number is one.
std::optional<std::int64_t> wholeEpoch(double epoch)
{
    constexpr double kMost = 1e15;
    return std::abs(epoch) < kMost ? std::optional(static_cast<std::int64_t>(epoch)) : std::nullopt;
}

void take(const Curve &curve, std::optional<double> RunReadings::Epoch::*value, RunReadings &readings)
{
    const std::vector<double> &epochs = curve.on(CurveAxis::Epoch);
    for (std::size_t i = 0; i < epochs.size(); ++i)
        if (const auto epoch = wholeEpoch(epochs[i]))
            readings.of[*epoch].*value = curve.y[i];
}

}  // namespace

RunReadings readingsOf(const RunCurves &run, std::string_view monitor)
{
    RunReadings readings;
    readings.started = startTime(run);
    if (const Curve *loss = firstOf(run, {"loss/val", "loss/epoch", "loss/train"}, CurveKind::Loss)) {
        readings.lossName = loss->name;
        take(*loss, &RunReadings::Epoch::loss, readings);
    }
    if (const Curve *metric = metricOf(run, monitor)) {
        readings.metricName = metric->name;
        take(*metric, &RunReadings::Epoch::metric, readings);
    }
    if (const Curve *rate = firstOf(run, {"lr"}, CurveKind::LearningRate); rate && !rate->y.empty())
        readings.learningRate = rate->y.back();
    for (const CurveMark &mark : run.marks)
        if (const auto epoch = wholeEpoch(mark.epoch))
            readings.epochOfFile[mark.file.filename().string()] = *epoch;
    return readings;
}

}  // namespace waypoint
