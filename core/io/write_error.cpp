// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/write_error.h"

#include <cerrno>
#include <string_view>
#include <system_error>

namespace waypoint {

namespace {

struct Reason
{
    int number;
    std::string_view words;
    std::string_view advice;
};

constexpr std::string_view kAnotherFolder = "Choose another folder, or check that the disk is still mounted.";
constexpr std::string_view kPermissions = "Check the permissions of the folder, or choose another one.";

constexpr Reason kReasons[] = {
    {ENOSPC, "the disk is full", "Free some space on it, or choose a folder on another disk."},
    {EDQUOT, "your share of the disk is used up", "Delete what you no longer need, or ask for a larger quota."},
    {EFBIG, "the file would become larger than the file system or this process's limit allows",
     "Raise the limit (ulimit -f), or choose a folder on another disk."},
    {EROFS, "the file system is read-only", "Choose a folder on a disk that can be written."},
    {EACCES, "the system refuses to write there", kPermissions},
    {EPERM, "the system refuses to write there", kPermissions},
    {ENOENT, "its folder does not exist", kAnotherFolder},
    {ENOTDIR, "a part of the path is a file, not a folder", "Check the path."},
    {EISDIR, "it is a folder", "Give the name of a file."},
    {ENAMETOOLONG, "the name is too long for the file system", "Choose a shorter name."},
    {ELOOP, "its symbolic links go in a circle", "Check the path."},
    {EIO, "the disk reported an error", "Check the disk and the system's log, and choose another disk meanwhile."},
    {ESTALE, "the network folder is gone", kAnotherFolder},
    {EMFILE, "this process has too many files open", "Raise the limit (ulimit -n)."},
};

}  // namespace

Error writeError(int number, const std::filesystem::path &path)
{
    Error error{.code = ErrorCode::WriteFailed, .detail = {}, .at = {}, .advice = {}, .file = path.string()};
    for (const Reason &reason : kReasons) {
        if (reason.number != number)
            continue;
        error.detail = reason.words;
        error.advice = reason.advice;
        return error;
    }
    error.detail = std::generic_category().message(number);
    return error;
}

}  // namespace waypoint
