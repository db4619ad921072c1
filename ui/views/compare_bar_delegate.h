// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace waypoint {

/// Numbers with a bar behind them, so that a column can be read at a glance.
class CompareBarDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    /// `barRole` gives the length of a cell's bar, 0 to 1; cells without are drawn as usual.
    CompareBarDelegate(int barRole, QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    int m_barRole;
};

}  // namespace waypoint
