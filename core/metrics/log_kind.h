// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace waypoint {

/// What kind of log a file is.
enum class LogKind : std::uint8_t { None, Events, JsonLines, JsonDocument, Csv };

/// By its first bytes, at most 64 KiB; Csv for any text whose first line could be a header.
[[nodiscard]] LogKind logKind(std::string_view head);

/// Whether a column of the first line is named step, epoch, iteration or time.
[[nodiscard]] bool hasPlaceColumn(std::string_view head);

/// The first bytes of a file, for these questions.
Result<std::string> logHead(const std::filesystem::path &file);

}  // namespace waypoint
