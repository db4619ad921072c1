// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curve_table.h"

#include "core/base/printable.h"
#include "core/metrics/curve_order.h"
#include "core/pickle/pickle_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace waypoint {

namespace {

constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

std::size_t finiteValues(const std::vector<double> &values)
{
    std::size_t count = 0;
    for (const double value : values)
        count += std::isfinite(value) ? 1 : 0;
    return count;
}

/// Leaves the points whose x is known.
void dropUnplaced(Curve &curve)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
        if (!std::isfinite(curve.x[i]))
            continue;
        for (auto *values : {&curve.x, &curve.y, &curve.step, &curve.epoch, &curve.time})
            if (!values->empty())
                (*values)[kept] = (*values)[i];
        ++kept;
    }
    for (auto *values : {&curve.x, &curve.y, &curve.step, &curve.epoch, &curve.time})
        if (!values->empty())
            values->resize(kept);
}

/// An axis with holes is of no use to draw on.
void dropPartial(std::vector<double> &axis)
{
    if (finiteValues(axis) != axis.size())
        axis.clear();
}

bool isConstant(const std::vector<double> &values)
{
    return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

/// TensorBoard writes step 0 for all points where nobody gave it one; their time tells them apart.
void dropIdleSteps(Curve &curve)
{
    if (curve.step.size() > 1 && curve.time.size() == curve.step.size() && isConstant(curve.step)
        && !isConstant(curve.time))
        curve.step.clear();
}

void chooseAxis(Curve &curve)
{
    const auto known = [&](CurveAxis axis) {
        const auto &values = axis == CurveAxis::Step ? curve.step : axis == CurveAxis::Epoch ? curve.epoch : curve.time;
        return finiteValues(values);
    };
    std::size_t most = 0;
    for (const CurveAxis axis : {CurveAxis::Step, CurveAxis::Epoch, CurveAxis::Time})
        if (const std::size_t count = known(axis); count > most) {
            most = count;
            curve.axis = axis;
        }
    if (most > 0) {
        curve.x = curve.axis == CurveAxis::Step    ? curve.step
                  : curve.axis == CurveAxis::Epoch ? curve.epoch
                                                   : curve.time;
        return;
    }
    for (std::size_t i = 0; i < curve.y.size(); ++i)
        curve.x.push_back(static_cast<double>(i));
}

}  // namespace

void CurveTable::Column::add(std::size_t at, double value)
{
    if (values.empty() && std::isnan(value))
        return;
    values.resize(at, kNan);
    values.push_back(value);
}

double CurveTable::Column::at(std::size_t i) const { return i < values.size() ? values[i] : kNan; }

void CurveTable::Column::resize(std::size_t size)
{
    if (values.size() > size)
        values.resize(size);
}

std::vector<double> CurveTable::Column::padded(std::size_t size) const
{
    auto result = values;
    if (!result.empty())
        result.resize(size, kNan);
    return result;
}

void CurveTable::Points::resize(std::size_t size)
{
    y.resize(size);
    for (auto *column : {&step, &epoch, &time})
        column->resize(size);
}

std::size_t CurveTable::curve(std::string_view name)
{
    std::string key = displayableUtf8(name.substr(0, kLongestName));
    if (const auto found = m_byName.find(key); found != m_byName.end())
        return found->second;
    if (m_curves.size() >= kMostCurves) {
        ++m_namesRefused;
        return kNoCurve;
    }
    m_byName.emplace(key, m_curves.size());
    m_curves.push_back({.name = std::move(key), .y = {}, .step = {}, .epoch = {}, .time = {}});
    return m_curves.size() - 1;
}

void CurveTable::add(std::size_t curve, const RecordPlace &place, double value)
{
    if (curve == kNoCurve)
        return;
    if (m_points >= kMostPoints) {
        ++m_pointsRefused;
        return;
    }
    Points &points = m_curves[curve];
    const std::size_t at = points.y.size();
    points.y.push_back(value);
    points.step.add(at, place.step);
    points.epoch.add(at, place.epoch);
    points.time.add(at, place.time);
    ++m_points;
}

template<typename Beyond>
std::size_t CurveTable::cutWhile(const Beyond &beyond)
{
    std::size_t cut = 0;
    for (Points &points : m_curves) {
        std::size_t size = points.y.size();
        while (size > 0 && beyond(points.step.at(size - 1)))
            --size;
        cut += points.y.size() - size;
        points.resize(size);
    }
    m_points -= cut;
    return cut;
}

std::size_t CurveTable::cutBeyond(double step)
{
    return cutWhile([step](double at) { return at > step; });
}

std::size_t CurveTable::cutFrom(double step)
{
    return cutWhile([step](double at) { return at >= step; });
}

void CurveTable::clear() { *this = {}; }

CurveTable::Mark CurveTable::mark() const
{
    Mark sizes;
    for (const Points &points : m_curves)
        sizes.push_back(points.y.size());
    return sizes;
}

void CurveTable::rollBack(const Mark &mark)
{
    for (std::size_t i = 0; i < m_curves.size(); ++i) {
        const std::size_t size = i < mark.size() ? mark[i] : 0;
        m_points -= m_curves[i].y.size() - size;
        m_curves[i].resize(size);
    }
}

std::size_t CurveTable::append(const CurveTable &later, std::string_view prefix)
{
    std::size_t cut = 0;
    for (const Points &from : later.m_curves) {
        const std::size_t index = from.y.empty() ? kNoCurve : curve(std::string(prefix) + from.name);
        if (index == kNoCurve)
            continue;
        Points &into = m_curves[index];
        std::size_t size = into.y.size();
        while (size > 0 && into.step.at(size - 1) >= from.step.at(0))
            --size;
        cut += into.y.size() - size;
        m_points -= into.y.size() - size;
        into.resize(size);
        for (std::size_t i = 0; i < from.y.size(); ++i)
            add(index, {from.step.at(i), from.epoch.at(i), from.time.at(i)}, from.y[i]);
    }
    return cut;
}

Curve CurveTable::curveOf(const Points &points)
{
    const std::size_t size = points.y.size();
    Curve curve{.name = points.name,
                .axis = CurveAxis::Step,
                .x = {},
                .y = points.y,
                .step = points.step.padded(size),
                .epoch = points.epoch.padded(size),
                .time = points.time.padded(size)};
    dropIdleSteps(curve);
    chooseAxis(curve);
    dropUnplaced(curve);
    for (auto *axis : {&curve.step, &curve.epoch, &curve.time})
        dropPartial(*axis);
    return curve;
}

std::vector<Curve> CurveTable::curves(std::size_t &cut) const
{
    std::vector<Curve> curves;
    for (const Points &points : m_curves) {
        if (points.y.empty())
            continue;
        curves.push_back(curveOf(points));
        cut += putInOrder(curves.back());
    }
    return curves;
}

std::vector<std::string> CurveTable::warnings() const
{
    std::vector<std::string> warnings;
    if (m_namesRefused > 0)
        warnings.push_back(fmt::format("Only the first {} curves are read.", groupedDigits(kMostCurves)));
    if (m_pointsRefused > 0)
        warnings.push_back(fmt::format("Only the first {} points are read.", groupedDigits(kMostPoints)));
    return warnings;
}

}  // namespace waypoint
