// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curve_order.h"

#include <algorithm>
#include <numeric>

namespace waypoint {

namespace {

/// More returns than this, and more than one in ten points, are no resumes.
constexpr std::size_t kMostResumes = 20;

void keep(std::vector<double> &values, const std::vector<std::size_t> &order)
{
    if (values.empty())
        return;
    std::vector<double> kept;
    kept.reserve(order.size());
    for (const std::size_t i : order)
        kept.push_back(values[i]);
    values = std::move(kept);
}

void keep(Curve &curve, const std::vector<std::size_t> &order)
{
    for (auto *values : {&curve.x, &curve.y, &curve.step, &curve.epoch, &curve.time})
        keep(*values, order);
}

std::vector<std::size_t> sortedOrder(const std::vector<double> &x)
{
    std::vector<std::size_t> order(x.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
    return order;
}

/// Without what was done over.
std::vector<std::size_t> cutOrder(const std::vector<double> &x)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (i > 0 && x[i] < x[i - 1])
            while (!order.empty() && x[order.back()] >= x[i])
                order.pop_back();
        order.push_back(i);
    }
    return order;
}

}  // namespace

std::size_t putInOrder(Curve &curve)
{
    std::size_t returns = 0;
    for (std::size_t i = 1; i < curve.x.size(); ++i)
        returns += curve.x[i] < curve.x[i - 1] ? 1 : 0;
    if (returns == 0)
        return 0;
    const std::size_t before = curve.x.size();
    const bool resumes = returns <= std::max<std::size_t>(1, std::min(kMostResumes, before / 10));
    keep(curve, resumes ? cutOrder(curve.x) : sortedOrder(curve.x));
    return before - curve.x.size();
}

}  // namespace waypoint
