// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace waypoint {

/// A row of the library: a sign of what it is, its name with badges, a quiet line below; runs at work with how far they
/// are. Folders and runs are headings.
class LibraryDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit LibraryDelegate(QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

}  // namespace waypoint
