// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace waypoint {

/// Cells with short words on a coloured ground each, and rows with some air.
class BadgeDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    /// `badgesRole` gives the words of a cell as a QStringList; cells without any are drawn as usual. `noticeRole`
    /// gives what their colour means (a colors::Notice); -1: all are information.
    BadgeDelegate(int badgesRole, QObject *parent, int noticeRole = -1);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    [[nodiscard]] QStringList badges(const QModelIndex &index) const;

    int m_badgesRole;
    int m_noticeRole;
};

}  // namespace waypoint
