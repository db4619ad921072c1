// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"

class QTableWidget;

namespace waypoint {

/// Classes with samples, precision, recall and F1.
void fillClasses(QTableWidget *table, const TrainerEvaluation &evaluation);

/// Rows are true classes, columns predicted ones; the more of a row, the stronger the colour: right ones (the diagonal)
/// in one colour, mistakes in another.
void fillConfusion(QTableWidget *table, const TrainerEvaluation &evaluation);

}  // namespace waypoint
