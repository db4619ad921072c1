// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curve_source.h"

#include <string_view>

namespace waypoint {

/// The source for a file with these first bytes.
[[nodiscard]] CurveSourcePtr fileSource(const std::filesystem::path &file, std::string_view head);

/// The source for a folder: a run of Waypoint, else TensorBoard's event files, else CSV and JSON logs, else its
/// checkpoints. What else there is stands in the warnings.
Result<CurveSourcePtr> findFolderSource(const std::filesystem::path &folder, const std::stop_token &stop);

}  // namespace waypoint
