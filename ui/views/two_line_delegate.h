// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace waypoint {

/// A row with a name and a quiet line below it (or, for group rows, a bold name and a quiet word after it).
class TwoLineDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    /// `detailsRole` gives the second line; rows for which `groupRole` is true are headings. -1: there are none.
    TwoLineDelegate(int detailsRole, int groupRole, QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    [[nodiscard]] bool isGroup(const QModelIndex &index) const;

    int m_detailsRole;
    int m_groupRole;
};

}  // namespace waypoint
