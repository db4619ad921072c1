// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/temporary_file.h"

#include "core/io/write_error.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace waypoint {

namespace {

constexpr std::size_t kHexDigits = 16;
constexpr std::string_view kEnding = ".tmp";

/// Of a zip on FAT, ext4, NFS alike; longer names of targets are cut in the temporary name.
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestRest = 2 + 10 + 1 + 2 * kHexDigits + kEnding.size();

constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325u;
constexpr std::uint64_t kFnvPrime = 0x100000001b3u;

/// Tells hosts apart on a shared folder: process ids mean something on their own host only.
std::uint64_t hostTag()
{
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    std::uint64_t hash = kFnvOffset;
    for (const char c : std::string_view(name.data()))
        hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
    return hash;
}

std::uint64_t randomNumber()
{
    std::uint64_t number = 0;
    if (::getrandom(&number, sizeof number, GRND_NONBLOCK) == static_cast<ssize_t>(sizeof number))
        return number;
    static std::atomic<std::uint64_t> counter = 0;  // O_EXCL decides, so different is enough
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    return (static_cast<std::uint64_t>(now) + ++counter) * kFnvPrime;
}

/// ".name." of all temporary files of a target.
std::string prefixOf(const std::filesystem::path &target)
{
    return "." + target.filename().string().substr(0, kLongestName - kLongestRest) + ".";
}

/// Process that a temporary file's name says made it, where this is a name of ours, of this host.
std::optional<pid_t> makerOf(std::string_view name, std::string_view prefix)
{
    if (!name.starts_with(prefix) || !name.ends_with(kEnding))
        return std::nullopt;
    name.remove_prefix(prefix.size());
    name.remove_suffix(kEnding.size());
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    const std::string_view rest(end, static_cast<std::size_t>(name.data() + name.size() - end));
    const bool isOurs = error == std::errc() && pid > 0 && rest.size() == 1 + 2 * kHexDigits
                        && rest.starts_with(fmt::format("-{:016x}", hostTag()));
    return isOurs ? std::optional(pid) : std::nullopt;
}

bool isDead(pid_t pid) { return pid != ::getpid() && ::kill(pid, 0) != 0 && errno == ESRCH; }

void removeIfUnlocked(const std::filesystem::path &path)
{
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (descriptor < 0)
        return;
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        ::unlink(path.c_str());
    ::close(descriptor);
}

/// What a path leads to, where that is no file to be replaced.
std::optional<Error> refusalOf(const std::filesystem::path &path)
{
    struct stat status
    {
    };
    if (::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode))
        return std::nullopt;
    if (S_ISDIR(status.st_mode))
        return writeError(EISDIR, path);
    Error error = writeError(EACCES, path);
    error.detail = "it is a device, a pipe or a socket, not a file";
    error.advice = "Give the name of a file.";
    return error;
}

}  // namespace

std::filesystem::path parentFolder(const std::filesystem::path &path)
{
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

Result<std::filesystem::path> writeTarget(const std::filesystem::path &path)
{
    constexpr int kMostLinks = 40;  // as many as the kernel follows
    std::filesystem::path target = path;
    if (!target.has_filename())
        return writeError(EISDIR, path);
    for (int i = 0; i < kMostLinks; ++i) {
        std::error_code error;
        if (!std::filesystem::is_symlink(std::filesystem::symlink_status(target, error))) {
            if (auto refusal = refusalOf(target))
                return *std::move(refusal);
            return target;
        }
        const auto next = std::filesystem::read_symlink(target, error);
        if (error)
            return writeError(error.value(), path);
        target = parentFolder(target) / next;
    }
    return writeError(ELOOP, path);
}

std::filesystem::path temporaryName(const std::filesystem::path &target)
{
    return parentFolder(target)
           / fmt::format("{}{}-{:016x}{:016x}{}", prefixOf(target), ::getpid(), hostTag(), randomNumber(), kEnding);
}

Result<TemporaryFile> createTemporary(const std::filesystem::path &target)
{
    constexpr mode_t kMode = 0666;
    TemporaryFile file;
    do {
        file.path = temporaryName(target);
        file.descriptor = ::open(file.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kMode);
    } while (file.descriptor < 0 && (errno == EEXIST || errno == EINTR));
    if (file.descriptor < 0)
        return writeError(errno, target);
    // Where there are no locks the process id alone says that it is in use.
    (void)::flock(file.descriptor, LOCK_EX | LOCK_NB);
    return file;
}

void removeStaleTemporaries(const std::filesystem::path &target)
{
    const std::string prefix = prefixOf(target);
    std::error_code error;
    std::filesystem::directory_iterator folder(parentFolder(target), error);
    while (!error && folder != std::filesystem::directory_iterator()) {
        const auto maker = makerOf(folder->path().filename().native(), prefix);
        if (maker && isDead(*maker))
            removeIfUnlocked(folder->path());
        folder.increment(error);
    }
}

Result<void> syncFolder(const std::filesystem::path &folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return {};  // it may be written and not listed
    int failure = 0;
    if (::fsync(descriptor) != 0 && (errno == EIO || errno == ENOSPC || errno == EDQUOT))
        failure = errno;
    ::close(descriptor);
    if (failure == 0)
        return {};
    Error error = writeError(failure, folder);
    error.detail += "; the new file is there, but a power cut could still take it back";
    return error;
}

}  // namespace waypoint
