// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_snapshot.h"
#include "ui/models/run_story.h"

#include <QtCore/QString>

namespace waypoint {

/// What there is to say of one run at this moment.
struct RunNow
{
    QString folder;
    RunSnapshotPtr snapshot;  ///< null until somebody looked
    RunStory story;
    bool isPending = false;  ///< a command was sent and has not been obeyed yet
    int place = 0;           ///< in the queue, from 1; 0: not in it
    int queueLength = 0;

    /// "iris"; the folder's name until somebody looked.
    [[nodiscard]] QString title() const;
    /// Null where there is no snapshot.
    [[nodiscard]] const RunStatus *status() const { return snapshot ? &snapshot->view.status : nullptr; }
};

}  // namespace waypoint
