// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/colors.h"
#include "ui/models/run_story.h"

#include <QtGui/QIcon>

namespace waypoint {

/// The colour that stands for a condition; a glyph and a word always stand beside it.
[[nodiscard]] colors::Notice runTone(RunCondition condition);

enum class RunGlyph { Clock, Play, Pause, Stop, Check, Cross, Warning, Save };
[[nodiscard]] RunGlyph runGlyph(RunCondition condition);

/// In the ink of `tone`; without one in the window's text colour. Window's thread.
[[nodiscard]] QIcon runIcon(RunGlyph glyph);
[[nodiscard]] QIcon runIcon(RunGlyph glyph, colors::Notice tone);

}  // namespace waypoint
