// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <QtGui/QIcon>

#include <optional>

namespace waypoint {

/// The glyph before a row: a filled dot where a section starts, else a small outline that tells tensors, text, numbers
/// and containers apart, in the colour of the section's role. Painted in the colours of the day; window's thread.
[[nodiscard]] QIcon entryIcon(ValueKind kind, std::optional<Role> role, bool startsSection);

/// A filled dot in the role's colour.
[[nodiscard]] QIcon roleDot(Role role);

}  // namespace waypoint
