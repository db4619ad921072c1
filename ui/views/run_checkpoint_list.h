// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_checkpoints_model.h"
#include "ui/models/trash.h"

#include <QtCore/QModelIndexList>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QAction;
class QSortFilterProxyModel;
class QStackedWidget;
class QTreeView;

namespace waypoint {

class EmptyState;

/// The checkpoints of a run as they appear, and what can be done with them.
class RunCheckpointList final : public QWidget
{
    Q_OBJECT

public:
    explicit RunCheckpointList(QWidget *parent = nullptr);

    void setRun(const RunNow &now, const RunReadingsPtr &readings);
    [[nodiscard]] QTreeView &view() const { return *m_view; }
    [[nodiscard]] QStringList selected() const;
    [[nodiscard]] int count() const { return m_model.rowCount(); }

Q_SIGNALS:
    void openRequested(const QString &path);
    void resumeRequested(const QString &path);
    void evaluateRequested(const QStringList &paths);
    void compareRequested(const QStringList &checkpoints);
    void exportRequested(const QString &checkpoint);
    /// Files went to the trash, or came back.
    void filesChanged();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void createView();
    void createActions();
    QAction *addAction(const QString &name, const QString &toolTip, const QKeySequence &key,
                       void (RunCheckpointList::*act)());
    QWidget *createTools();
    void showMenu(const QPoint &at);
    void updateActions();
    void fitColumns();
    void openSelected();
    void resumeSelected();
    void evaluateSelected();
    void compareSelected();
    void exportSelected();
    void deleteSelected();
    void revealSelected();
    void copyPath();
    [[nodiscard]] QModelIndexList rows() const;
    /// Why the selected ones must stay; empty where they may go.
    [[nodiscard]] QString whyKept() const;

    RunCheckpointsModel m_model;
    Trash m_trash;
    bool m_isActive = false;
    bool m_needsFit = true;  ///< of the columns: what is in them has other widths
    QTimer m_times;
    QSortFilterProxyModel *m_sorted;
    QTreeView *m_view;
    EmptyState *m_nothing;
    QStackedWidget *m_stack;
    QAction *m_open = nullptr;
    QAction *m_resume = nullptr;
    QAction *m_evaluate = nullptr;
    QAction *m_compare = nullptr;
    QAction *m_export = nullptr;
    QAction *m_delete = nullptr;
    QAction *m_reveal = nullptr;
    QAction *m_copyPath = nullptr;
};

}  // namespace waypoint
