// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_watch.h"

#include "ui/models/text.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace waypoint {

namespace {

using namespace std::chrono_literals;

constexpr auto kOften = 250ms;
constexpr auto kActive = 1s;
constexpr auto kShown = 3s;
constexpr auto kResting = 5s;
constexpr auto kNoPlace = 100ms;  ///< until another folder has been looked at
constexpr int kExpecting = 40;    ///< looks

std::int64_t modifiedAt(const std::filesystem::path &path)
{
    std::error_code missing;
    const auto time = std::filesystem::last_write_time(path, missing);
    return missing ? 0 : static_cast<std::int64_t>(time.time_since_epoch().count());
}

}  // namespace

/// What tells, without reading anything, whether a run that is over is as it was.
struct RunWatch::Stamps
{
    static Stamps of(const RunPaths &paths)
    {
        return {modifiedAt(paths.folder), modifiedAt(paths.run()), modifiedAt(paths.status()),
                modifiedAt(paths.checkpoints()), modifiedAt(paths.lock())};
    }

    std::int64_t folder = 0;
    std::int64_t run = 0;
    std::int64_t status = 0;
    std::int64_t checkpoints = 0;
    std::int64_t lock = 0;

    bool operator==(const Stamps &) const = default;
};

struct RunWatch::Look
{
    /// `last`: of a run that was over; null to look in any case.
    static Look at(const RunPaths &paths, const Stamps *last)
    {
        Look look;
        look.stamps = std::make_shared<const Stamps>(Stamps::of(paths));
        if (!last || *last != *look.stamps || RunLock::isHeld(paths))
            look.snapshot = lookAtRun(paths.folder);
        return look;
    }

    std::shared_ptr<const Stamps> stamps;
    std::optional<RunSnapshot> snapshot;  ///< nothing where all is as it was
    std::optional<TrainerExit> exit;      ///< known before the look
};

struct RunWatch::Launch
{
    static Launch of(const std::filesystem::path &program, const std::vector<std::string> &arguments,
                     const RunPaths &paths)
    {
        Launch launch;
        // The trainer would refuse as well, with a line in the log of the run that is at work.
        if (RunLock::isHeld(paths))
            launch.refusal = Refusal::AtWork;
        else if (!arguments.empty() && arguments.front() == "start" && hasCheckpoint(paths))
            launch.refusal = Refusal::HasCheckpoints;
        if (launch.refusal)
            return launch;
        auto process = TrainerProcess::launch(program, arguments, paths.log());
        if (process)
            launch.process = std::make_shared<TrainerProcess>(*std::move(process));
        else
            launch.error = process.error();
        return launch;
    }

    std::shared_ptr<TrainerProcess> process;  ///< null where there is none
    std::optional<Error> error;
    std::optional<Refusal> refusal;
};

RunWatch::RunWatch(const QString &folder, std::shared_ptr<LookLimit> limit, QObject *parent)
    : QObject(parent), m_folder(folder), m_limit(std::move(limit)), m_looking(this), m_launching(this)
{
    m_story.state = tr("Looking");
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RunWatch::lookNow);
    m_timer.start(0ms);
}

RunWatch::~RunWatch() { leave(); }

void RunWatch::look()
{
    m_stamps.reset();
    m_lookAgain = m_looking.isRunning();
    if (!m_lookAgain)
        m_timer.start(0ms);
}

void RunWatch::setFollowed(bool followed)
{
    m_isFollowed = followed;
    if (followed && !m_looking.isRunning())
        m_timer.start(0ms);
}

void RunWatch::expect()
{
    m_lookOften = kExpecting;
    look();
}

std::chrono::milliseconds RunWatch::interval() const
{
    if (m_lookOften > 0)
        return kOften;
    if (isActive())
        return m_isFollowed ? kOften : std::chrono::milliseconds(kActive);
    return m_isFollowed ? std::chrono::milliseconds(kShown) : std::chrono::milliseconds(kResting);
}

void RunWatch::schedule()
{
    const auto pause = interval();
    // Runs that are over may be looked at together: fewer wake-ups.
    m_timer.setTimerType(pause == kResting ? Qt::VeryCoarseTimer : Qt::CoarseTimer);
    m_timer.start(pause);
}

void RunWatch::lookNow()
{
    if (m_isBeingStarted)
        return;
    if (!isActive() && !m_limit->enter()) {
        m_timer.start(kNoPlace);
        return;
    }
    m_isInside = !isActive();
    m_lookOften = std::max(m_lookOften - 1, 0);
    const auto last = isActive() ? nullptr : m_stamps;
    // Asked before the folder: what a process wrote before it ended is seen then.
    m_looking.start(
        [paths = RunPaths(text::toPath(m_folder)), last, exit = exitNow()](std::stop_token, Progress &) {
            Look look = Look::at(paths, last.get());
            look.exit = exit;
            return look;
        },
        [this](Look look) { take(std::move(look)); });
}

/// What is being looked at now would come too late.
void RunWatch::forgetLook()
{
    m_timer.stop();
    m_looking.cancel();
    m_lookAgain = false;
    leave();
}

void RunWatch::leave()
{
    if (std::exchange(m_isInside, false))
        m_limit->leave();
}

void RunWatch::take(Look look)
{
    leave();
    m_stamps = std::move(look.stamps);
    if (look.snapshot) {
        complete(*look.snapshot, look.exit);
        show(*std::move(look.snapshot));
    }
    if (std::exchange(m_lookAgain, false))
        this->look();
    else
        schedule();
}

void RunWatch::complete(RunSnapshot &snapshot, const std::optional<TrainerExit> &exit)
{
    const RunView &view = snapshot.view;
    const bool isOurs = m_process && view.status.pid == m_process->pid();
    snapshot.exit = exit;
    snapshot.launchError = m_launchError;
    snapshot.launchedPid = m_process ? m_process->pid() : 0;
    snapshot.isLaunched = m_process && !exit && !(view.alive && isOurs);
    m_isHeard = m_isHeard || isOurs;
    snapshot.isHeard = m_isHeard;
    snapshot.isEnded = m_isEnded;
    snapshot.isHere = snapshot.isHere || isOurs || snapshot.isLaunched;
    if (view.alive)
        snapshot.isQuiet = m_heartbeat.isQuiet(view.status, snapshot.isHere);
    else
        m_heartbeat.forget();
    // Somebody else has gone on with it: how our process ended is no longer its story.
    const bool isTaken = !isOurs && view.status.pid != 0 && (view.alive || m_isHeard);
    if (exit && isTaken) {
        m_process.reset();
        m_isEnded = false;
        snapshot.exit.reset();
        snapshot.launchedPid = 0;
        snapshot.isEnded = false;
    }
}

void RunWatch::show(RunSnapshot snapshot)
{
    if (m_snapshot && tellSame(*m_snapshot, snapshot))
        return;
    m_snapshot = std::make_shared<const RunSnapshot>(std::move(snapshot));
    m_story = tellRun(*m_snapshot);
    Q_EMIT changed();
}

// --- its process ---

std::optional<TrainerExit> RunWatch::exitNow() { return m_process ? m_process->exit() : std::nullopt; }

std::int64_t RunWatch::ownProcess() { return m_process && !m_process->exit() ? m_process->pid() : 0; }

void RunWatch::launch(const QString &program, const std::vector<std::string> &arguments)
{
    forgetLook();
    m_isBeingStarted = true;
    m_isHeard = false;
    m_isEnded = false;
    m_process.reset();
    m_launchError.reset();
    m_story = {};
    m_story.state = tr("Starting");
    m_story.headline = tr("Getting ready");
    m_story.isActive = true;
    m_launching.start([program = text::toPath(program), arguments, paths = RunPaths(text::toPath(m_folder))](
                          std::stop_token, Progress &) { return Launch::of(program, arguments, paths); },
                      [this](Launch launch) { started(std::move(launch)); });
    Q_EMIT changed();
}

void RunWatch::started(Launch launch)
{
    m_isBeingStarted = false;
    m_process = std::move(launch.process);
    m_launchError = std::move(launch.error);
    m_snapshot.reset();
    expect();
    if (launch.refusal)
        Q_EMIT refused(*launch.refusal);
    Q_EMIT launched();
}

}  // namespace waypoint
