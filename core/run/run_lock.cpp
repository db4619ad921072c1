// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/write_error.h"
#include "core/run/file_lock.h"
#include "core/run/lock_holder.h"
#include "core/run/surroundings.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace waypoint {

namespace {

Error inUse(const RunPaths &paths)
{
    const auto holder = lastHolder(paths);
    const auto who = holder ? fmt::format("process {} on {}", holder->pid, holder->host) : "another process";
    return {.code = ErrorCode::WriteFailed,
            .detail = fmt::format("{} is training in this folder", who),
            .advice = "Stop that run first, or choose another folder for --out.",
            .file = paths.folder.string()};
}

Error noLocks(const RunPaths &paths, int reason)
{
    return {.code = ErrorCode::WriteFailed,
            .detail = "alive.lock cannot be locked: " + std::generic_category().message(reason),
            .advice = "Choose a folder for --out on a file system that has locks.",
            .file = paths.folder.string()};
}

int openLock(const std::filesystem::path &path, int flags)
{
    int descriptor = -1;
    do
        descriptor = ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0666);
    while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

LockAnswer takeEitherKind(int descriptor)
{
    const auto answer = takeLock(descriptor, LockKind::OpenFileDescription);
    return answer == LockAnswer::Unsupported ? takeLock(descriptor, LockKind::Flock) : answer;
}

/// For messages only: that it cannot be written (the disk is full) is no reason not to train.
void writeHolder(int descriptor)
{
    const auto text = fmt::format("{} {}\n", ::getpid(), hostName());
    if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, text.data(), text.size(), 0) < 0)
        return;
}

}  // namespace

std::optional<LockHolder> lastHolder(const RunPaths &paths)
{
    const auto text = readText(paths.lock());
    if (!text)
        return std::nullopt;
    LockHolder holder;
    const auto *end = text->data() + text->size();
    const auto [rest, problem] = std::from_chars(text->data(), end, holder.pid);
    if (problem != std::errc{} || rest == end || *rest != ' ')
        return std::nullopt;
    const std::string_view host(rest + 1, static_cast<std::size_t>(end - rest - 1));
    holder.host = host.substr(0, host.find('\n'));
    return holder;
}

Result<RunLock> RunLock::acquire(const RunPaths &paths)
{
    std::error_code problem;
    std::filesystem::create_directories(paths.checkpoints(), problem);
    if (problem)
        return writeError(problem.value(), paths.folder);
    const int descriptor = openLock(paths.lock(), O_RDWR | O_CREAT);
    if (descriptor < 0)
        return writeError(errno, paths.lock());
    RunLock lock(descriptor);
    switch (takeEitherKind(descriptor)) {
    case LockAnswer::Held:
        return inUse(paths);
    case LockAnswer::Unsupported:
        return noLocks(paths, errno);
    case LockAnswer::Free:
        break;
    }
    writeHolder(descriptor);
    return lock;
}

RunLock::RunLock(RunLock &&other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

RunLock &RunLock::operator=(RunLock &&other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

RunLock::~RunLock()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

bool RunLock::isHeld(const RunPaths &paths)
{
    const int descriptor = openLock(paths.lock(), O_RDONLY | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    auto answer = askLock(descriptor, LockKind::OpenFileDescription);
    if (answer == LockAnswer::Unsupported)
        answer = askLock(descriptor, LockKind::Flock);
    ::close(descriptor);
    return answer == LockAnswer::Held;
}

}  // namespace waypoint
