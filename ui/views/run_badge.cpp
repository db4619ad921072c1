// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_badge.h"

#include "ui/models/run_look.h"

#include <QtGui/QPainter>

namespace waypoint {

namespace {

constexpr int kSide = 9;
constexpr int kGap = 5;

}  // namespace

RunBadge::RunBadge(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    setFont(strong);
}

void RunBadge::setState(RunCondition condition, const QString &word)
{
    if (condition == m_condition && word == m_word)
        return;
    m_condition = condition;
    m_word = word;
    setAccessibleName(word);
    updateGeometry();
    update();
}

QSize RunBadge::sizeHint() const
{
    const int height = fontMetrics().height();
    return {2 * kSide + height + kGap + fontMetrics().horizontalAdvance(m_word), height + 8};
}

void RunBadge::paintEvent(QPaintEvent *)
{
    if (m_word.isEmpty())
        return;
    const colors::Notice tone = runTone(m_condition);
    const int glyph = fontMetrics().height() - 2;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(colors::noticeAccent(tone, palette()));
    painter.setBrush(colors::noticeBackground(tone, palette()));
    const QRectF outline = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRoundedRect(outline, outline.height() / 2, outline.height() / 2);
    runIcon(runGlyph(m_condition), tone).paint(&painter, QRect(kSide, (height() - glyph) / 2, glyph, glyph));
    painter.setPen(colors::noticeText(tone, palette()));
    painter.drawText(rect().adjusted(kSide + glyph + kGap, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, m_word);
}

}  // namespace waypoint
