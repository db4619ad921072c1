// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_steering.h"

#include "core/base/describe_error.h"
#include "core/run/lock_holder.h"
#include "core/run/surroundings.h"
#include "ui/models/text.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

#include <sys/types.h>

namespace waypoint {

namespace {

constexpr std::chrono::seconds kPatience(3);
// The trainer looks every 100 ms at the one command that `control` holds: a faster one would take its place unseen.
constexpr std::chrono::milliseconds kBetweenCommands(150);

/// The process that holds the lock of a run on this computer; an error says why none may be ended.
Result<std::int64_t> holderHere(const RunPaths &paths)
{
    const auto holder = lastHolder(paths);
    if (!holder || !RunLock::isHeld(paths))
        return Error{.code = ErrorCode::NotFound, .detail = "no process is at work on this run any more"};
    if (holder->host != hostName())
        return Error{.code = ErrorCode::NoPermission, .detail = "it runs on " + holder->host};
    return holder->pid;
}

Result<std::int64_t> sendSignal(std::int64_t process, int number)
{
    if (process <= 1 || ::kill(static_cast<pid_t>(process), number) != 0)
        return Error{.code = ErrorCode::NoPermission, .detail = std::generic_category().message(errno)};
    return process;
}

/// `expected`: who was asked before, or 0. Another trainer may have taken its place meanwhile.
Result<std::int64_t> signalHolder(const RunPaths &paths, int number, std::int64_t expected)
{
    const auto holder = holderHere(paths);
    if (!holder || (expected != 0 && *holder != expected))
        return holder;
    return sendSignal(*holder, number);
}

}  // namespace

RunSteering::RunSteering(const QString &folder, QObject *parent)
    : QObject(parent), m_folder(folder), m_sending(this), m_signalling(this)
{
    m_gap.setSingleShot(true);
    m_gap.setInterval(kBetweenCommands);
    connect(&m_gap, &QTimer::timeout, this, &RunSteering::sendNext);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatience);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        if (m_ending != 0 || m_own() != 0)
            signal(SIGKILL);
    });
}

RunSteering::~RunSteering() = default;

// --- commands ---

void RunSteering::send(Command command, bool afterEpoch)
{
    m_waiting.emplace_back(command, afterEpoch);
    sendNext();
    Q_EMIT changed();
}

bool RunSteering::isPending() const { return m_sending.isRunning() || !m_waiting.empty() || m_sent; }

void RunSteering::sendNext()
{
    if (m_waiting.empty() || m_sending.isRunning() || m_gap.isActive())
        return;
    const auto [command, afterEpoch] = m_waiting.front();
    m_waiting.pop_front();
    m_sending.start([paths = RunPaths(text::toPath(m_folder)), command = command, afterEpoch = afterEpoch](
                        std::stop_token, Progress &) { return sendCommand(paths, command, afterEpoch); },
                    [this](Result<std::int64_t> seq) { sent(seq); });
}

void RunSteering::sent(const Result<std::int64_t> &seq)
{
    if (seq)
        m_sent = Sent{*seq, m_trainer};
    else
        Q_EMIT failed(tr("The command could not be given. %1").arg(text::fromUtf8(describe(seq.error()))));
    m_gap.start();
    Q_EMIT asked();
    Q_EMIT changed();
}

void RunSteering::hear(const RunSnapshot &snapshot)
{
    const RunStatus &status = snapshot.view.status;
    m_trainer = status.pid;
    if (!snapshot.view.alive)
        m_ending = 0;
    if (!m_sent)
        return;
    const bool isOver = !snapshot.view.alive || (m_sent->pid != 0 && status.pid != m_sent->pid);
    if (!isOver && status.handledSeq < m_sent->seq)
        return;
    m_sent.reset();
    Q_EMIT changed();
}

// --- its end ---

void RunSteering::end(OwnProcess own)
{
    m_own = std::move(own);
    m_ending = 0;
    m_patience.start();
    signal(SIGTERM);
}

void RunSteering::signal(int number)
{
    // A child that has not been waited for keeps its number: no other process can be meant.
    if (const std::int64_t own = m_own())
        return signalled(sendSignal(own, number));
    m_signalling.start([paths = RunPaths(text::toPath(m_folder)), number, expected = m_ending](
                           std::stop_token, Progress &) { return signalHolder(paths, number, expected); },
                       [this](Result<std::int64_t> process) { signalled(process); });
}

void RunSteering::signalled(const Result<std::int64_t> &process)
{
    if (process) {
        m_ending = *process;
        Q_EMIT ended();
    } else if (process.error().code != ErrorCode::NotFound) {
        Q_EMIT failed(tr("Its process cannot be ended: %1.").arg(text::fromUtf8(process.error().detail)));
    }
    Q_EMIT asked();
}

}  // namespace waypoint
