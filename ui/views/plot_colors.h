// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QColor>

class QPalette;

namespace waypoint::colors {

/// Colours of lines in a fixed order: Okabe and Ito's, dark enough or light enough for the palette; after the eighth
/// they start again, paler.
[[nodiscard]] QColor plotLine(int index, const QPalette &palette);

/// Perceptual colour maps, `at` in [0, 1]: viridis for magnitudes; blue - neutral - red around 0.5 for weights, whose
/// neutral is light in light windows and dark in dark ones.
[[nodiscard]] QRgb viridis(double at);
[[nodiscard]] QRgb diverging(double at, bool dark);

}  // namespace waypoint::colors
