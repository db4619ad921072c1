// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace waypoint {

/// Lets the wheel scroll the page over a combo or spin box, instead of choosing something else, until the box has the
/// focus.
void guardWheel(QWidget *box);

}  // namespace waypoint
