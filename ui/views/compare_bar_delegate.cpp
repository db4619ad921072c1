// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/compare_bar_delegate.h"

#include "ui/models/colors.h"

#include <QtGui/QPainter>
#include <QtWidgets/QApplication>

namespace waypoint {

namespace {

constexpr int kInset = 3;
constexpr int kAir = 6;  // above and below a line, together

}  // namespace

CompareBarDelegate::CompareBarDelegate(int barRole, QObject *parent) : QStyledItemDelegate(parent), m_barRole(barRole)
{
}

void CompareBarDelegate::paint(QPainter *painter, const QStyleOptionViewItem &given, const QModelIndex &index) const
{
    const QVariant bar = index.data(m_barRole);
    if (!bar.isValid()) {
        QStyledItemDelegate::paint(painter, given, index);
        return;
    }
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    const QString text = std::exchange(option.text, {});
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    QColor colour = option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Highlight);
    // On a selected row the text has the colour of the bar, and has to stand out from it.
    colour.setAlphaF(isSelected ? 0.2F : colors::isDark(option.palette) ? 0.55F : 0.35F);
    const QRectF room = QRectF(option.rect).adjusted(kInset, kInset, -kInset, -kInset);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    if (bar.toDouble() > 0)
        painter->drawRoundedRect(QRectF(room.left(), room.top(), room.width() * bar.toDouble(), room.height()), 2, 2);
    painter->restore();
    option.text = text;
    option.backgroundBrush = Qt::NoBrush;
    const QRect words = style->subElementRect(QStyle::SE_ItemViewItemText, &option, option.widget);
    painter->save();
    painter->setPen(option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Text));
    painter->setFont(option.font);
    painter->drawText(words, Qt::AlignRight | Qt::AlignVCenter, text);
    painter->restore();
}

QSize CompareBarDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(option.fontMetrics.height() + kAir);
    return size;
}

void CompareBarDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    constexpr char16_t kEnSpace = 0x2002;
    QStyledItemDelegate::initStyleOption(option, index);
    // The end of a name tells the layer.
    if (index.column() == 0)
        option->textElideMode = Qt::ElideLeft;
    // Right-aligned numbers keep away from the column that follows.
    if (option->displayAlignment.testFlag(Qt::AlignRight) && !option->text.isEmpty())
        option->text += QChar(kEnSpace);
}

}  // namespace waypoint
