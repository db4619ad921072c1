// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"

#include <QtCore/QString>

#include <optional>

namespace waypoint {

/// A run.json, or one sentence why it is none.
struct RunFileAnswer
{
    std::optional<RunConfig> config;
    QString problem;
};

/// `path`: the file, or a run folder. Any thread.
[[nodiscard]] RunFileAnswer readRunFile(const QString &path);

}  // namespace waypoint
