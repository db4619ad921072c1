// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_center.h"

#include <QtCore/QStringList>

#include <optional>
#include <vector>

namespace waypoint {

/// The runs that are known and the trainings that wait, in the settings of the program: what outlives the window.
/// Several windows share it, so each call reads what is there now and changes nothing else. Window's thread.
class RunStore
{
public:
    /// Newest first.
    [[nodiscard]] static QStringList folders();
    /// Puts them first.
    static void add(const QStringList &folders);
    static void remove(const QString &folder);

    /// In the order they were given.
    [[nodiscard]] static std::vector<TrainingOrder> orders();
    /// Replaces one of the same folder.
    static void add(const TrainingOrder &order);
    /// The order of a folder, which then waits no longer; nothing where another window has been faster.
    [[nodiscard]] static std::optional<TrainingOrder> take(const QString &folder);
};

}  // namespace waypoint
