// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_order.h"

#include <QtCore/QString>

/// What the cells of a comparison say. Any thread; bounded work per call.
namespace waypoint::compare_text {

/// "changed", "only in A", "other shape", ... as a person reads it.
[[nodiscard]] QString statusWord(DiffStatus status);
/// One sentence on what it means.
[[nodiscard]] QString statusTip(DiffStatus status);
/// "8.123 %"; "∞" where all of A is zero.
[[nodiscard]] QString percent(double share);

[[nodiscard]] QString cell(const CompareNumbers &numbers, std::size_t index, CompareColumn column);
/// Full precision and whole names; empty where it would only repeat the cell.
[[nodiscard]] QString tip(const CompareNumbers &numbers, std::size_t index, CompareColumn column);
/// The cell for a spreadsheet: all digits, shares as numbers.
[[nodiscard]] QString exact(const CompareNumbers &numbers, std::size_t index, CompareColumn column);
[[nodiscard]] QString columnName(CompareColumn column);
[[nodiscard]] QString columnTip(CompareColumn column);

/// Length of the bar of a relative change, 0 to 1: logarithmic from 0.01 % to 100 %.
[[nodiscard]] double barOf(double relative);

}  // namespace waypoint::compare_text
