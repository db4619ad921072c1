// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <cstdint>
#include <optional>

namespace waypoint {

/// Where runs go that nobody has chosen a place for: ~/Waypoint/runs, where people look; WAYPOINT_RUNS names another.
[[nodiscard]] QString usualRunsFolder();
/// A folder there that does not exist yet: "try-iris-3". Asks the disk.
[[nodiscard]] QString freeRunFolder(const QString &stem);

/// What a run of it is called: "iris", "resnet18", the name of a file or folder of data.
[[nodiscard]] QString runStem(const RunConfig &config);

/// A question about the folder of a new run.
struct FolderQuestion
{
    QString folder;     ///< empty: the first free one
    QString base;       ///< where to look for that
    QString stem;       ///< "iris": iris-1, iris-2, ...
    QStringList taken;  ///< of runs that have not made theirs yet

    bool operator==(const FolderQuestion &) const = default;
};

struct FolderLook
{
    QString folder;   ///< absolute, clean
    QString problem;  ///< why no run can begin there; empty where one can
    bool holdsRun = false;
    std::optional<std::uint64_t> freeBytes;  ///< of the disk

    bool operator==(const FolderLook &) const = default;
};

/// Any thread; asks the disk.
[[nodiscard]] FolderLook lookAtFolder(const FolderQuestion &question);

/// "run-7" where the last was "run-6" or "run"; stem and number from it.
[[nodiscard]] QString numberlessStem(const QString &name);

}  // namespace waypoint
