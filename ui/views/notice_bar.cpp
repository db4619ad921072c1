// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/notice_bar.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

NoticeBar::NoticeBar(colors::Notice notice, QWidget *parent)
    : QFrame(parent),
      m_notice(notice),
      m_sentence(new QLabel),
      m_more(new QLabel),
      m_unfold(new QToolButton),
      m_line(new QHBoxLayout)
{
    for (QLabel *label : {m_sentence, m_more}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setTextFormat(Qt::PlainText);
    }
    m_sentence->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_unfold->setCheckable(true);
    m_unfold->setAutoRaise(true);
    m_unfold->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_line->addWidget(m_sentence, 1);
    m_line->addWidget(m_unfold);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 6, 8, 6);
    layout->setSpacing(4);
    layout->addLayout(m_line);
    layout->addWidget(m_more);
    connect(m_unfold, &QToolButton::toggled, this, &NoticeBar::unfold);
    applyColors();
    setLines({});
}

void NoticeBar::setLines(const QString &sentence, const QStringList &more)
{
    m_sentence->setText(sentence);
    m_more->setText(more.join(QLatin1Char('\n')));
    m_unfold->setVisible(!more.isEmpty());
    m_unfold->setChecked(false);
    unfold(false);
    setVisible(!sentence.isEmpty());
}

QAbstractButton *NoticeBar::addButton(const QString &text)
{
    auto *button = new QPushButton(text);
    m_line->addWidget(button);
    return button;
}

void NoticeBar::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyColors();
    QFrame::changeEvent(event);
}

void NoticeBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), colors::noticeBackground(m_notice, palette()));
    painter.fillRect(QRect(0, 0, 4, height()), colors::noticeAccent(m_notice, palette()));
}

void NoticeBar::applyColors()
{
    // The labels' palette, not this one's: buttons inside keep the look of buttons.
    for (QWidget *part : std::initializer_list<QWidget *>{m_sentence, m_more, m_unfold}) {
        QPalette inked = palette();
        for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
            inked.setColor(role, colors::noticeText(m_notice, palette()));
        part->setPalette(inked);
    }
}

void NoticeBar::unfold(bool open)
{
    m_more->setVisible(open);
    m_unfold->setText(open ? tr("Less") : tr("More"));
}

}  // namespace waypoint
