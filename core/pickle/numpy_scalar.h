// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/numpy_dtype.h"

#include <string>
#include <string_view>

namespace waypoint {

/// The Object becomes the number, text or date that `bytes` are in `type`; left alone for types without such a value.
/// Requires: bytes.size() == type.size.
void becomeNumpyScalar(PythonTypes &types, ValueId object, const NumpyDType &type, std::string_view bytes);

/// A datetime64 as NumPy writes it ("2024-01-31T12:00:00.000"), `count` units after 1970; empty for an unknown unit.
[[nodiscard]] std::string numpyDateText(std::int64_t count, std::string_view unit);

}  // namespace waypoint
