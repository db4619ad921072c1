// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/colors.h"
#include "ui/models/run_now.h"

#include <QtCore/QMetaType>

#include <vector>

namespace waypoint {

/// What can be done about a run, beside steering it.
enum class RunAction {
    Resume,
    TrainOn,   ///< with more epochs
    OpenBest,  ///< best.pth
    OpenLast,  ///< last.pth
    ShowCurves,
    StartNow,
    RemoveFromQueue,
    End,
    NewRun,
    Forget,
    LookAgain,
    OpenFolder,
};

struct RunOffer
{
    RunAction action = RunAction::Resume;
    QString name;
    QString toolTip;
    QString whyNot;  ///< it makes no sense now; empty where it does

    bool operator==(const RunOffer &) const = default;
};

/// What a run that does not simply run says, and what is offered then: the first one is what most people want.
struct RunNotice
{
    colors::Notice tone = colors::Notice::Information;
    QString sentence;
    QString more;
    bool showsLastWords = false;
    std::vector<RunOffer> offers;

    bool operator==(const RunNotice &) const = default;
    [[nodiscard]] bool isEmpty() const { return sentence.isEmpty() && offers.empty(); }
};

[[nodiscard]] RunNotice runNotice(const RunNow &now);

}  // namespace waypoint

Q_DECLARE_METATYPE(waypoint::RunAction)
