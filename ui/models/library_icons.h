// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/file_facts.h"
#include "ui/models/run_story.h"

#include <QtGui/QIcon>

namespace waypoint {

/// What a file is, by colour and shape: a dot within a ring goes on training, a plain dot has weights only, a circle is
/// something else, a broken circle is being written, a sign is damaged, a line has curves. Painted in the colours of
/// the day.
[[nodiscard]] QIcon fileIcon(FileLook look);
/// The same in a word or two: "resumable".
[[nodiscard]] QString fileLookWord(FileLook look);
/// The same as an explanation, for tooltips.
[[nodiscard]] QString fileLookText(FileLook look);

/// How a run is: a triangle runs, bars pause, a tick is finished, a square is stopped, a sign went wrong.
[[nodiscard]] QIcon runIcon(RunCondition condition);

}  // namespace waypoint
