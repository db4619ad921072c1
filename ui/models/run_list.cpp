// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_list.h"

#include "ui/models/run_queue.h"
#include "ui/models/text.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

QString deviceOf(const Run &run)
{
    if (!run.device.isEmpty())
        return run.device;
    const RunSnapshotPtr &snapshot = run.watch->snapshot();
    return deviceName(snapshot ? text::fromUtf8(snapshot->view.description.config.device) : QString());
}

/// A run of another computer takes no device of this one.
bool isHere(const Run &run)
{
    const RunSnapshotPtr &snapshot = run.watch->snapshot();
    return !snapshot || snapshot->isHere || !run.device.isEmpty();
}

using Rank = std::pair<int, double>;

Rank rankOf(const Run &run, qsizetype placeInQueue)
{
    if (run.watch->isActive())
        return {0, 0};
    if (placeInQueue >= 0)
        return {1, static_cast<double>(placeInQueue)};
    const RunSnapshotPtr &snapshot = run.watch->snapshot();
    return {2, snapshot ? -snapshot->view.status.heartbeat : 0};
}

}  // namespace

Run &RunList::add(const QString &folder, bool asNewest)
{
    m_folders.insert(asNewest ? 0 : m_folders.size(), folder);
    Run &run = m_runs[folder];
    run.watch = std::make_unique<RunWatch>(folder, m_limit);
    run.steering = std::make_unique<RunSteering>(folder);
    return run;
}

void RunList::remove(const QString &folder)
{
    m_folders.removeAll(folder);
    m_runs.erase(folder);
}

void RunList::moveToFront(const QString &folder)
{
    if (m_folders.removeAll(folder) > 0)
        m_folders.prepend(folder);
}

Run *RunList::find(const QString &folder)
{
    const auto run = m_runs.find(folder);
    return run == m_runs.end() ? nullptr : &run->second;
}

bool RunList::isActive(const QString &folder)
{
    const Run *run = find(folder);
    return run && run->watch->isActive();
}

bool RunList::areAllLookedAt() const
{
    return std::ranges::all_of(m_runs, [](const auto &run) { return run.second.watch->snapshot() != nullptr; });
}

QStringList RunList::active()
{
    QStringList folders;
    for (const QString &folder : std::as_const(m_folders))
        if (isActive(folder))
            folders << folder;
    return folders;
}

QString RunList::runOn(const QString &device) const
{
    const QString wanted = deviceName(device);
    for (const auto &[folder, run] : m_runs)
        if (run.watch->isActive() && isHere(run) && deviceOf(run) == wanted)
            return folder;
    return {};
}

QStringList RunList::sorted(const QStringList &waiting) const
{
    std::vector<std::pair<Rank, QString>> ranked;
    for (const QString &folder : m_folders)
        ranked.emplace_back(rankOf(m_runs.at(folder), waiting.indexOf(folder)), folder);
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    QStringList folders;
    for (auto &each : ranked)
        folders << std::move(each.second);
    return folders;
}

}  // namespace waypoint
