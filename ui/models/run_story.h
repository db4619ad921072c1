// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_snapshot.h"

#include <QtCore/QString>

namespace waypoint {

enum class RunCondition {
    Waiting,  ///< in the queue
    Starting,
    Running,
    Paused,
    NotResponding,  ///< alive, and says nothing any more
    Stopped,        ///< as asked; can go on
    Finished,
    Failed,        ///< it said why
    Crashed,       ///< it could not
    NeverStarted,  ///< the system would not start it, or it ended before its first word
    Gone,          ///< the folder is no longer there
    Unreadable,    ///< run.json or status.json is damaged or of a newer version
};

/// A run in plain language.
struct RunStory
{
    RunCondition condition = RunCondition::Starting;
    QString state;           ///< one or two words: "Running", "Crashed", "Not responding"
    QString headline;        ///< "Epoch 12 of 50", "Crashed in epoch 12 of 50"
    QString cause;           ///< a sentence: "Out of memory on cuda:0.", "The disk is full."; empty where all is well
    QString advice;          ///< a sentence: what to do; may be empty
    double share = -1;       ///< done, 0 .. 1; below zero: not known
    bool isActive = false;   ///< a process is, or may be, at work
    bool canResume = false;  ///< there is a checkpoint and nobody works on it

    bool operator==(const RunStory &) const = default;
};

[[nodiscard]] RunStory tellRun(const RunSnapshot &snapshot);

/// "iris", "resnet18 on photos": what a run is called in lists, with its folder's name.
[[nodiscard]] QString runTitle(const RunSnapshot &snapshot);

}  // namespace waypoint
