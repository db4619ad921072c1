// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/io/atomic_file.h"
#include "core/io/random_access_file.h"
#include "core/io/temporary_file.h"
#include "core/io/write_error.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace waypoint {

namespace {

bool isSameFile(const std::filesystem::path &a, const std::filesystem::path &b)
{
    struct stat first
    {
    };
    struct stat second
    {
    };
    return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 && first.st_dev == second.st_dev
           && first.st_ino == second.st_ino;
}

/// What linkat(2) says where a file system, or its mount, has no hard links for this file.
bool meansNoLinks(int number)
{
    return number == EPERM || number == EXDEV || number == ENOTSUP || number == EOPNOTSUPP || number == EMLINK
           || number == ENOSYS || number == EACCES;
}

Result<void> copyInto(AtomicFile &copy, const RandomAccessFile &from)
{
    constexpr std::size_t kBlock = 1u << 20;
    std::vector<std::byte> block(std::min<std::uint64_t>(kBlock, from.size().value));
    for (std::uint64_t at = 0; at < from.size().value; at += block.size()) {
        const std::span piece(block.data(), std::min<std::uint64_t>(block.size(), from.size().value - at));
        const Result<std::size_t> got = from.readAt({at}, piece);
        if (!got)
            return got.error();
        if (*got < piece.size())
            return Error{
                ErrorCode::Truncated, "it became shorter while it was copied", ByteOffset{at + *got}, {}, from.name()};
        if (const Result<void> written = copy.write(piece); !written)
            return written;
    }
    return {};
}

Result<void> replaceByCopy(const std::filesystem::path &from, const std::filesystem::path &to)
{
    const Result<FilePtr> source = openFile(from);
    if (!source)
        return source.error();
    Result<AtomicFile> copy = AtomicFile::create(to);
    if (!copy)
        return copy.error();
    if (const Result<void> copied = copyInto(*copy, **source); !copied)
        return copied;
    return copy->commit();
}

}  // namespace

Result<void> replaceFile(const std::filesystem::path &path, std::string_view text)
{
    Result<AtomicFile> file = AtomicFile::create(path);
    if (!file)
        return file.error();
    if (const Result<void> written = file->write(text); !written)
        return written;
    return file->commit();
}

Result<void> replaceByLink(const std::filesystem::path &from, const std::filesystem::path &to)
{
    const Result<std::filesystem::path> target = writeTarget(to);
    if (!target)
        return target.error();
    if (const Result<FilePtr> source = openFile(from); !source) {
        Error error = source.error();
        error.file = from.string();
        return error;
    }
    if (isSameFile(from, *target))
        return {};
    removeStaleTemporaries(*target);
    const std::filesystem::path temporary = temporaryName(*target);
    if (::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, temporary.c_str(), AT_SYMLINK_FOLLOW) != 0)
        return meansNoLinks(errno) ? replaceByCopy(from, *target) : writeError(errno, *target);
    const int failure = ::rename(temporary.c_str(), target->c_str()) == 0 ? 0 : errno;
    // Between two names of one file rename does nothing and says it went well; the temporary name then is still there.
    ::unlink(temporary.c_str());
    if (failure != 0)
        return writeError(failure, *target);
    return syncFolder(parentFolder(*target));
}

std::optional<ByteCount> freeSpace(const std::filesystem::path &folder)
{
    struct statvfs status
    {
    };
    if (::statvfs(folder.c_str(), &status) != 0 || status.f_blocks == 0)
        return std::nullopt;
    const auto bytes = checkedMul<std::uint64_t>(status.f_bavail, status.f_frsize);
    return bytes ? std::optional(ByteCount{*bytes}) : std::nullopt;
}

}  // namespace waypoint
