// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/beside.h"

#include <algorithm>
#include <array>
#include <system_error>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

bool isPlainName(std::string_view name)
{
    constexpr std::size_t kLongest = 255;
    constexpr std::array<char, 3> kSeparators = {'/', '\\', '\0'};
    return !name.empty() && name.size() <= kLongest && name != "." && name != ".."
           && std::find_first_of(name.begin(), name.end(), kSeparators.begin(), kSeparators.end()) == name.end();
}

bool liesUnder(const fs::path &path, const fs::path &folder)
{
    const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return end == folder.end() && rest != path.end();
}

}  // namespace

std::optional<fs::path> fileBeside(const fs::path &folder, std::string_view name)
{
    if (!isPlainName(name))
        return std::nullopt;
    fs::path path = folder / fs::path(name);
    std::error_code error;
    if (!fs::is_symlink(fs::symlink_status(path, error)))
        return path;
    const fs::path target = fs::weakly_canonical(path, error);
    const fs::path home = error ? fs::path() : fs::weakly_canonical(folder, error);
    if (error)
        return std::nullopt;
    const fs::path snapshots = home.parent_path();
    const bool cached = snapshots.filename() == "snapshots" && liesUnder(target, snapshots.parent_path() / "blobs");
    return cached || liesUnder(target, home) ? std::optional(std::move(path)) : std::nullopt;
}

fs::path folderOf(const fs::path &file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

}  // namespace waypoint
