// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/curve_axis.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace waypoint {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

QString tr(const char *text) { return QCoreApplication::translate("curves", text); }

CurveAxis sourceAxis(CurveX x)
{
    if (x == CurveX::Step)
        return CurveAxis::Step;
    return x == CurveX::Epoch ? CurveAxis::Epoch : CurveAxis::Time;
}

void spreadEpochs(std::vector<double> &x)
{
    std::size_t earlier = 0;  // points of the epoch before
    for (std::size_t first = 0, next = 0; first < x.size(); first = next) {
        const double epoch = x[first];
        while (next < x.size() && x[next] == epoch)
            ++next;
        const std::size_t count = next - first;
        // The last epoch may be unfinished: its points must not move when more of them come.
        const std::size_t parts = next == x.size() ? std::max(count, earlier) : count;
        for (std::size_t i = 0; i < count; ++i)
            x[first + i] = epoch - static_cast<double>(parts - 1 - i) / static_cast<double>(parts);
        earlier = count;
    }
}

void dropUnknown(CurvePoints &points)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < points.x.size(); ++i) {
        if (!std::isfinite(points.x[i]))
            continue;
        points.x[kept] = points.x[i];
        points.y[kept++] = points.y[i];
    }
    points.x.resize(kept);
    points.y.resize(kept);
}

void sortByX(CurvePoints &points)
{
    if (std::is_sorted(points.x.begin(), points.x.end()))
        return;
    std::vector<std::size_t> order(points.x.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return points.x[a] < points.x[b]; });
    CurvePoints sorted;
    sorted.x.reserve(order.size());
    sorted.y.reserve(order.size());
    for (const std::size_t i : order) {
        sorted.x.push_back(points.x[i]);
        sorted.y.push_back(points.y[i]);
    }
    points = std::move(sorted);
}

/// Where `from` passes `at` on a curve that tells both axes: the last point that is not beyond it.
double translated(const RunCurves &run, CurveAxis from, CurveAxis to, double at)
{
    for (const Curve &curve : run.curves) {
        const std::vector<double> &known = curve.on(from);
        const std::vector<double> &wanted = curve.on(to);
        if (known.empty() || wanted.size() != known.size())
            continue;
        const auto after = std::upper_bound(known.begin(), known.end(), at);
        if (after != known.begin())
            return wanted[static_cast<std::size_t>(after - known.begin()) - 1];
    }
    return kNaN;
}

}  // namespace

QString curveXName(CurveX x)
{
    switch (x) {
    case CurveX::Step:
        return tr("Step");
    case CurveX::Epoch:
        return tr("Epoch");
    case CurveX::WallTime:
        return tr("Time of day");
    case CurveX::RelativeTime:
        return tr("Time since start");
    }
    return {};
}

QString curveXKey(CurveX x)
{
    static constexpr std::array kKeys{"step", "epoch", "wall", "relative"};
    return QLatin1String(kKeys[static_cast<std::size_t>(x)]);
}

bool hasX(const Curve &curve, CurveX x)
{
    const std::vector<double> &values = curve.on(sourceAxis(x));
    return values.size() == curve.y.size()
           && std::any_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

CurvePoints pointsOver(const Curve &curve, CurveX x, double start)
{
    const std::vector<double> &values = curve.on(sourceAxis(x));
    if (values.size() != curve.y.size())
        return {};
    CurvePoints points{values, curve.y};
    dropUnknown(points);
    if (x == CurveX::RelativeTime)
        for (double &value : points.x)
            value -= start;
    sortByX(points);
    if (x == CurveX::Epoch)
        spreadEpochs(points.x);
    return points;
}

double startTime(const RunCurves &run)
{
    double earliest = kNaN;
    for (const Curve &curve : run.curves)
        for (const double time : curve.on(CurveAxis::Time))
            if (!(time >= earliest) && !std::isnan(time))
                earliest = time;
    return earliest;
}

double markPosition(const CurveMark &mark, const RunCurves &run, CurveX x, double start)
{
    const CurveAxis wanted = sourceAxis(x);
    double at = wanted == CurveAxis::Step ? mark.step : wanted == CurveAxis::Epoch ? mark.epoch : kNaN;
    if (std::isnan(at) && !std::isnan(mark.step))
        at = translated(run, CurveAxis::Step, wanted, mark.step);
    if (std::isnan(at) && !std::isnan(mark.epoch))
        at = translated(run, CurveAxis::Epoch, wanted, mark.epoch);
    return x == CurveX::RelativeTime ? at - start : at;
}

TimeUnit timeUnit(double seconds)
{
    if (seconds < 300)
        return {1, tr("s")};
    if (seconds < 3 * 3600.0)
        return {60, tr("min")};
    return seconds < 4 * 86400.0 ? TimeUnit{3600, tr("h")} : TimeUnit{86400, tr("days")};
}

}  // namespace waypoint
