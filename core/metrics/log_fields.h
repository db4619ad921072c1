// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curve_table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waypoint {

/// What a column (or key) of a log tells: where its record stands, or a value to draw.
enum class FieldUse : std::uint8_t { Value, Step, Epoch, Time };

/// By its name in any spelling: "step", "trainer/global_step", "Iteration", "epoch", "_timestamp".
[[nodiscard]] FieldUse fieldUse(std::string_view name);

/// "train", "loss" -> "train/loss": the name of a value in a part of a record.
[[nodiscard]] std::string nameBelow(const std::string &part, const std::string &name);

/// Which of several columns for the same is taken, the lowest first: "step" before "iter".
[[nodiscard]] int fieldRank(std::string_view name);

/// Whether a number can be a moment, in seconds since 1970: many logs have seconds per iteration under "time".
[[nodiscard]] inline bool isMoment(double value) { return value > 1e8 && value < 1e11; }

/// A number as text, as Python or C print it: "1e-05", "nan", "-inf", "Infinity"; nothing for anything else.
/// Independent of the locale. Numbers beyond the range of double are infinite or 0, as in Python.
[[nodiscard]] std::optional<double> numberOfText(std::string_view text);

}  // namespace waypoint
