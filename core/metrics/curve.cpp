// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curves.h"

namespace waypoint {

std::string_view curveAxisName(CurveAxis axis)
{
    switch (axis) {
    case CurveAxis::Step:
        return "step";
    case CurveAxis::Epoch:
        return "epoch";
    case CurveAxis::Time:
        return "time";
    }
    return "step";
}

const std::vector<double> &Curve::on(CurveAxis wanted) const
{
    if (wanted == axis)
        return x;
    switch (wanted) {
    case CurveAxis::Epoch:
        return epoch;
    case CurveAxis::Time:
        return time;
    case CurveAxis::Step:
        break;
    }
    return step;
}

}  // namespace waypoint
