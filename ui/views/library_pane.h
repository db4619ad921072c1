// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/library_model.h"

#include <QtCore/QHash>
#include <QtCore/QPointer>
#include <QtWidgets/QWidget>

class QLineEdit;
class QMenu;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace waypoint {

class RunsModel;
class Trash;

/// The sidebar: runs that are at work or went wrong, then checkpoints and logs of runs and opened folders. A click
/// opens a file and shows a run; what several selected ones hold can be drawn as curves, measured, or removed with
/// undo. Of the runs only the newest begins unfolded: each may have hundreds of checkpoints.
class LibraryPane final : public QWidget
{
    Q_OBJECT

public:
    /// Requires: `model` outlives it.
    explicit LibraryPane(LibraryModel &model, QWidget *parent = nullptr);

    [[nodiscard]] QTreeView &list() const { return *m_list; }
    void focusFilter();

Q_SIGNALS:
    void openRequested(const QString &path);
    /// A run, to be shown live.
    void runRequested(const QString &folder);
    /// `ask`: with the sheet of options; a file, or a run folder for its newest checkpoint.
    void resumeRequested(const QString &path, bool ask);
    /// Files, or folders with all they hold.
    void curvesRequested(const QStringList &paths);
    void evaluateRequested(const QStringList &checkpoints);
    void compareRequested(const QStringList &checkpoints);
    void exportRequested(const QString &checkpoint);
    void tableRequested();
    void addFolderRequested();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void createFilter();
    QMenu *createOrderMenu();
    void connectList();
    void clicked(const QModelIndex &index);
    void open(const QModelIndex &index);
    void showMenu(const QPoint &position);
    void showWhatIsThere();
    void arrangeNew(const QModelIndex &parent, int first, int last);
    void arrange(const QModelIndex &group);
    [[nodiscard]] bool isNewestRun(const QModelIndex &group) const;
    void keepOpen(const QModelIndex &group, bool open);
    void sortBy(LibraryColumn column);
    void filter(const QString &words);
    void trashSelected();

    /// Gone before this where a window holds the model as a member: widgets die after members.
    QPointer<LibraryModel> m_model;
    RunsModel *m_rows;
    Trash *m_trash;
    QLineEdit *m_filter;
    QTreeView *m_list;
    QStackedWidget *m_stack;
    QMenu *m_orders;
    bool m_isFilterWanted = false;
    QHash<QString, bool> m_open;  ///< groups by path, as they are while nothing is filtered
    QString m_newest;             ///< the run that is open for being the newest; empty once a person has chosen
};

}  // namespace waypoint
