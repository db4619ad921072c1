// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/trainer_process.h"

#include "core/io/write_error.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace waypoint {

namespace {

constexpr int kFirstOther = STDERR_FILENO + 1;

class Descriptor
{
public:
    explicit Descriptor(int number) : m_number(number) {}
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    operator int() const { return m_number; }

private:
    int m_number;
};

/// The end of the log, under a number that is none of the standard streams: they are taken one after the other.
Result<int> openLog(const std::filesystem::path &log)
{
    std::error_code problem;
    std::filesystem::create_directories(log.parent_path(), problem);
    if (problem)
        return writeError(problem.value(), log.parent_path());
    const Descriptor opened(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
    if (opened < 0)
        return writeError(errno, log);
    const int moved = ::fcntl(opened, F_DUPFD_CLOEXEC, kFirstOther);
    return moved < 0 ? Result<int>(writeError(errno, log)) : moved;
}

Error notStarted(int number, const std::filesystem::path &program)
{
    switch (number) {
    case ENOENT:
        return {.code = ErrorCode::NotFound, .detail = "there is no such program", .file = program.string()};
    case EACCES:
        return {.code = ErrorCode::NoPermission,
                .detail = "the system does not let it run",
                .advice = "Make it executable: chmod +x.",
                .file = program.string()};
    case ENOEXEC:
        return {.code = ErrorCode::Unsupported,
                .detail = "it is no program that this system can run",
                .advice = "Install the waypoint-train that belongs to this Waypoint.",
                .file = program.string()};
    default:
        return {.code = ErrorCode::WriteFailed,
                .detail = std::string("it cannot be started: ") + std::strerror(number),
                .advice = "Close other programs and try again.",
                .file = program.string()};
    }
}

/// What differs between the starter and the started.
class SpawnSettings
{
public:
    explicit SpawnSettings(int log)
    {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions, log, STDERR_FILENO);
        // What a library opened without O_CLOEXEC must not be held open for days.
        ::posix_spawn_file_actions_addclosefrom_np(&actions, kFirstOther);
        ::posix_spawnattr_init(&attributes);
        sigset_t all;
        sigset_t none;
        ::sigfillset(&all);
        ::sigemptyset(&none);
        ::posix_spawnattr_setsigdefault(&attributes, &all);
        ::posix_spawnattr_setsigmask(&attributes, &none);
        ::posix_spawnattr_setflags(
            &attributes, static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
    }
    SpawnSettings(const SpawnSettings &) = delete;
    SpawnSettings &operator=(const SpawnSettings &) = delete;
    ~SpawnSettings()
    {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }

    posix_spawn_file_actions_t actions = {};
    posix_spawnattr_t attributes = {};
};

std::vector<char *> pointersTo(std::vector<std::string> &words)
{
    std::vector<char *> pointers;
    for (std::string &word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// Processes nobody asks about any more. Once they have ended, the system keeps a line about each until it is read.
class LeftAlone
{
public:
    void add(pid_t process)
    {
        const std::lock_guard guard(m_mutex);
        m_processes.push_back(process);
    }
    void forgetEnded()
    {
        const std::lock_guard guard(m_mutex);
        std::erase_if(m_processes, [](pid_t process) { return ::waitpid(process, nullptr, WNOHANG) != 0; });
    }

private:
    std::mutex m_mutex;
    std::vector<pid_t> m_processes;
};

LeftAlone &leftAlone()
{
    static LeftAlone processes;
    return processes;
}

}  // namespace

Result<TrainerProcess> TrainerProcess::launch(const std::filesystem::path &program,
                                              const std::vector<std::string> &arguments,
                                              const std::filesystem::path &log)
{
    leftAlone().forgetEnded();
    const auto opened = openLog(log);
    if (!opened)
        return opened.error();
    const Descriptor end(*opened);
    const SpawnSettings settings(end);
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const auto pointers = pointersTo(words);
    pid_t process = 0;
    const int problem =
        ::posix_spawn(&process, program.c_str(), &settings.actions, &settings.attributes, pointers.data(), environ);
    if (problem != 0)
        return notStarted(problem, program);
    return TrainerProcess(process);
}

TrainerProcess::TrainerProcess(TrainerProcess &&other) noexcept
    : m_pid(std::exchange(other.m_pid, 0)), m_exit(std::move(other.m_exit))
{
}

TrainerProcess &TrainerProcess::operator=(TrainerProcess &&other) noexcept
{
    std::swap(m_pid, other.m_pid);
    std::swap(m_exit, other.m_exit);
    return *this;
}

TrainerProcess::~TrainerProcess()
{
    if (m_pid > 0 && !exit())
        leftAlone().add(static_cast<pid_t>(m_pid));
}

std::optional<TrainerExit> TrainerProcess::exit()
{
    if (m_exit || m_pid <= 0)
        return m_exit;
    int status = 0;
    const pid_t answer = ::waitpid(static_cast<pid_t>(m_pid), &status, WNOHANG);
    if (answer == m_pid && WIFSIGNALED(status))
        m_exit = TrainerExit{.signalled = true, .code = WTERMSIG(status)};
    else if (answer == m_pid && WIFEXITED(status))
        m_exit = TrainerExit{.signalled = false, .code = WEXITSTATUS(status)};
    else if (answer < 0 && errno == ECHILD && ::kill(static_cast<pid_t>(m_pid), 0) != 0 && errno == ESRCH)
        m_exit = TrainerExit{.signalled = false, .code = kUnknownExit};
    return m_exit;
}

}  // namespace waypoint
