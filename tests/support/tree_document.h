// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace waypoint::test {

/// What `waypoint-inspect tree --json --sha256` prints for an opened checkpoint.
[[nodiscard]] nlohmann::json treeDocument(const Checkpoint &checkpoint, const std::filesystem::path &file);

}  // namespace waypoint::test
