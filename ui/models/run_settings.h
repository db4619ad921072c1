// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"

#include <QtCore/QString>

#include <utility>
#include <vector>

namespace waypoint {

/// What a run was started with, in groups a person looks for.
struct RunSettingsGroup
{
    QString name;
    std::vector<std::pair<QString, QString>> rows;  ///< option, value
};

[[nodiscard]] std::vector<RunSettingsGroup> runSettings(const RunDescription &run);

}  // namespace waypoint
