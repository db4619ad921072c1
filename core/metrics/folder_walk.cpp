// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/folder_walk.h"

#include <algorithm>
#include <system_error>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostEntries = 100'000;
constexpr int kEventDepth = 6;

}  // namespace

bool isFile(const fs::path &path)
{
    std::error_code problem;
    return fs::is_regular_file(path, problem);
}

std::vector<fs::path> filesBelow(const fs::path &folder, int depth,
                                 const std::function<bool(const std::string &)> &wanted, const std::stop_token &stop)
{
    std::vector<fs::path> files;
    std::error_code problem;
    std::size_t seen = 0;
    fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, problem);
    for (; !problem && entry != fs::recursive_directory_iterator() && ++seen < kMostEntries; entry.increment(problem)) {
        if (stop.stop_requested())
            break;
        if (entry.depth() >= depth)
            entry.disable_recursion_pending();
        std::error_code unreadable;
        if (wanted(entry->path().filename().string()) && entry->is_regular_file(unreadable))
            files.push_back(entry->path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<fs::path> eventFilesBelow(const fs::path &folder, const std::stop_token &stop)
{
    return filesBelow(
        folder, kEventDepth, [](const std::string &name) { return name.find("tfevents") != std::string::npos; }, stop);
}

}  // namespace waypoint
