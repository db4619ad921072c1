// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/small_dims.h"

#include <QtCore/QString>

#include <cstdint>
#include <optional>

namespace waypoint {

/// An element named by a person, or why what was typed names none.
struct TensorPlace
{
    std::optional<std::int64_t> position;  ///< row-major
    QString problem;                       ///< a sentence; empty where there is a position
};

/// "3, 0, 2", "[3, 0, 2]", "3 0 2": an index for each dimension; a single number: a row-major position. Negative
/// numbers count from the end, as in Python. Requires: the tensor's elements can be counted.
[[nodiscard]] TensorPlace placeFromText(const QString &text, const SmallDims &shape);

/// "[3, 0, 2]"; "[]" for a scalar.
[[nodiscard]] QString indexText(std::span<const std::int64_t> index);

}  // namespace waypoint
