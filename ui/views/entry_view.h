// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/checkpoint_model.h"

#include <QtCore/QTimer>
#include <QtWidgets/QTreeView>

#include <unordered_set>
#include <vector>

class QMenu;

namespace waypoint {

/// The tree of entries. Remembers which rows are open by EntryId, so that filtering, sorting and reloading keep them.
class EntryView final : public QTreeView
{
    Q_OBJECT

public:
    explicit EntryView(QWidget *parent = nullptr);

    /// Takes over another order of rows, or another file. With a filter, exactly the rows the order names
    /// are open; without one, those the person opened.
    void setContent(EntryContent content, bool filtered);
    [[nodiscard]] const CheckpointModel &entryModel() const { return *m_model; }

    /// kNoEntry where nothing is selected.
    [[nodiscard]] EntryId currentEntry() const;
    /// Selects and shows a row; kNoEntry selects nothing. False where the row is filtered out.
    bool selectEntry(EntryId id);

    void setStats(EntryStatsPtr stats) { m_model->setStats(std::move(stats)); }
    /// Statistics came: rows in view that they concern are painted anew.
    void refreshStats(const std::vector<EntryId> &entries);
    /// Rows in view, top down.
    [[nodiscard]] std::vector<EntryId> entriesInView() const;

    /// What a column would need for the rows on show and for its title.
    [[nodiscard]] int columnHint(int column) const;
    /// Width that nearly all names in view need; a few long ones, and that of the file itself, do not count.
    [[nodiscard]] int usualNameWidth() const;

    /// Rows the person opened, apart from what a filter opens.
    [[nodiscard]] std::vector<EntryId> expandedEntries() const;
    void setExpandedEntries(const std::vector<EntryId> &entries);

    /// 1 shows the rows below the root, 2 those below them, ...
    void expandToLevel(int levels);
    void expandAllRows();
    void collapseAllRows();

    void copyPath();
    void copyPythonPath();
    void copyValue();
    void copyShape();
    void copyPythonShape();

Q_SIGNALS:
    void currentEntryChanged(waypoint::EntryId id);
    /// Of the part that shows rows.
    void widthChanged();
    /// Other rows are in view; a moment after they came.
    void viewMoved();
    /// To go on training from the file, or from the model or optimizer at an entry of it.
    void resumeRequested(waypoint::EntryId id);
    /// What is selected, to be written to a file of its own.
    void exportRequested(const std::vector<waypoint::EntryId> &entries);
    /// Two sections of the file, to be put side by side.
    void compareRequested(waypoint::EntryId a, waypoint::EntryId b);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void mousePressEvent(QMouseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void createActions();
    void watchMoves();
    QAction *addCopyAction(const QString &text, const QKeySequence &shortcut, void (EntryView::*copy)());
    void rowExpanded(const QModelIndex &index);
    void rowCollapsed(const QModelIndex &index);
    /// Opens these rows and no others; where that hides the selected row, the selection moves up.
    void openRows(const std::unordered_set<EntryId> &rows);
    void openAbove(EntryId id);
    [[nodiscard]] EntryId nearestVisible(EntryId id, const std::unordered_set<EntryId> &open) const;
    void openBelow(EntryId top, int levels, std::unordered_set<EntryId> &rows) const;
    [[nodiscard]] std::unordered_set<EntryId> &openSet() { return m_filtered ? m_openInFilter : m_open; }
    [[nodiscard]] std::vector<EntryId> selectedEntries() const;
    /// One can go on training from there: the whole file, a model, or an optimizer beside a model.
    [[nodiscard]] bool isResumable(EntryId id) const;
    void addWholeActions(QMenu &menu);
    template<typename Text>
    void copyEach(Text text);

    CheckpointModel *m_model;
    QTimer m_moved;
    QList<QAction *> m_copyActions;
    QAction *m_copyShape = nullptr;
    QAction *m_copyPythonShape = nullptr;
    std::unordered_set<EntryId> m_open{kRootEntry};
    std::unordered_set<EntryId> m_openInFilter;
    bool m_filtered = false;
    bool m_restoring = false;  ///< rows open and close by program, not by hand
};

}  // namespace waypoint
