// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/library_model.h"

#include "ui/models/evaluations.h"
#include "ui/models/library_scanned.h"
#include "ui/models/run_center.h"
#include "ui/models/text.h"

#include <QtCore/QSettings>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

constexpr quintptr kTopLevel = 0;
constexpr qsizetype kMostWatched = 200;
// A trainer that writes into the folder reports many changes at once, and more every second.
constexpr std::chrono::milliseconds kSettle(1500);

QString foldersKey() { return QStringLiteral("libraryFolders"); }
QString hiddenKey() { return QStringLiteral("libraryHiddenRuns"); }

bool isWithin(const QString &path, const QString &folder)
{
    return path == folder || path.startsWith(folder + QLatin1Char('/'));
}

}  // namespace

LibraryModel::LibraryModel(QObject *parent) : QAbstractItemModel(parent)
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettle);
    connect(&m_settle, &QTimer::timeout, this, &LibraryModel::scanStale);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &LibraryModel::scanSoon);
    connect(&m_facts, &FileFactsReader::arrived, this, &LibraryModel::takeFacts);
    const QStringList hidden = QSettings().value(hiddenKey()).toStringList();
    m_hidden = QSet<QString>(hidden.begin(), hidden.end());
    const QStringList stored = QSettings().value(foldersKey()).toStringList();
    for (const QString &path : stored)
        m_folders.push_back(std::make_unique<Scanned>(this, path, true));
}

LibraryModel::~LibraryModel() = default;

QStringList LibraryModel::folders() const
{
    QStringList paths;
    for (const auto &folder : m_folders)
        if (folder->isOpened)
            paths << folder->path;
    return paths;
}

void LibraryModel::addFolder(const QString &path)
{
    const qsizetype shownAgain = m_hidden.removeIf([&](const QString &hidden) { return isWithin(hidden, path); });
    const auto known = std::find_if(m_folders.begin(), m_folders.end(), [&](const auto &f) { return f->path == path; });
    if (known != m_folders.end())
        std::rotate(m_folders.begin(), known, known + 1);
    else
        m_folders.insert(m_folders.begin(), std::make_unique<Scanned>(this, path, true));
    m_folders.front()->isOpened = true;
    store();
    if (shownAgain > 0)
        rebuild();
    scan(*m_folders.front());
    Q_EMIT foldersChanged();
}

void LibraryModel::removeFolder(const QString &path)
{
    std::erase_if(m_folders, [&](const auto &folder) { return folder->path == path; });
    store();
    scanRunFolders();
    rebuild();
    Q_EMIT foldersChanged();
}

void LibraryModel::hideRun(const QString &folder)
{
    m_hidden.insert(folder);
    if (m_runs)
        m_runs->forget(folder);
    store();
    rebuild();
}

void LibraryModel::rescan()
{
    for (const auto &folder : m_folders)
        scan(*folder);
}

bool LibraryModel::isScanning() const
{
    return std::any_of(m_folders.begin(), m_folders.end(), [](const auto &f) { return f->scanning.isRunning(); });
}

void LibraryModel::setRuns(RunCenter *runs)
{
    if (m_runs)
        m_runs->disconnect(this);
    m_runs = runs;
    if (!runs)
        return;
    connect(runs, &RunCenter::changed, this, &LibraryModel::refreshRun);
    connect(runs, &RunCenter::listChanged, this, &LibraryModel::refreshRuns);
    refreshRuns();
}

void LibraryModel::setEvaluations(Evaluations *evaluations)
{
    if (m_evaluations)
        m_evaluations->disconnect(this);
    m_evaluations = evaluations;
    if (!evaluations)
        return;
    connect(evaluations, &Evaluations::changed, this, &LibraryModel::takeEvaluations);
    wantFacts();
}

void LibraryModel::setShownIn(const QObject *view, bool shown)
{
    if (shown)
        m_viewers.insert(view);
    else
        m_viewers.remove(view);
    if (shown)
        connect(view, &QObject::destroyed, this, &LibraryModel::forgetView, Qt::UniqueConnection);
    m_facts.setReading(!m_viewers.isEmpty());
}

void LibraryModel::forgetView(const QObject *view) { setShownIn(view, false); }

QModelIndex LibraryModel::index(int row, int column, const QModelIndex &parent) const
{
    if (row < 0 || row >= rowCount(parent) || column < 0 || column >= kLibraryColumns)
        return {};
    if (!parent.isValid())
        return createIndex(row, column, kTopLevel);
    return createIndex(row, column, m_groups[static_cast<std::size_t>(parent.row())].get());
}

QModelIndex LibraryModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || child.internalId() == kTopLevel)
        return {};
    return indexOf(*static_cast<const LibraryGroup *>(child.constInternalPointer()));
}

int LibraryModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_groups.size());
    if (parent.internalId() != kTopLevel || parent.column() != 0)
        return 0;
    return m_groups[static_cast<std::size_t>(parent.row())]->count();
}

int LibraryModel::columnCount(const QModelIndex &) const { return kLibraryColumns; }

QModelIndex LibraryModel::indexOf(const LibraryGroup &group, int column) const
{
    return createIndex(group.row, column, kTopLevel);
}

QModelIndex LibraryModel::find(const QString &path) const
{
    for (const GroupPtr &group : m_groups) {
        if (group->kind == LibraryGroup::Kind::Active)
            continue;
        if (group->path == path)
            return indexOf(*group);
        for (std::size_t i = 0; i < group->files.size(); ++i) {
            const LibraryFile &file = group->files[i];
            const auto &links = file.found.links;
            if (file.path == path || std::find(links.begin(), links.end(), text::toPath(path)) != links.end())
                return createIndex(static_cast<int>(i), 0, group.get());
        }
    }
    return {};
}

void LibraryModel::scan(Scanned &folder)
{
    folder.isStale = false;
    folder.scanning.start(
        [path = text::toPath(folder.path)](std::stop_token stop, Progress &) { return scanFolder(path, {}, stop); },
        [this, &folder](FolderScan scan) { takeScan(folder, std::move(scan)); });
}

/// Never put off: a run at work writes all the time.
void LibraryModel::scanSoon(const QString &changedFolder)
{
    for (const auto &folder : m_folders)
        folder->isStale = folder->isStale || isWithin(changedFolder, folder->path);
    if (!m_settle.isActive())
        m_settle.start();
}

void LibraryModel::scanStale()
{
    bool isBusy = false;
    for (const auto &folder : m_folders) {
        if (!folder->isStale)
            continue;
        if (folder->scanning.isRunning())
            isBusy = true;
        else
            scan(*folder);
    }
    if (isBusy)
        m_settle.start();
}

void LibraryModel::takeScan(Scanned &folder, FolderScan scan)
{
    watch(scan);
    tellFoundRuns(scan);
    const bool same = folder.scanned && folder.scan.groups == scan.groups && folder.scan.exists == scan.exists;
    folder.scan = std::move(scan);
    folder.scanned = true;
    if (!same)
        rebuild();
}

void LibraryModel::tellFoundRuns(const FolderScan &scan)
{
    for (const FoundGroup &group : scan.groups) {
        const QString path = text::fromPath(group.folder);
        if (!group.isRun || m_hidden.contains(path) || m_told.contains(path))
            continue;
        m_told.insert(path);
        Q_EMIT runFound(path);
    }
}

void LibraryModel::watch(const FolderScan &scan)
{
    QStringList paths{text::fromPath(scan.root)};
    for (const FoundGroup &group : scan.groups) {
        // A run at work replaces its status all the time: of its folder, the files that are listed matter.
        if (group.isRun)
            paths.removeAll(text::fromPath(group.folder));
        paths << text::fromPath(group.isRun ? group.folder / "checkpoints" : group.folder);
    }
    const QStringList known = m_watcher.directories();
    paths.removeIf([&](const QString &path) { return known.contains(path); });
    paths = paths.mid(0, std::max<qsizetype>(0, kMostWatched - known.size()));
    if (scan.exists && !paths.isEmpty())
        m_watcher.addPaths(paths);
}

void LibraryModel::scanRunFolders()
{
    if (!m_runs)
        return;
    const QStringList opened = folders();
    const QStringList runs = m_runs->folders();
    const auto isCovered = [&](const QString &run) {
        return std::any_of(opened.begin(), opened.end(), [&](const QString &f) { return isWithin(run, f); });
    };
    std::erase_if(m_folders, [&](const auto &folder) {
        return !folder->isOpened && (!runs.contains(folder->path) || isCovered(folder->path));
    });
    for (const QString &run : runs) {
        const auto known =
            std::any_of(m_folders.begin(), m_folders.end(), [&](const auto &f) { return f->path == run; });
        if (known || isCovered(run))
            continue;
        m_folders.push_back(std::make_unique<Scanned>(this, run, false));
        m_told.insert(run);
        scan(*m_folders.back());
    }
}

void LibraryModel::store() const
{
    QSettings settings;
    settings.setValue(foldersKey(), folders());
    settings.setValue(hiddenKey(), QStringList(m_hidden.begin(), m_hidden.end()));
}

}  // namespace waypoint
