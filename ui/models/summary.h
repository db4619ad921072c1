// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/entry_facts.h"

#include <QtCore/QString>

namespace waypoint {

/// What a file is, in a sentence: "Training checkpoint · epoch 50 · SGD · MultiStepLR · 62,006 parameters".
[[nodiscard]] QString summarySentence(const Checkpoint &checkpoint);

/// What it is made of: "248 KB · torch-zip · 26 tensors · saved on cuda:0".
[[nodiscard]] QString summaryDetails(const Checkpoint &checkpoint, const EntryFacts &facts);

}  // namespace waypoint
