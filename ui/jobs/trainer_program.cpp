// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/trainer_program.h"

#include <QtCore/QString>

namespace waypoint {
QString trainerProgram() { return qEnvironmentVariable("WAYPOINT_TRAINER"); }
}  // namespace waypoint
