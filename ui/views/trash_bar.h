// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QLabel;
class QToolButton;

namespace waypoint {

class Trash;

/// The line below a list that says what went to the trash, with Undo; or why it did not. Out of sight else.
class TrashBar final : public QWidget
{
    Q_OBJECT

public:
    /// Requires: `trash` outlives it.
    explicit TrashBar(Trash &trash, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();

    Trash &m_trash;
    QLabel *m_sentence;
    QToolButton *m_undo;
    QToolButton *m_close;
    QTimer m_vanish;
};

}  // namespace waypoint
