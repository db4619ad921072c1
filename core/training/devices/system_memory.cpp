// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/devices/system_memory.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

/// The number in a file that holds nothing else; nothing for "max", which means no limit.
std::optional<std::int64_t> numberIn(const fs::path &path)
{
    std::ifstream file(path);
    std::int64_t value = 0;
    return file >> value ? std::optional(value) : std::nullopt;
}

/// The number behind a word at the start of a line: "MemTotal:" of /proc/meminfo, "inactive_file" of memory.stat.
std::optional<std::int64_t> numberBehind(const fs::path &path, std::string_view word)
{
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const std::size_t space = line.find(' ');
        if (std::string_view(line).substr(0, space) != word || space == std::string::npos)
            continue;
        return std::strtoll(line.c_str() + space, nullptr, 10);
    }
    return std::nullopt;
}

/// Names of the files in which the two generations of control groups say the same.
struct GroupFiles
{
    const char *folder;
    const char *limit;
    const char *usage;
    const char *cache;  ///< of memory.stat
};
constexpr GroupFiles kVersion1 = {"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                                  "total_inactive_file"};
constexpr GroupFiles kVersion2 = {"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"};

void applyGroup(const fs::path &folder, const GroupFiles &files, SystemMemory &memory)
{
    const std::optional<std::int64_t> limit = numberIn(folder / files.limit);
    if (!limit || *limit >= memory.total)
        return;
    memory.total = *limit;
    const std::int64_t cache = numberBehind(folder / "memory.stat", files.cache).value_or(0);
    const std::int64_t used = numberIn(folder / files.usage).value_or(0) - cache;
    memory.available = std::min(memory.available, std::max<std::int64_t>(0, *limit - used));
}

/// The limit may stand at any level: a pod's at its parent's. Version 1 has a line "9:memory:/path", version 2
/// "0::/path".
void applyGroups(const fs::path &root, SystemMemory &memory)
{
    std::ifstream file(root / "proc/self/cgroup");
    for (std::string line; std::getline(file, line);) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos)
            continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        if (!controllers.empty() && controllers != "memory")
            continue;
        const GroupFiles &files = controllers.empty() ? kVersion2 : kVersion1;
        fs::path group = fs::path(line.substr(second + 1)).relative_path().lexically_normal();
        for (; !group.empty(); group = group.parent_path())
            applyGroup(root / files.folder / group, files, memory);
        applyGroup(root / files.folder, files, memory);
    }
}

}  // namespace

std::optional<SystemMemory> systemMemory(const fs::path &root)
{
    const std::optional<std::int64_t> total = numberBehind(root / "proc/meminfo", "MemTotal:");
    const std::optional<std::int64_t> available = numberBehind(root / "proc/meminfo", "MemAvailable:");
    if (!total || !available)
        return std::nullopt;
    SystemMemory memory{.total = *total * 1024, .available = *available * 1024};  // in kB there
    applyGroups(root, memory);
    return memory;
}

}  // namespace waypoint
