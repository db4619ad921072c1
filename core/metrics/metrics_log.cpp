// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/metrics_log.h"

#include "core/io/write_error.h"
#include "core/metrics/json_text.h"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

namespace waypoint {

namespace {

/// Beyond RLIMIT_FSIZE, write(2) fails and also sends SIGXFSZ, which by default ends the process. The signal goes to
/// the thread that writes: while this object lives it waits there, and is taken away at the end.
class SizeLimitAsError
{
public:
    SizeLimitAsError()
    {
        sigemptyset(&m_signal);
        sigaddset(&m_signal, SIGXFSZ);
        pthread_sigmask(SIG_BLOCK, &m_signal, &m_before);
    }
    SizeLimitAsError(const SizeLimitAsError &) = delete;
    SizeLimitAsError &operator=(const SizeLimitAsError &) = delete;
    ~SizeLimitAsError()
    {
        const timespec atOnce{};
        if (sigismember(&m_before, SIGXFSZ) == 0)
            sigtimedwait(&m_signal, nullptr, &atOnce);
        pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }

private:
    sigset_t m_signal{};
    sigset_t m_before{};
};

/// All of `text` with one write(2): 0, or the system's error number. What a full disk let through of it is taken back.
int writeWhole(int descriptor, std::string_view text)
{
    const SizeLimitAsError guard;
    ssize_t written = -1;
    do
        written = ::write(descriptor, text.data(), text.size());
    while (written < 0 && errno == EINTR);
    if (written == static_cast<ssize_t>(text.size()))
        return 0;
    const int reason = written < 0 ? errno : ENOSPC;
    struct stat status
    {
    };
    // Should this fail as well, the half line is ended before the next one.
    if (written > 0 && ::fstat(descriptor, &status) == 0) [[maybe_unused]]
        const int ignored = ::ftruncate(descriptor, status.st_size - written);
    return reason;
}

/// Whether the file ends in the middle of a line.
bool endsTorn(int descriptor)
{
    struct stat status
    {
    };
    char last = '\n';
    return ::fstat(descriptor, &status) == 0 && status.st_size > 0
           && ::pread(descriptor, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

}  // namespace

std::string metricsJson(const MetricsLine &line)
{
    auto text = fmt::format(R"({{"step":{},"epoch":{},"time":{})", line.step, line.epoch, jsonNumber(line.time));
    for (const auto &[name, value] : line.values)
        text += fmt::format(",{}:{}", jsonString(name), jsonNumber(value));
    return text + "}";
}

Result<MetricsLog> MetricsLog::open(const std::filesystem::path &path)
{
    int descriptor = -1;
    do
        descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0)
        return writeError(errno, path);
    return MetricsLog(descriptor, path);
}

MetricsLog::MetricsLog(MetricsLog &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_path(std::move(other.m_path))
{
}

MetricsLog &MetricsLog::operator=(MetricsLog &&other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_path, other.m_path);
    return *this;
}

MetricsLog::~MetricsLog()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<void> MetricsLog::appendText(std::string text)
{
    if (endsTorn(m_descriptor))
        text.insert(0, 1, '\n');
    if (const int reason = writeWhole(m_descriptor, text + '\n'); reason != 0)
        return writeError(reason, m_path);
    return {};
}

Result<void> MetricsLog::append(const MetricsLine &line) { return appendText(metricsJson(line)); }

Result<void> MetricsLog::appendResumed(std::int64_t step)
{
    return appendText(fmt::format(R"({{"resumed_from_step":{}}})", step));
}

Result<void> MetricsLog::flush()
{
    if (::fdatasync(m_descriptor) == 0)
        return {};
    return writeError(errno, m_path);
}

}  // namespace waypoint
