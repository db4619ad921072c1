// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "ui/models/colors.h"

#include <QtGui/QIcon>

#include <optional>

namespace waypoint {

/// The glyph before a row: a filled dot where a section starts, else a small outline that tells tensors, text, numbers
/// and containers apart, in the colour of the section's role. Painted in the colours of the day; window's thread.
/// With a problem a tensor (`isCulprit`) shows a warning sign instead, and the rows above it have a dot at their glyph.
[[nodiscard]] QIcon entryIcon(ValueKind kind, std::optional<Role> role, bool startsSection,
                              std::optional<colors::Notice> problem = {}, bool isCulprit = false);

/// A filled dot in the role's colour.
[[nodiscard]] QIcon roleDot(Role role);

/// The warning sign of a row with a problem.
[[nodiscard]] QIcon problemSign(colors::Notice notice);

}  // namespace waypoint
