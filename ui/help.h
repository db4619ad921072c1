// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace waypoint {

/// Both open a window of their own and return at once.
void showAbout(QWidget *parent);
void showSafetyHelp(QWidget *parent);

}  // namespace waypoint
