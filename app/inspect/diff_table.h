// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/diff_report.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// A line of the table of tensors: a tensor or a layer.
struct DiffLine
{
    std::string name;
    std::string status;  ///< "changed"
    std::optional<TensorDifference> difference;
    std::string detail;      ///< in place of numbers, or behind them: "10×512 → 100×512"
    bool isCounter = false;  ///< a count: not among the largest changes
};

/// Writes lines under common heads, with a bar for the relative change; the largest is marked. Names are cut where
/// `width` columns are too few (0: any width).
void writeDiffTable(std::string_view head, const std::vector<DiffLine> &lines, std::size_t width,
                    const std::function<void(std::string_view)> &write);

/// "0.0123": four significant digits.
[[nodiscard]] std::string diffNumberText(double value);

}  // namespace waypoint
