// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <QtGui/QColor>

class QPalette;

/// Colour means role or health, never decoration. Hues are Okabe and Ito's, which colour-blind people can tell
/// apart; each has a darker twin for light windows so that it stays readable on white.
namespace waypoint::colors {

[[nodiscard]] bool isDark(const QPalette &palette);

/// What stands for a role: dots, chips, glyphs of the tree.
[[nodiscard]] QColor role(Role role, const QPalette &palette);

enum class Notice { Information, Warning, Danger, Good };

/// Background of a bar or a badge, its text, and a line or dot of the same meaning.
[[nodiscard]] QColor noticeBackground(Notice notice, const QPalette &palette);
[[nodiscard]] QColor noticeText(Notice notice, const QPalette &palette);
[[nodiscard]] QColor noticeAccent(Notice notice, const QPalette &palette);

/// Text that steps back behind the main text and stays readable (contrast of 4.5 and more).
[[nodiscard]] QColor quietText(const QPalette &palette);
/// Thin lines between parts.
[[nodiscard]] QColor hairline(const QPalette &palette);

}  // namespace waypoint::colors
