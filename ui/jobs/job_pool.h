// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QThreadPool;

namespace waypoint {

/// The threads of all jobs. More than cores: a job that waits for a slow disk must not hold up the others.
QThreadPool &jobPool();

}  // namespace waypoint
