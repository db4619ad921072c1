// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/file_facts.h"
#include "ui/models/folder_scan.h"
#include "ui/models/library_rows.h"

#include <QtCore/QAbstractItemModel>
#include <QtCore/QFileSystemWatcher>
#include <QtCore/QSet>
#include <QtCore/QStringList>
#include <QtCore/QTimer>

#include <memory>
#include <vector>

namespace waypoint {

class Evaluations;
class RunCenter;

/// The folders the person opened and the runs that are known, with the checkpoints and logs in them. Folders are
/// scanned in the background and again when something in them changes; files are opened to tell what they are while
/// somebody looks. Top rows are runs and folders, below them the files; one more top row has the runs that wait, are at
/// work or went wrong. Rows stay where they are while others come and go: views keep what is selected and unfolded.
/// Columns are those of LibraryColumn. Window's thread.
class LibraryModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Role {
        PathRole = Qt::UserRole,
        DetailsRole,
        IsGroupRole,  ///< a top row
        RootRole,
        IsLogRole,
        KindRole,    ///< RowKind
        SortRole,    ///< number or text; invalid where there is nothing
        FilterRole,  ///< text that a filter's words are looked for in
        LinksRole,   ///< all paths that lead to the file
        BadgesRole,  ///< "last", "best"
        IsBestRole,  ///< of its group, in this column
        ShareRole,   ///< of an active run, 0 .. 1; invalid where not known
        CanResumeRole,
        IsActiveRole,  ///< a process is at work on this run, or on the run this file belongs to
        MetricRole,    ///< name of what the Metric column shows
    };
    enum RowKind { ActiveRuns, Run, Folder, ActiveRun, File };
    Q_ENUM(RowKind)

    explicit LibraryModel(QObject *parent = nullptr);
    ~LibraryModel() override;

    /// As opened, newest first; kept in the settings of the program.
    [[nodiscard]] QStringList folders() const;
    void addFolder(const QString &folder);
    void removeFolder(const QString &folder);
    void rescan();
    [[nodiscard]] bool isScanning() const;

    /// States of runs, and runs that lie in no opened folder. Requires: outlives this, or null is set before.
    void setRuns(RunCenter *runs);
    /// Measurements for the Evaluated column. Requires: outlives this, or null is set before.
    void setEvaluations(Evaluations *evaluations);
    /// No longer lists a run, nor watches it; touches no file. Not for active ones. It is listed again when a folder
    /// that holds it is added again.
    void hideRun(const QString &folder);
    /// Files are opened while at least one view shows the library.
    void setShownIn(const QObject *view, bool shown);
    [[nodiscard]] bool hasFacts() const { return m_facts.isDone(); }
    /// The row of a file or folder, invalid where it is not listed.
    [[nodiscard]] QModelIndex find(const QString &path) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void foldersChanged();
    /// A run that was not seen since the program started.
    void runFound(const QString &folder);

private:
    struct Scanned;
    using GroupPtr = std::unique_ptr<LibraryGroup>;

    // --- scanning ---
    void scan(Scanned &folder);
    void scanSoon(const QString &changedFolder);
    void scanStale();
    void takeScan(Scanned &folder, FolderScan scan);
    void watch(const FolderScan &scan);
    void store() const;
    void tellFoundRuns(const FolderScan &scan);

    // --- rows ---
    void rebuild();
    [[nodiscard]] std::vector<GroupPtr> wantedGroups() const;
    void merge(std::vector<GroupPtr> wanted);
    void removeGroups(const QSet<QString> &keep);
    void mergeFiles(LibraryGroup &group, std::vector<LibraryFile> wanted);
    void renumber();
    void changed(const LibraryGroup &group);
    void changed(LibraryGroup &group, int first, int last);
    /// What files hold, which no list in the order of sizes or times has to be sorted again for.
    void told(LibraryGroup &group, int first, int last);
    [[nodiscard]] QModelIndex indexOf(const LibraryGroup &group, int column = 0) const;
    [[nodiscard]] LibraryGroup *groupAt(const QString &path) const;
    void takeFacts(const QStringList &paths);
    void remark(LibraryGroup &group);
    void wantFacts();
    void forgetView(const QObject *view);

    // --- runs ---
    void refreshRuns();
    void refreshRun(const QString &folder);
    void refreshActive();
    void scanRunFolders();
    [[nodiscard]] LibraryRun runAt(const QString &folder) const;
    [[nodiscard]] std::vector<LibraryRun> activeRuns() const;
    void takeEvaluations();

    [[nodiscard]] QVariant groupData(const LibraryGroup &group, LibraryColumn column, int role) const;
    [[nodiscard]] QVariant activeData(const LibraryRun &run, LibraryColumn column, int role) const;
    [[nodiscard]] QVariant fileData(const LibraryGroup &group, const LibraryFile &file, LibraryColumn column,
                                    int role) const;

    std::vector<std::unique_ptr<Scanned>> m_folders;
    std::vector<GroupPtr> m_groups;
    QSet<QString> m_hidden;
    QSet<QString> m_told;
    RunCenter *m_runs = nullptr;
    Evaluations *m_evaluations = nullptr;
    FileFactsReader m_facts;
    QSet<const QObject *> m_viewers;
    QFileSystemWatcher m_watcher;
    QTimer m_settle;
};

}  // namespace waypoint
