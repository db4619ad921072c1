// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/two_line_delegate.h"

#include "ui/models/colors.h"

#include <QtGui/QPainter>
#include <QtWidgets/QApplication>

namespace waypoint {

namespace {

constexpr int kMarginX = 6;
constexpr int kMarginY = 4;
constexpr int kBetween = 1;

QFont smaller(const QFont &font)
{
    QFont small = font;
    small.setPointSizeF(font.pointSizeF() * 0.9);
    return small;
}

/// Folders differ in the parts next to their names.
QString elided(const QFontMetrics &metrics, const QString &name, bool isFolder, int width)
{
    return metrics.elidedText(name, isFolder ? Qt::ElideLeft : Qt::ElideMiddle, width);
}

}  // namespace

TwoLineDelegate::TwoLineDelegate(int detailsRole, int groupRole, QObject *parent)
    : QStyledItemDelegate(parent), m_detailsRole(detailsRole), m_groupRole(groupRole)
{
}

void TwoLineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &given, const QModelIndex &index) const
{
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    const QString name = option.text;
    option.text.clear();
    option.icon = {};
    option.features &= ~QStyleOptionViewItem::HasDecoration;
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);

    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QColor ink = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    const QColor quiet = selected ? ink : colors::quietText(option.palette);
    QRect area = option.rect.adjusted(kMarginX, kMarginY, -kMarginX, -kMarginY);
    painter->save();
    QFont font = option.font;
    font.setBold(isGroup(index));
    painter->setFont(font);
    painter->setPen(isGroup(index) ? quiet : ink);
    const QFontMetrics metrics(font);
    painter->drawText(area, Qt::AlignLeft | Qt::AlignTop, elided(metrics, name, isGroup(index), area.width()));
    area.setTop(area.top() + metrics.height() + kBetween);
    const QString details = index.data(m_detailsRole).toString();
    painter->setFont(smaller(option.font));
    painter->setPen(quiet);
    painter->drawText(area, Qt::AlignLeft | Qt::AlignTop,
                      painter->fontMetrics().elidedText(details, Qt::ElideMiddle, area.width()));
    painter->restore();
}

QSize TwoLineDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    int height = QFontMetrics(option.font).height() + 2 * kMarginY;
    if (!index.data(m_detailsRole).toString().isEmpty())
        height += QFontMetrics(smaller(option.font)).height() + kBetween;
    return {QFontMetrics(option.font).averageCharWidth() * 12, height};
}

bool TwoLineDelegate::isGroup(const QModelIndex &index) const
{
    return m_groupRole >= 0 && index.data(m_groupRole).toBool();
}

}  // namespace waypoint
