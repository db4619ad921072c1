// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_steering.h"
#include "ui/models/run_watch.h"

#include <QtCore/QStringList>

#include <map>
#include <memory>

namespace waypoint {

/// One known run.
struct Run
{
    std::unique_ptr<RunWatch> watch;
    std::unique_ptr<RunSteering> steering;
    QString device;  ///< it was started for here; else the run's own word counts
};

/// The known runs by their folders. Window's thread.
class RunList
{
public:
    /// Requires: it is not known yet.
    Run &add(const QString &folder, bool asNewest);
    void remove(const QString &folder);
    void moveToFront(const QString &folder);

    /// Null where it is not known.
    [[nodiscard]] Run *find(const QString &folder);
    [[nodiscard]] bool isActive(const QString &folder);
    [[nodiscard]] bool areAllLookedAt() const;

    /// Newest first.
    [[nodiscard]] QStringList active();
    /// The active run on a device of this computer; empty where that is free.
    [[nodiscard]] QString runOn(const QString &device) const;
    /// Those at work, those that wait in the order of `waiting`, then by the time they were last heard of.
    [[nodiscard]] QStringList sorted(const QStringList &waiting) const;

private:
    std::map<QString, Run> m_runs;
    QStringList m_folders;  ///< newest first
    std::shared_ptr<LookLimit> m_limit = std::make_shared<LookLimit>();
};

}  // namespace waypoint
