// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Stands in for waypoint-train. WAYPOINT_MISBEHAVE says what it does wrong.
#include "core/run/run_folder.h"

int main() { return 0; }
