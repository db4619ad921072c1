// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

class QProcess;

namespace waypoint {

/// Ends a process that nobody waits for any more: closes its streams, asks it to end and, where it does not, kills it a
/// moment later. Its object lives until the process is gone, since destroying it earlier would wait for that. What is
/// left when the application ends is killed. Returns at once; may be called from the process's own signals.
void endProcess(std::unique_ptr<QProcess> process);

}  // namespace waypoint
