// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <vector>

namespace waypoint {

/// Says what belongs to what: an optimizer to the model it trains, with the names of its parameters; a scheduler to its
/// optimizer; an average to the model it averages. By names ("modelA_state_dict" with "optimizerA_state_dict"),
/// by shapes, or because there is no other. Where that does not decide, nothing is paired and a note says so.
///
/// Requires: entries, format and sections are set.
void pairSections(Checkpoint &checkpoint);

/// Adds a sentence to a section's note.
void addNote(Section &section, std::string_view sentence);

}  // namespace waypoint
