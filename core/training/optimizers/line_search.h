// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/optimizers/python_number.h"

#include <functional>

namespace waypoint {

/// A point on the line x + step * direction.
struct LinePoint
{
    PythonNumber step;
    PythonNumber loss;
    at::Tensor gradient;
    PythonNumber slope;  ///< along the direction
};

/// Loss and gradient at x + step * direction.
using LineFunction = std::function<std::pair<double, at::Tensor>(PythonNumber step)>;

struct LineSearchResult
{
    LinePoint point;
    int evaluations = 0;
};

/// A step that satisfies the strong Wolfe conditions (Nocedal and Wright, "Numerical Optimization", algorithms 3.5 and
/// 3.6) with c1 = 1e-4, c2 = 0.9 and cubic interpolation, at most `most` evaluations after the first; else the best of
/// the bracket. `start`: step 0. `first`: the step to try.
LineSearchResult strongWolfe(const LineFunction &evaluate, const LinePoint &start, PythonNumber first,
                             const at::Tensor &direction, std::int64_t most);

}  // namespace waypoint
