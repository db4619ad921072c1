// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curves.h"

#include <QtCore/QString>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace waypoint {

/// What curves are drawn over.
enum class CurveX : std::uint8_t { Step, Epoch, WallTime, RelativeTime };
inline constexpr std::array kCurveXs{CurveX::Step, CurveX::Epoch, CurveX::RelativeTime, CurveX::WallTime};

[[nodiscard]] QString curveXName(CurveX x);
/// Of the settings: "step", "epoch", "wall", "relative".
[[nodiscard]] QString curveXKey(CurveX x);

/// The points of a curve over one x, in rising order and without those whose x is not known.
struct CurvePoints
{
    std::vector<double> x;
    std::vector<double> y;
};

/// Whether the source tells where the curve's points are on this axis.
[[nodiscard]] bool hasX(const Curve &curve, CurveX x);

/// Epochs count whole; the points of an epoch are spread over the stretch that ends at its number, so that what was
/// measured at its end, and the checkpoint written then, are where the number is. `start` is what relative times count
/// from. Empty where the source does not tell.
[[nodiscard]] CurvePoints pointsOver(const Curve &curve, CurveX x, double start);

/// Earliest time of a run, in seconds since 1970; NaN where it has none.
[[nodiscard]] double startTime(const RunCurves &run);

/// Where along x a checkpoint lies; the axis it does not tell is found through a curve that tells both. NaN where there
/// is none.
[[nodiscard]] double markPosition(const CurveMark &mark, const RunCurves &run, CurveX x, double start);

/// A unit that suits a stretch of time: its seconds, and its name.
struct TimeUnit
{
    double seconds = 1;
    QString name;
};
[[nodiscard]] TimeUnit timeUnit(double seconds);

}  // namespace waypoint
