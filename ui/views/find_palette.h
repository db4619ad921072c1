// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/find_anything.h"

#include <QtWidgets/QFrame>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace waypoint {

class QuietLabel;

/// "Find anything": a line and a list over the window. Searches in the background; Enter goes there, Esc leaves.
class FindPalette final : public QFrame
{
    Q_OBJECT

public:
    explicit FindPalette(QWidget *parent);

    void open(SearchPlaces places);
    [[nodiscard]] QLineEdit &line() const { return *m_line; }
    [[nodiscard]] QListView &list() const { return *m_list; }

Q_SIGNALS:
    void entryChosen(waypoint::EntryId id);
    void fileChosen(const QString &path);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void search();
    void show(std::vector<Finding> findings);
    void choose(const QModelIndex &index);
    void moveCurrent(int rows);
    void place();

    SearchPlaces m_places;
    std::vector<Finding> m_findings;
    QLineEdit *m_line;
    QListView *m_list;
    QStandardItemModel *m_model;
    QuietLabel *m_nothing;
    Job<std::vector<Finding>> m_searching;
};

}  // namespace waypoint
