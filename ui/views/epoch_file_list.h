// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/epoch_file_table.h"

#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

class QAction;
class QSortFilterProxyModel;
class QTreeView;

namespace waypoint {

/// The checkpoints of a run, and what can be done with one, two or many of them.
class EpochFileList final : public QWidget
{
    Q_OBJECT

public:
    explicit EpochFileList(QWidget *parent = nullptr);

    void setRun(EpochRunPtr run);
    [[nodiscard]] QTreeView &view() const { return *m_view; }
    [[nodiscard]] std::optional<std::size_t> current() const;
    void setCurrent(std::optional<std::size_t> file);
    /// In the order of the run.
    [[nodiscard]] std::vector<std::size_t> selected() const;

Q_SIGNALS:
    void currentChanged();
    void openRequested(const QString &path);
    void compareRequested(const QString &a, const QString &b);
    void averageRequested(const std::vector<std::size_t> &files);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void createView();
    QWidget *createTools();
    QAction *addAction(const QString &name, const QString &objectName, void (EpochFileList::*act)());
    void updateActions();
    void openSelected();
    void compareSelected();
    void averageSelected();

    EpochRunPtr m_run;
    EpochFileTable m_table;
    QSortFilterProxyModel *m_sorted;
    QTreeView *m_view;
    QAction *m_compare = nullptr;
    QAction *m_open = nullptr;
    QAction *m_average = nullptr;
};

}  // namespace waypoint
