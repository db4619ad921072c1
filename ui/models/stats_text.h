// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/colors.h"
#include "ui/models/entry_order.h"

#include <QtCore/QString>

#include <optional>

/// What the cells of the tree say of a tensor's numbers. Any thread.
namespace waypoint::stats_text {

/// A cell of a statistics column; empty for other columns and for a tensor without elements.
[[nodiscard]] QString cell(const TensorStats &stats, EntryColumn column);
/// The same with all digits, and what it counts.
[[nodiscard]] QString tip(const TensorStats &stats, EntryColumn column);

/// A tensor in one line: "−0.2134 … 0.3401", "all 0", "3 NaN · 0 … 1"; a single element's value.
[[nodiscard]] QString summary(const TensorStats &stats);
/// All statistics with all digits, a line each, after a sentence for each ailment.
[[nodiscard]] QString summaryTip(const EntryStats::Known &known);

/// How bad it is: NaN and infinities are Danger, the rest a Warning; nothing for none.
[[nodiscard]] std::optional<colors::Notice> severity(Ailments ailments);
/// What rows below a row suffer from: "Below: NaN, only zeros"; empty for nothing.
[[nodiscard]] QString belowTip(Ailments ailments);

}  // namespace waypoint::stats_text
