// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/run/trainer_process.h"

#include <QtCore/QString>

#include <chrono>
#include <optional>
#include <string_view>

namespace waypoint {

/// Why waypoint-train gave no answer.
struct TrainerFault
{
    enum class Kind {
        NotInstalled,  ///< there is no waypoint-train
        NeverStarted,  ///< the system refuses to start it
        Refused,       ///< it said why, in one line
        Crashed,       ///< ended by a signal
        Silent,        ///< said nothing for too long
        NoAnswer,      ///< ended well, and what it printed is no answer: nothing, half of it, something else
        OtherVersion,  ///< of another version, whose answer lacks what this window needs
    };
    Kind kind = Kind::NoAnswer;
    QString sentence;   ///< for people: what happened and what to do
    QString lastWords;  ///< the end of what it printed to standard error

    bool operator==(const TrainerFault &) const = default;
};

/// Whether what was printed begins as a JSON object does.
[[nodiscard]] bool beginsAsDocument(std::string_view out);

/// "SIGSEGV"; "signal 64" for those without a name.
[[nodiscard]] QString signalName(int signal);

/// `program`: empty where it is nowhere. `reason`: the system's.
[[nodiscard]] TrainerFault faultOfStart(const QString &program, const QString &reason);
[[nodiscard]] TrainerFault faultOfSilence(std::chrono::milliseconds patience, const QString &lastWords);
[[nodiscard]] TrainerFault faultOfFlood(const QString &lastWords);
/// Of a process that ended without an answer.
[[nodiscard]] TrainerFault faultOfEnd(const TrainerExit &exit, const QString &lastWords);
/// Of an answer that `error` says cannot be read.
[[nodiscard]] TrainerFault faultOfAnswer(std::string_view out, const Error &error);
/// Where waypoint-train says that it is of `version` and this window is of another: it may answer all the same.
/// Nothing where it is of the same or does not say.
[[nodiscard]] std::optional<TrainerFault> faultOfVersion(std::string_view version);

}  // namespace waypoint
