// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_window.h"

#include <QtCore/QString>

namespace waypoint {

/// How a table writes numbers.
struct NumberFormat
{
    enum class Style {
        Automatic,    ///< four significant digits; whole numbers whole
        Fixed,        ///< `digits` behind the point
        Scientific,   ///< one digit, the point, `digits` more, and the exponent
        Full,         ///< all digits it takes to read the same element again, as Python writes it
        Hexadecimal,  ///< the bits of a whole number; others in full
    };

    Style style = Style::Automatic;
    int digits = 4;

    bool operator==(const NumberFormat &) const = default;
};

[[nodiscard]] QString numberText(const Element &element, const NumberFormat &format);

}  // namespace waypoint
