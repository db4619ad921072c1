// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/badge_delegate.h"

#include "ui/models/colors.h"

#include <QtGui/QPainter>
#include <QtWidgets/QApplication>

namespace waypoint {

namespace {

constexpr int kAir = 8;   // of a row, above and below together
constexpr int kSide = 6;  // within a badge
constexpr int kApart = 4;

}  // namespace

BadgeDelegate::BadgeDelegate(int badgesRole, QObject *parent, int noticeRole)
    : QStyledItemDelegate(parent), m_badgesRole(badgesRole), m_noticeRole(noticeRole)
{
}

void BadgeDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QStringList words = badges(index);
    if (words.isEmpty()) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem ground = option;
    initStyleOption(&ground, index);
    ground.text.clear();
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &ground, painter, option.widget);
    const auto notice =
        m_noticeRole < 0 ? colors::Notice::Information : static_cast<colors::Notice>(index.data(m_noticeRole).toInt());
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    int x = option.rect.left() + kApart;
    for (const QString &word : words) {
        const QRect badge(x, option.rect.top() + 2, option.fontMetrics.horizontalAdvance(word) + 2 * kSide,
                          option.rect.height() - 4);
        painter->setPen(colors::noticeAccent(notice, option.palette));
        painter->setBrush(colors::noticeBackground(notice, option.palette));
        painter->drawRoundedRect(QRectF(badge).adjusted(0.5, 0.5, -0.5, -0.5), badge.height() / 2.0,
                                 badge.height() / 2.0);
        painter->setPen(colors::noticeText(notice, option.palette));
        painter->drawText(badge, Qt::AlignCenter, word);
        x = badge.right() + 1 + kApart;
    }
    painter->restore();
}

QSize BadgeDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(option.fontMetrics.height() + kAir);
    int width = kApart;
    for (const QString &word : badges(index))
        width += option.fontMetrics.horizontalAdvance(word) + 2 * kSide + kApart;
    size.setWidth(std::max(size.width(), width));
    return size;
}

QStringList BadgeDelegate::badges(const QModelIndex &index) const { return index.data(m_badgesRole).toStringList(); }

}  // namespace waypoint
