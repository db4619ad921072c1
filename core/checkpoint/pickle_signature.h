// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"

namespace waypoint {

/// Whether a file is a plain pickle. Protocols 2 to 5 say so with their first opcode; 0 and 1 have no signature and are
/// told by what their first opcodes do, so that a text which begins like one is not mistaken.
/// A pickle that is broken further on is one all the same.
[[nodiscard]] bool looksLikePickle(const Source &source);

}  // namespace waypoint
