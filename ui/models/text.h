// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"
#include "core/tensor/small_dims.h"

#include <QtCore/QString>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string_view>

class QDateTime;

/// Numbers and names as the window writes them: the locale's separators, four significant digits, KB/MB/GB of 1000.
namespace waypoint::text {

[[nodiscard]] inline QString fromUtf8(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}
[[nodiscard]] QString fromPath(const std::filesystem::path &path);
[[nodiscard]] std::filesystem::path toPath(const QString &path);

/// "62,006"
[[nodiscard]] QString count(std::uint64_t number);
[[nodiscard]] QString integer(std::int64_t number);
/// "0.1235", four significant digits
[[nodiscard]] QString number(double number);
/// All digits it takes to read the same double again
[[nodiscard]] QString exactNumber(double number);
/// "1.80 KB", "248 KB", "553 MB"
[[nodiscard]] QString bytes(ByteCount size);
/// "1,800 bytes"
[[nodiscard]] QString exactBytes(ByteCount size);
/// "64×3×7×7"; "scalar" for no dimensions
[[nodiscard]] QString shape(const SmallDims &dims);
/// "(64, 3, 7, 7)", "(3,)", "()"
[[nodiscard]] QString pythonShape(const SmallDims &dims);
/// "3 ms", "1.2 s", "2 min 5 s"
[[nodiscard]] QString duration(std::chrono::milliseconds time);
/// "just now", "5 minutes ago", "yesterday 14:02", "3 Mar 2024"
[[nodiscard]] QString ago(const QDateTime &time, const QDateTime &now);
/// Keeps both ends of a long single line: "checkpoints/…/epoch_50.pth"
[[nodiscard]] QString elided(const QString &line, int characters);

}  // namespace waypoint::text
