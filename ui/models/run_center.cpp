// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_center.h"

#include "ui/jobs/trainer_program.h"
#include "ui/models/run_list.h"
#include "ui/models/run_queue.h"
#include "ui/models/run_store.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QTimer>

#include <chrono>
#include <utility>

namespace waypoint {

namespace {

using namespace std::chrono_literals;

constexpr auto kOtherWindows = 5s;   ///< how often the settings are read for what other windows did
constexpr auto kSettleAtMost = 10s;  ///< a disk that does not answer holds up the queue no longer

QString cleaned(const QString &folder) { return QDir::cleanPath(QFileInfo(folder).absoluteFilePath()); }

}  // namespace

struct RunCenter::Parts
{
    explicit Parts(RunCenter &owner) : center(owner) {}

    RunCenter &center;
    RunQueue queue;
    RunList runs;
    QStringList unsaved;   ///< to be put into the settings soon
    QStringList followed;  ///< also before they are known
    QStringList toEnd;     ///< as soon as they have a process
    QStringList shown;
    QStringList shownActive;
    QStringList shownWaiting;
    QTimer save;
    QTimer refresh;
    QTimer settle;
    bool isSettled = false;
    bool isHeld = false;

    Run &make(const QString &folder, bool asNewest);
    Run &know(const QString &folder);
    [[nodiscard]] bool hasSettled();
    [[nodiscard]] bool mayStart(const TrainingOrder &order);
    void launch(const TrainingOrder &order);
    void startNext();
    void heard(const QString &folder);
    void refused(const QString &folder, RunWatch::Refusal why);
    void updateLists();
    void readSettings();
    void saveKnown();
};

// --- what is known ---

Run &RunCenter::Parts::make(const QString &folder, bool asNewest)
{
    Run &run = runs.add(folder, asNewest);
    run.watch->setFollowed(followed.contains(folder));
    RunWatch *watch = run.watch.get();
    RunSteering *steering = run.steering.get();
    connect(watch, &RunWatch::changed, &center, [this, folder] { heard(folder); });
    connect(watch, &RunWatch::refused, &center, [this, folder](RunWatch::Refusal why) { refused(folder, why); });
    connect(watch, &RunWatch::launched, &center, [this, folder] {
        if (toEnd.removeAll(folder) > 0)
            center.kill(folder);
    });
    connect(steering, &RunSteering::changed, &center, [this, folder] { Q_EMIT center.changed(folder); });
    connect(steering, &RunSteering::asked, watch, &RunWatch::expect);
    connect(steering, &RunSteering::ended, watch, &RunWatch::setEnded);
    connect(steering, &RunSteering::failed, &center,
            [this, folder](const QString &sentence) { Q_EMIT center.failed(folder, sentence); });
    return run;
}

Run &RunCenter::Parts::know(const QString &folder)
{
    Run *run = runs.find(folder);
    return run ? *run : make(folder, true);
}

void RunCenter::Parts::saveKnown()
{
    if (!unsaved.isEmpty())
        RunStore::add(std::exchange(unsaved, {}));
}

void RunCenter::Parts::readSettings()
{
    const QStringList stored = RunStore::folders();
    for (const QString &folder : stored)
        if (!runs.find(folder))
            make(folder, false);
    queue.refresh();
    for (const QString &folder : queue.folders())
        know(folder);
    updateLists();
    startNext();
}

void RunCenter::Parts::updateLists()
{
    QStringList folders = runs.sorted(queue.folders());
    QStringList active = runs.active();
    QStringList waiting = queue.folders();
    if (folders == shown && active == shownActive && waiting == shownWaiting)
        return;
    shown = std::move(folders);
    shownActive = std::move(active);
    shownWaiting = std::move(waiting);
    Q_EMIT center.listChanged();
}

void RunCenter::Parts::heard(const QString &folder)
{
    Run &run = *runs.find(folder);
    if (run.watch->snapshot())
        run.steering->hear(*run.watch->snapshot());
    if (!run.watch->isActive())
        run.device.clear();
    Q_EMIT center.changed(folder);
    updateLists();
    startNext();
}

// --- what waits ---

/// Which devices are busy is known only once all runs have been looked at.
bool RunCenter::Parts::hasSettled()
{
    isSettled = isSettled || !settle.isActive() || runs.areAllLookedAt();
    return isSettled;
}

bool RunCenter::Parts::mayStart(const TrainingOrder &order)
{
    return !runs.isActive(order.folder) && (order.evenIfBusy || runs.runOn(order.device).isEmpty());
}

void RunCenter::Parts::startNext()
{
    if (isHeld || queue.orders().empty() || !hasSettled())
        return;
    while (const auto next = queue.takeNext([this](const TrainingOrder &order) { return mayStart(order); }))
        launch(*next);
}

void RunCenter::Parts::launch(const TrainingOrder &order)
{
    Run &run = know(order.folder);
    run.device = deviceName(order.device);
    run.watch->launch(trainerProgram(), order.arguments);
}

void RunCenter::Parts::refused(const QString &folder, RunWatch::Refusal why)
{
    if (why == RunWatch::Refusal::AtWork) {
        Q_EMIT center.failed(folder, tr("This run is at work already."));
        return;
    }
    Q_EMIT center.failed(folder, tr("The folder %1 holds a run with checkpoints already: resume that one, or choose "
                                    "another folder.")
                                     .arg(QFileInfo(folder).fileName()));
}

// --- RunCenter ---

RunCenter::RunCenter(QObject *parent) : QObject(parent), m_parts(std::make_unique<Parts>(*this))
{
    m_parts->save.setSingleShot(true);
    connect(&m_parts->save, &QTimer::timeout, this, [this] { m_parts->saveKnown(); });
    m_parts->settle.setSingleShot(true);
    connect(&m_parts->settle, &QTimer::timeout, this, [this] { m_parts->startNext(); });
    m_parts->settle.start(kSettleAtMost);
    connect(&m_parts->refresh, &QTimer::timeout, this, [this] { m_parts->readSettings(); });
    m_parts->refresh.start(kOtherWindows);
    m_parts->readSettings();
}

RunCenter::~RunCenter() { m_parts->saveKnown(); }

QStringList RunCenter::folders() const { return m_parts->shown; }

RunSnapshotPtr RunCenter::snapshot(const QString &folder) const
{
    const Run *run = m_parts->runs.find(cleaned(folder));
    return run ? run->watch->snapshot() : nullptr;
}

RunStory RunCenter::story(const QString &folder) const
{
    const QString name = cleaned(folder);
    const Run *run = m_parts->runs.find(name);
    const TrainingOrder *order = m_parts->queue.of(name);
    if (!order || (run && run->watch->isActive()))
        return run ? run->watch->story() : RunStory();
    const QString device = deviceName(order->device);
    const QString other = runOn(device);
    RunStory story;
    story.condition = RunCondition::Waiting;
    story.state = tr("Waiting");
    story.headline = other.isEmpty() ? tr("Waits for %1").arg(device)
                                     : tr("Waits for %1, where %2 runs").arg(device, QFileInfo(other).fileName());
    return story;
}

QStringList RunCenter::active() const { return m_parts->runs.active(); }

QStringList RunCenter::waiting() const { return m_parts->queue.folders(); }

QString RunCenter::runOn(const QString &device) const { return m_parts->runs.runOn(device); }

void RunCenter::add(const QString &folder)
{
    const QString name = cleaned(folder);
    if (m_parts->runs.find(name))
        return look(name);
    m_parts->know(name);
    m_parts->unsaved << name;
    m_parts->save.start(0);
    m_parts->updateLists();
}

void RunCenter::forget(const QString &folder)
{
    const QString name = cleaned(folder);
    if (!m_parts->runs.find(name) || m_parts->runs.isActive(name))
        return;
    static_cast<void>(m_parts->queue.take(name));
    m_parts->unsaved.removeAll(name);
    m_parts->runs.remove(name);
    RunStore::remove(name);
    m_parts->updateLists();
}

void RunCenter::look(const QString &folder)
{
    if (Run *run = m_parts->runs.find(cleaned(folder)))
        run->watch->look();
}

void RunCenter::setFollowed(const QString &folder, bool followed)
{
    const QString name = cleaned(folder);
    m_parts->followed.removeAll(name);
    if (followed)
        m_parts->followed << name;
    if (Run *run = m_parts->runs.find(name))
        run->watch->setFollowed(followed);
}

void RunCenter::start(const TrainingOrder &given)
{
    TrainingOrder order = given;
    order.folder = cleaned(given.folder);
    if (m_parts->runs.isActive(order.folder)) {
        Q_EMIT failed(order.folder, tr("This run is at work already."));
        return;
    }
    const bool isSettled = m_parts->hasSettled();
    m_parts->know(order.folder);
    m_parts->runs.moveToFront(order.folder);
    RunStore::add(QStringList(order.folder));
    if (order.evenIfBusy || (isSettled && m_parts->mayStart(order)))
        m_parts->launch(order);
    else
        m_parts->queue.add(order);
    m_parts->updateLists();
    Q_EMIT changed(order.folder);
}

void RunCenter::cancelWaiting(const QString &folder)
{
    static_cast<void>(m_parts->queue.take(cleaned(folder)));
    look(folder);
    m_parts->updateLists();
    Q_EMIT changed(cleaned(folder));
}

void RunCenter::startWaitingNow(const QString &folder)
{
    auto order = m_parts->queue.take(cleaned(folder));
    if (!order)
        return m_parts->updateLists();
    order->evenIfBusy = true;
    start(*order);
}

void RunCenter::holdQueue(bool held)
{
    m_parts->isHeld = held;
    m_parts->startNext();
}

void RunCenter::send(const QString &folder, Command command, bool afterEpoch)
{
    if (Run *run = m_parts->runs.find(cleaned(folder)))
        run->steering->send(command, afterEpoch);
}

void RunCenter::kill(const QString &folder)
{
    const QString name = cleaned(folder);
    Run *run = m_parts->runs.find(name);
    if (run && run->watch->isBeingStarted())
        m_parts->toEnd << name;
    else if (run)
        run->steering->end([watch = run->watch.get()] { return watch->ownProcess(); });
}

bool RunCenter::isPending(const QString &folder) const
{
    const Run *run = m_parts->runs.find(cleaned(folder));
    return run && run->steering->isPending();
}

}  // namespace waypoint
