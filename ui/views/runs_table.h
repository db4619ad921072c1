// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QStringList>
#include <QtWidgets/QWidget>

#include <memory>

class QTreeView;

namespace waypoint {

class Evaluations;
class LibraryModel;
class RunCenter;

/// Every run and checkpoint of the library in one table: runs with their state, below them their checkpoints with
/// epoch, loss, metrics, size and date; sorted, searched, evaluated, removed with undo.
class RunsTable final : public QWidget
{
    Q_OBJECT

public:
    /// Requires: all outlive it, or are gone only when it is no longer used.
    RunsTable(LibraryModel &library, RunCenter &runs, Evaluations &evaluations, QWidget *parent = nullptr);
    ~RunsTable() override;

    void focusFilter();
    /// Selects what lies at a path, once it is known.
    void select(const QString &path);
    [[nodiscard]] QTreeView &view() const;

Q_SIGNALS:
    void openRequested(const QString &path);
    void runRequested(const QString &folder);  ///< show it live
    void resumeRequested(const QString &path, bool ask);
    void curvesRequested(const QStringList &paths);
    void evaluateRequested(const QStringList &checkpoints);
    void compareRequested(const QStringList &checkpoints);
    void exportRequested(const QString &checkpoint);
    void addFolderRequested();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void createToolbar();
    void createFilter();
    void connectView();
    void open(const QModelIndex &index);
    void showMenu(const QPoint &position);
    void refreshActions();
    void showWhatIsThere();
    void selectWanted();
    void saveColumns() const;
    void restoreColumns();

    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
