// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/evaluations.h"
#include "ui/models/library_model.h"
#include "ui/models/library_scanned.h"
#include "ui/models/run_center.h"
#include "ui/models/text.h"

#include <QtCore/QDateTime>

#include <algorithm>

namespace waypoint {

namespace {

// What went wrong long ago is no news.
constexpr double kOldNews = 7.0 * 24 * 60 * 60;  ///< seconds

/// "lenet-run", "lenet-run/checkpoints": from the opened folder's own name down.
QString titleOf(const std::filesystem::path &root, const std::filesystem::path &folder)
{
    const std::filesystem::path below = folder.lexically_relative(root);
    const std::filesystem::path name = root.filename().empty() ? root.parent_path().filename() : root.filename();
    return text::fromPath(below == "." ? name : name / below);
}

bool standsOnTop(const RunStory &story, const RunSnapshot *snapshot)
{
    switch (story.condition) {
    case RunCondition::Waiting:
    case RunCondition::Starting:
    case RunCondition::Running:
    case RunCondition::Paused:
    case RunCondition::NotResponding:
        return true;
    case RunCondition::Failed:
    case RunCondition::Crashed:
    case RunCondition::NeverStarted: {
        const double now = static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000;
        return snapshot && (snapshot->view.status.heartbeat <= 0 || now - snapshot->view.status.heartbeat < kOldNews);
    }
    default:
        return false;
    }
}

}  // namespace

void LibraryModel::rebuild()
{
    merge(wantedGroups());
    wantFacts();
}

std::vector<LibraryModel::GroupPtr> LibraryModel::wantedGroups() const
{
    std::vector<GroupPtr> wanted;
    QSet<QString> seen;
    const auto add = [&](GroupPtr group) {
        if (seen.contains(group->path) || m_hidden.contains(group->path))
            return;
        seen.insert(group->path);
        wanted.push_back(std::move(group));
    };
    for (const auto &folder : m_folders) {
        for (const FoundGroup &found : folder->scan.groups) {
            auto group = std::make_unique<LibraryGroup>();
            group->kind = found.isRun ? LibraryGroup::Kind::Run : LibraryGroup::Kind::Folder;
            group->path = text::fromPath(found.folder);
            group->root = folder->isOpened ? folder->path : QString();
            group->title = titleOf(folder->scan.root, found.folder);
            group->modified = found.modified;
            for (const FoundFile &file : found.files)
                group->files.push_back({file, text::fromPath(file.path), m_facts.facts(file), {}, false, false});
            add(std::move(group));
        }
        if (folder->scanned && folder->isOpened && folder->scan.groups.empty()) {
            auto group = std::make_unique<LibraryGroup>();
            group->path = group->root = folder->path;
            group->title = titleOf(text::toPath(folder->path), text::toPath(folder->path));
            group->note = folder->scan.exists ? tr("no checkpoints or logs in this folder") : tr("this folder is gone");
            add(std::move(group));
        }
    }
    if (auto active = activeRuns(); !active.empty()) {
        auto group = std::make_unique<LibraryGroup>();
        group->kind = LibraryGroup::Kind::Active;
        group->path = QStringLiteral(":active");
        group->active = std::move(active);
        add(std::move(group));
    }
    return wanted;
}

void LibraryModel::merge(std::vector<GroupPtr> wanted)
{
    QSet<QString> keep;
    for (const GroupPtr &group : wanted)
        keep.insert(group->path);
    removeGroups(keep);
    for (GroupPtr &group : wanted) {
        LibraryGroup *known = groupAt(group->path);
        if (!known) {
            group->row = static_cast<int>(m_groups.size());
            group->run = runAt(group->path);
            markBest(*group);
            beginInsertRows({}, group->row, group->row);
            m_groups.push_back(std::move(group));
            endInsertRows();
            continue;
        }
        if (known->kind == LibraryGroup::Kind::Active)
            continue;
        known->kind = group->kind;
        known->root = group->root;
        known->title = group->title;
        known->note = group->note;
        known->modified = group->modified;
        mergeFiles(*known, std::move(group->files));
        remark(*known);
        changed(*known);
    }
}

void LibraryModel::removeGroups(const QSet<QString> &keep)
{
    for (int row = static_cast<int>(m_groups.size()) - 1; row >= 0; --row) {
        if (keep.contains(m_groups[static_cast<std::size_t>(row)]->path))
            continue;
        beginRemoveRows({}, row, row);
        const GroupPtr gone = std::move(m_groups[static_cast<std::size_t>(row)]);
        m_groups.erase(m_groups.begin() + row);
        renumber();
        endRemoveRows();
    }
}

void LibraryModel::mergeFiles(LibraryGroup &group, std::vector<LibraryFile> wanted)
{
    QHash<QString, std::size_t> places;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        places.insert(wanted[i].path, i);
    for (int row = static_cast<int>(group.files.size()) - 1; row >= 0; --row) {
        const auto at = static_cast<std::size_t>(row);
        const auto place = places.constFind(group.files[at].path);
        if (place == places.constEnd()) {
            beginRemoveRows(indexOf(group), row, row);
            group.files.erase(group.files.begin() + row);
            endRemoveRows();
            continue;
        }
        LibraryFile &fresh = wanted[*place];
        if (group.files[at].found != fresh.found) {
            // What was known of it stays on show until it is read again.
            group.files[at].found = fresh.found;
            if (fresh.facts)
                group.files[at].facts = fresh.facts;
            changed(group, row, row);
        }
        places.erase(place);
    }
    if (places.isEmpty())
        return;
    const int first = static_cast<int>(group.files.size());
    beginInsertRows(indexOf(group), first, first + static_cast<int>(places.size()) - 1);
    for (LibraryFile &file : wanted)
        if (places.contains(file.path))
            group.files.push_back(std::move(file));
    endInsertRows();
}

void LibraryModel::renumber()
{
    for (std::size_t i = 0; i < m_groups.size(); ++i)
        m_groups[i]->row = static_cast<int>(i);
}

void LibraryModel::changed(const LibraryGroup &group)
{
    Q_EMIT dataChanged(indexOf(group), indexOf(group, kLibraryColumns - 1));
}

void LibraryModel::changed(LibraryGroup &group, int first, int last)
{
    Q_EMIT dataChanged(createIndex(first, 0, &group), createIndex(last, kLibraryColumns - 1, &group));
}

LibraryGroup *LibraryModel::groupAt(const QString &path) const
{
    const auto found = std::find_if(m_groups.begin(), m_groups.end(), [&](const auto &g) { return g->path == path; });
    return found == m_groups.end() ? nullptr : found->get();
}

void LibraryModel::wantFacts()
{
    std::vector<FoundFile> files;
    QStringList paths;
    for (const GroupPtr &group : m_groups)
        for (const LibraryFile &file : group->files) {
            files.push_back(file.found);
            if (!file.found.isLog)
                paths << file.path;
        }
    m_facts.setFiles(std::move(files));
    if (m_evaluations)
        m_evaluations->load(paths);
}

void LibraryModel::takeFacts(const QStringList &paths)
{
    const QSet<QString> arrived(paths.begin(), paths.end());
    for (const GroupPtr &group : m_groups) {
        bool isAny = false;
        int first = -1;
        for (int row = 0; row < group->count(); ++row) {
            LibraryFile *file = group->files.empty() ? nullptr : &group->files[static_cast<std::size_t>(row)];
            if (file && arrived.contains(file->path)) {
                if (auto facts = m_facts.facts(file->found))
                    file->facts = std::move(facts);
                first = first < 0 ? row : first;
                isAny = true;
            } else if (first >= 0) {
                told(*group, first, row - 1);
                first = -1;
            }
        }
        if (first >= 0)
            told(*group, first, group->count() - 1);
        if (!isAny)
            continue;
        remark(*group);
        changed(*group);
    }
}

void LibraryModel::told(LibraryGroup &group, int first, int last)
{
    constexpr int kLastOfFacts = static_cast<int>(LibraryColumn::Evaluated);
    Q_EMIT dataChanged(createIndex(first, 0, &group), createIndex(last, kLastOfFacts, &group));
}

void LibraryModel::remark(LibraryGroup &group)
{
    for (const int row : markBest(group))
        told(group, row, row);
}

void LibraryModel::takeEvaluations()
{
    for (const GroupPtr &group : m_groups) {
        bool isAny = false;
        for (std::size_t i = 0; i < group->files.size(); ++i) {
            LibraryFile &file = group->files[i];
            auto latest = m_evaluations->latest(file.path);
            if (latest == file.evaluated)
                continue;
            file.evaluated = std::move(latest);
            told(*group, static_cast<int>(i), static_cast<int>(i));
            isAny = true;
        }
        if (isAny)
            changed(*group);
    }
}

LibraryRun LibraryModel::runAt(const QString &folder) const
{
    LibraryRun run;
    run.folder = folder;
    run.title = folder.section(QLatin1Char('/'), -1);
    const RunSnapshotPtr snapshot = m_runs ? m_runs->snapshot(folder) : nullptr;
    if (!snapshot)
        return run;
    run.about = runTitle(*snapshot);
    run.story = m_runs->story(folder);
    run.isKnown = true;
    return run;
}

std::vector<LibraryRun> LibraryModel::activeRuns() const
{
    std::vector<LibraryRun> active;
    if (!m_runs)
        return active;
    const QStringList waiting = m_runs->waiting();
    for (const QString &folder : m_runs->folders()) {
        LibraryRun run = runAt(folder);
        if (m_hidden.contains(folder) && !run.story.isActive)
            continue;
        if (waiting.contains(folder)) {
            run.story = m_runs->story(folder);
            run.isKnown = true;
        }
        if (run.isKnown && standsOnTop(run.story, m_runs->snapshot(folder).get()))
            active.push_back(std::move(run));
    }
    return active;
}

void LibraryModel::refreshRuns()
{
    scanRunFolders();
    for (const GroupPtr &group : m_groups)
        if (group->kind == LibraryGroup::Kind::Run) {
            group->run = runAt(group->path);
            changed(*group);
        }
    rebuild();
    refreshActive();
}

void LibraryModel::refreshRun(const QString &folder)
{
    const RunSnapshotPtr snapshot = m_runs->snapshot(folder);
    LibraryGroup *group = groupAt(folder);
    if (group) {
        group->run = runAt(folder);
        changed(*group);
        // A checkpoint came: the folders' own news may be late, or never come over a network.
        const bool isNews = snapshot
                            && std::any_of(snapshot->checkpoints.begin(), snapshot->checkpoints.end(),
                                           [&](const RunFile &file) { return file.modified > group->modified; });
        if (isNews)
            scanSoon(folder);
    } else if (snapshot && snapshot->exists && !m_hidden.contains(folder)) {
        // It was started a moment ago: there was no folder to scan then.
        scanSoon(folder);
    }
    refreshActive();
}

void LibraryModel::refreshActive()
{
    LibraryGroup *group = groupAt(QStringLiteral(":active"));
    std::vector<LibraryRun> active = activeRuns();
    if (!group || active.empty()) {
        if (group || !active.empty())
            rebuild();
        return;
    }
    const auto folderOf = [](const LibraryRun &run) { return run.folder; };
    const bool same = std::ranges::equal(group->active, active, {}, folderOf, folderOf);
    if (same) {
        group->active = std::move(active);
        changed(*group, 0, group->count() - 1);
        return;
    }
    beginRemoveRows(indexOf(*group), 0, group->count() - 1);
    group->active.clear();
    endRemoveRows();
    beginInsertRows(indexOf(*group), 0, static_cast<int>(active.size()) - 1);
    group->active = std::move(active);
    endInsertRows();
}

}  // namespace waypoint
