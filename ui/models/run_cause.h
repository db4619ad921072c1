// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_snapshot.h"

#include <QtCore/QString>

namespace waypoint {

/// Why a run is no longer at work, or never was.
struct RunCause
{
    enum class Kind {
        Unknown,
        Memory,
        Nan,
        Disk,       ///< full
        Device,     ///< not there, or it reported an error
        File,       ///< something else about a file or folder
        Arguments,  ///< what it was told
        Killed,     ///< by the system or a person
        Restarted,  ///< the computer
        Broken,     ///< a fault of LibTorch, a driver, or the trainer itself
    };
    Kind kind = Kind::Unknown;
    QString sentence;

    bool operator==(const RunCause &) const = default;
};

/// Of a run that said why it failed.
[[nodiscard]] RunCause causeOfFailure(const RunSnapshot &snapshot);
/// Of one that ended without a word: from its exit, the end of its log, its computer and its disk.
[[nodiscard]] RunCause causeOfCrash(const RunSnapshot &snapshot);
/// Of one that ended before its first word.
[[nodiscard]] RunCause causeOfNoStart(const RunSnapshot &snapshot);

/// What to do about it.
[[nodiscard]] QString adviceOn(RunCause::Kind kind, bool canResume);

}  // namespace waypoint
