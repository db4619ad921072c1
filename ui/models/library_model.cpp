// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/library_model.h"

#include "ui/models/text.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>
#include <QtCore/QSettings>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

constexpr quintptr kTopLevel = 0;
constexpr qsizetype kMostWatched = 200;
// A trainer that writes into the folder reports many changes at once.
constexpr std::chrono::milliseconds kSettle(1500);

QString settingsKey() { return QStringLiteral("libraryFolders"); }

/// "lenet-run", "lenet-run/checkpoints": from the opened folder's own name down.
QString titleOf(const std::filesystem::path &root, const std::filesystem::path &folder)
{
    const std::filesystem::path below = folder.lexically_relative(root);
    const std::filesystem::path name = root.filename().empty() ? root.parent_path().filename() : root.filename();
    return text::fromPath(below == "." ? name : name / below);
}

}  // namespace

struct LibraryModel::Folder
{
    Folder(QObject *receiver, QString folderPath) : path(std::move(folderPath)), scanning(receiver) {}

    QString path;
    FolderScan scan;
    bool scanned = false;
    Job<FolderScan> scanning;
};

LibraryModel::LibraryModel(QObject *parent) : QAbstractItemModel(parent)
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettle);
    connect(&m_settle, &QTimer::timeout, this, &LibraryModel::rescan);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_settle, qOverload<>(&QTimer::start));
    const QStringList stored = QSettings().value(settingsKey()).toStringList();
    for (const QString &path : stored)
        m_folders.push_back(std::make_unique<Folder>(this, path));
}

LibraryModel::~LibraryModel() = default;

QStringList LibraryModel::folders() const
{
    QStringList paths;
    for (const auto &folder : m_folders)
        paths << folder->path;
    return paths;
}

void LibraryModel::addFolder(const QString &path)
{
    const auto known = std::find_if(m_folders.begin(), m_folders.end(), [&](const auto &f) { return f->path == path; });
    if (known != m_folders.end())
        std::rotate(m_folders.begin(), known, known + 1);
    else
        m_folders.insert(m_folders.begin(), std::make_unique<Folder>(this, path));
    store();
    scan(*m_folders.front());
    Q_EMIT foldersChanged();
}

void LibraryModel::removeFolder(const QString &path)
{
    std::erase_if(m_folders, [&](const auto &folder) { return folder->path == path; });
    store();
    rebuild();
    Q_EMIT foldersChanged();
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

QModelIndex LibraryModel::index(int row, int column, const QModelIndex &parent) const
{
    if (row < 0 || row >= rowCount(parent) || column != 0)
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : kTopLevel);
}

QModelIndex LibraryModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || child.internalId() == kTopLevel)
        return {};
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, kTopLevel);
}

int LibraryModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_groups.size());
    if (parent.internalId() != kTopLevel || parent.column() != 0)
        return 0;
    return static_cast<int>(m_groups[static_cast<std::size_t>(parent.row())].files.size());
}

int LibraryModel::columnCount(const QModelIndex &) const { return 1; }

QVariant LibraryModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    if (index.internalId() == kTopLevel)
        return groupData(m_groups[static_cast<std::size_t>(index.row())], role);
    const Group &group = m_groups[index.internalId() - 1];
    return fileData(group, group.files[static_cast<std::size_t>(index.row())], role);
}

void LibraryModel::scan(Folder &folder)
{
    folder.scanning.start(
        [path = text::toPath(folder.path)](std::stop_token stop, Progress &) { return scanFolder(path, {}, stop); },
        [this, &folder](FolderScan scan) { takeScan(folder, std::move(scan)); });
}

void LibraryModel::takeScan(Folder &folder, FolderScan scan)
{
    watch(scan);
    const bool same = folder.scanned && folder.scan.groups == scan.groups && folder.scan.exists == scan.exists;
    folder.scan = std::move(scan);
    folder.scanned = true;
    if (!same)
        rebuild();
}

void LibraryModel::rebuild()
{
    beginResetModel();
    m_groups.clear();
    for (const auto &folder : m_folders)
        for (Group &group : groupsOf(*folder))
            m_groups.push_back(std::move(group));
    endResetModel();
}

void LibraryModel::watch(const FolderScan &scan)
{
    QStringList paths{text::fromPath(scan.root)};
    for (const FoundGroup &group : scan.groups)
        paths << text::fromPath(group.folder);
    const QStringList known = m_watcher.directories();
    paths.removeIf([&](const QString &path) { return known.contains(path); });
    paths = paths.mid(0, std::max<qsizetype>(0, kMostWatched - known.size()));
    if (scan.exists && !paths.isEmpty())
        m_watcher.addPaths(paths);
}

void LibraryModel::store() const { QSettings().setValue(settingsKey(), folders()); }

std::vector<LibraryModel::Group> LibraryModel::groupsOf(const Folder &folder)
{
    std::vector<Group> groups;
    for (const FoundGroup &found : folder.scan.groups)
        groups.push_back({folder.path, titleOf(folder.scan.root, found.folder), {}, found.files});
    if (!groups.empty() || !folder.scanned)
        return groups;
    const QString note = folder.scan.exists ? tr("no checkpoints or logs in this folder") : tr("this folder is gone");
    return {{folder.path, titleOf(text::toPath(folder.path), text::toPath(folder.path)), note, {}}};
}

QVariant LibraryModel::groupData(const Group &group, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return group.title;
    case Qt::ToolTipRole:
        return group.files.empty() ? group.root : text::fromPath(group.files.front().path.parent_path());
    case DetailsRole:
        return group.note;
    case PathRole:
        return group.files.empty() ? group.root : text::fromPath(group.files.front().path.parent_path());
    case IsGroupRole:
        return true;
    case RootRole:
        return group.root;
    default:
        return {};
    }
}

QVariant LibraryModel::fileData(const Group &group, const FoundFile &file, int role) const
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(file.modified);
    switch (role) {
    case Qt::DisplayRole:
        return text::fromPath(file.path.filename());
    case DetailsRole: {
        const QString what = file.isLog ? tr("curves") : file.isFolder ? tr("folder") : text::bytes({file.bytes});
        return what + QStringLiteral(" · ") + text::ago(time, QDateTime::currentDateTime());
    }
    case Qt::ToolTipRole: {
        QString tip = text::fromPath(file.path) + QLatin1Char('\n');
        if (!file.isFolder)
            tip += text::exactBytes({file.bytes}) + QLatin1Char('\n');
        return tip + QLocale().toString(time, QLocale::LongFormat);
    }
    case PathRole:
        return text::fromPath(file.path);
    case IsGroupRole:
        return false;
    case RootRole:
        return group.root;
    case IsLogRole:
        return file.isLog;
    default:
        return {};
    }
}

}  // namespace waypoint
