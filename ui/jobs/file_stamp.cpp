// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/file_stamp.h"

#include <algorithm>
#include <chrono>

#include <sys/stat.h>

namespace waypoint {

namespace {

constexpr int kMostFiles = 5'000;

std::int64_t modifiedAt(const std::filesystem::path &path)
{
    std::error_code error;
    const auto time = std::filesystem::last_write_time(path, error);
    return error ? 0 : std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

void addFile(const std::filesystem::path &path, FileStamp &stamp)
{
    struct stat found
    {
    };
    if (::stat(path.c_str(), &found) != 0)
        return;
    stamp.bytes = static_cast<std::uint64_t>(found.st_size);
    stamp.inode = found.st_ino;
}

void addFolder(const std::filesystem::path &folder, FileStamp &stamp, const std::stop_token &stop)
{
    std::error_code error;
    int seen = 0;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (++seen > kMostFiles || stop.stop_requested())
            return;
        std::error_code unreadable;
        if (!entry->is_regular_file(unreadable))
            continue;
        stamp.bytes += entry->file_size(unreadable);
        stamp.modified = std::max(stamp.modified, modifiedAt(entry->path()));
    }
}

}  // namespace

FileStamp stampOf(const std::filesystem::path &path, const std::stop_token &stop)
{
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    FileStamp stamp;
    stamp.exists = !error && std::filesystem::exists(status);
    if (!stamp.exists)
        return stamp;
    stamp.modified = modifiedAt(path);
    if (std::filesystem::is_directory(status))
        addFolder(path, stamp, stop);
    else
        addFile(path, stamp);
    return stamp;
}

}  // namespace waypoint
