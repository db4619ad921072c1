// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/folder_scan.h"

#include <QtCore/QAbstractItemModel>
#include <QtCore/QFileSystemWatcher>
#include <QtCore/QStringList>
#include <QtCore/QTimer>

#include <memory>
#include <vector>

namespace waypoint {

/// The folders the person opened and the checkpoints and logs in them. Folders are scanned in the background and
/// again when something in them changes. Top rows are folders that hold checkpoints, below them the files, newest
/// first.
class LibraryModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Role { PathRole = Qt::UserRole, DetailsRole, IsGroupRole, RootRole, IsLogRole };

    explicit LibraryModel(QObject *parent = nullptr);
    ~LibraryModel() override;

    /// As opened, newest first; kept in the settings of the program.
    [[nodiscard]] QStringList folders() const;
    void addFolder(const QString &folder);
    void removeFolder(const QString &folder);
    void rescan();
    [[nodiscard]] bool isScanning() const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

Q_SIGNALS:
    void foldersChanged();

private:
    struct Folder;
    /// A top row: a group of a scan, or the note that a folder has none.
    struct Group
    {
        QString root;
        QString title;
        QString note;
        std::vector<FoundFile> files;
    };

    void scan(Folder &folder);
    void takeScan(Folder &folder, FolderScan scan);
    void rebuild();
    void watch(const FolderScan &scan);
    void store() const;
    [[nodiscard]] static std::vector<Group> groupsOf(const Folder &folder);
    [[nodiscard]] QVariant groupData(const Group &group, int role) const;
    [[nodiscard]] QVariant fileData(const Group &group, const FoundFile &file, int role) const;

    std::vector<std::unique_ptr<Folder>> m_folders;
    std::vector<Group> m_groups;
    QFileSystemWatcher m_watcher;
    QTimer m_settle;
};

}  // namespace waypoint
