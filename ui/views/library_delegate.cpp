// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/library_delegate.h"

#include "ui/models/colors.h"
#include "ui/models/library_model.h"

#include <QtCore/QLocale>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>

#include <cmath>

namespace waypoint {

namespace {

constexpr int kMarginX = 4;
constexpr int kMarginY = 4;
constexpr int kBetween = 1;
constexpr int kIcon = 16;
constexpr int kGap = 6;
constexpr int kBarHeight = 3;

QFont smaller(const QFont &font)
{
    QFont small = font;
    small.setPointSizeF(font.pointSizeF() * 0.9);
    return small;
}

struct Inks
{
    QColor text;
    QColor quiet;
    QColor mark;
};

Inks inksOf(const QStyleOptionViewItem &option)
{
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QColor text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    return {text, selected ? text : colors::quietText(option.palette),
            selected ? text : colors::noticeAccent(colors::Notice::Good, option.palette)};
}

/// What stands at the end of the first line: how far a run is, how many files are folded away, or the other names of a
/// file.
QString tailOf(const QModelIndex &index, bool isFolded)
{
    if (index.data(LibraryModel::IsGroupRole).toBool())
        return isFolded ? QLocale().toString(index.model()->rowCount(index)) : QString();
    if (const QVariant share = index.data(LibraryModel::ShareRole); share.isValid())
        return LibraryDelegate::tr("%1 %").arg(QLocale().toString(std::floor(share.toDouble() * 100), 'f', 0));
    return index.data(LibraryModel::BadgesRole).toStringList().join(QStringLiteral(", "));
}

void drawLine(QPainter &painter, QRect area, const QString &line, Qt::TextElideMode mode)
{
    painter.drawText(area, Qt::AlignLeft | Qt::AlignTop,
                     painter.fontMetrics().elidedText(line, mode, std::max(0, area.width())));
}

/// Parts that do not fit are left out as a whole, from the last: half a size or half a time says nothing.
QString fitting(const QString &details, const QFontMetrics &metrics, int width)
{
    QString line = details;
    for (qsizetype cut = 0; metrics.horizontalAdvance(line) > width;) {
        cut = line.lastIndexOf(QStringLiteral(" · "));
        if (cut < 0)
            break;
        line.truncate(cut);
    }
    return line;
}

/// Draws the tail at the right end and takes its room from the area: what the name leaves, if it is worth it.
void drawTail(QPainter &painter, QRect &area, const QString &tail, const QFont &font, const QColor &color, int name)
{
    if (tail.isEmpty())
        return;
    painter.setFont(font);
    painter.setPen(color);
    const int least = painter.fontMetrics().averageCharWidth() * 4;
    const int width =
        std::min(painter.fontMetrics().horizontalAdvance(tail), std::max(least, area.width() - kGap - name));
    const QRect place(area.right() - width + 1, area.top(), width, area.height());
    painter.drawText(place, Qt::AlignRight | Qt::AlignTop,
                     painter.fontMetrics().elidedText(tail, Qt::ElideRight, width));
    area.setRight(place.left() - kGap);
}

void drawShare(QPainter &painter, const QRect &area, double share, const Inks &inks)
{
    QColor ground = inks.quiet;
    ground.setAlpha(60);
    painter.fillRect(area, ground);
    painter.fillRect(QRect(area.topLeft(), QSize(static_cast<int>(area.width() * share), area.height())), inks.mark);
}

int linesHeight(const QFont &font, const QModelIndex &index)
{
    int height = QFontMetrics(font).height();
    if (!index.data(LibraryModel::DetailsRole).toString().isEmpty())
        height += QFontMetrics(smaller(font)).height() + kBetween;
    if (index.data(LibraryModel::ShareRole).isValid())
        height += kBarHeight + 2 * kBetween;
    return height;
}

}  // namespace

LibraryDelegate::LibraryDelegate(QObject *parent) : QStyledItemDelegate(parent) {}

void LibraryDelegate::paint(QPainter *painter, const QStyleOptionViewItem &given, const QModelIndex &index) const
{
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    const QString name = option.text;
    const QIcon icon = option.icon;
    option.text.clear();
    option.icon = {};
    option.features &= ~QStyleOptionViewItem::HasDecoration;
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);

    const Inks inks = inksOf(option);
    const bool isGroup = index.data(LibraryModel::IsGroupRole).toBool();
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    QRect area = option.rect.adjusted(kMarginX, kMarginY, -kMarginX, -kMarginY);
    painter->save();
    const QFont font = option.font;
    const int lineHeight = QFontMetrics(font).height();
    if (!icon.isNull()) {
        const QRect place(area.left(), area.top() + (lineHeight - kIcon) / 2, kIcon, kIcon);
        icon.paint(painter, place, Qt::AlignCenter, isSelected ? QIcon::Selected : QIcon::Normal);
        area.setLeft(place.right() + kGap);
    }
    QRect first = area;
    drawTail(*painter, first, tailOf(index, !option.state.testFlag(QStyle::State_Open)), smaller(given.font),
             inks.quiet, QFontMetrics(font).horizontalAdvance(name));
    painter->setFont(font);
    painter->setPen(isGroup ? inks.quiet : inks.text);
    // Folders differ in the parts next to their names.
    drawLine(*painter, first, name, isGroup ? Qt::ElideLeft : Qt::ElideMiddle);
    area.setTop(area.top() + lineHeight + kBetween);
    if (const QVariant share = index.data(LibraryModel::ShareRole); share.isValid()) {
        drawShare(*painter, {area.left(), area.top() + kBetween, area.width(), kBarHeight}, share.toDouble(), inks);
        area.setTop(area.top() + kBarHeight + 2 * kBetween);
    }
    painter->setFont(smaller(given.font));
    painter->setPen(inks.quiet);
    const QString details = index.data(LibraryModel::DetailsRole).toString();
    drawLine(*painter, area, fitting(details, painter->fontMetrics(), area.width()), Qt::ElideRight);
    painter->restore();
}

QSize LibraryDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return {QFontMetrics(option.font).averageCharWidth() * 12, linesHeight(option.font, index) + 2 * kMarginY};
}

}  // namespace waypoint
