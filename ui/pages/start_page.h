// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"

#include <QtWidgets/QWidget>

class QLayout;
class QListView;
class QStandardItemModel;

namespace waypoint {

class QuietLabel;
class RecentFiles;

/// What the window shows before anything is open: where to begin, and what was open of late.
class StartPage final : public QWidget
{
    Q_OBJECT

public:
    /// Requires: `recent` outlives it.
    explicit StartPage(RecentFiles &recent, QWidget *parent = nullptr);

    [[nodiscard]] QListView &recentList() const { return *m_list; }

Q_SIGNALS:
    void openRequested(const QString &path);
    void openFileRequested();
    void openFolderRequested();
    /// Train Iris, to see how it goes.
    void trialRequested();
    void newRunRequested();

private:
    /// What the disk says about a recent file.
    struct Standing
    {
        QString path;
        bool exists = false;
        QString details;
    };

    QWidget *createColumn();
    QLayout *createOpening();
    QLayout *createTraining();
    void refresh();
    void show(const std::vector<Standing> &standings);
    void showMenu(const QPoint &position);

    RecentFiles &m_recent;
    QStandardItemModel *m_model;
    QListView *m_list;
    QuietLabel *m_noRecent;
    Job<std::vector<Standing>> m_checking;
};

}  // namespace waypoint
