// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QIcon>

#include <functional>

class QPainter;

namespace waypoint {

/// Draws a glyph on a square field of so many units.
using GlyphPainter = std::function<void(QPainter &, QIcon::Mode)>;

/// Drawn anew at every size and for every palette, so that it is crisp on any screen and follows the theme: the painter
/// should ask for the palette of the day.
[[nodiscard]] QIcon paintedIcon(double field, GlyphPainter painter);

}  // namespace waypoint
