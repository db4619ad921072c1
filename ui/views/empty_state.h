// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QAbstractButton;
class QHBoxLayout;
class QLabel;

namespace waypoint {

/// What a place shows while there is nothing in it: what belongs there, and the action that fills it.
class EmptyState final : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget *parent = nullptr);

    void setText(const QString &title, const QString &explanation);
    QAbstractButton *addButton(const QString &text);

private:
    QLabel *m_title;
    QLabel *m_explanation;
    QHBoxLayout *m_buttons;
};

}  // namespace waypoint
