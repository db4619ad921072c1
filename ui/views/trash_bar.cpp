// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/trash_bar.h"

#include "ui/models/colors.h"
#include "ui/models/trash.h"

#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

#include <chrono>

namespace waypoint {

namespace {

constexpr std::chrono::seconds kTimeToThinkTwice(30);

}  // namespace

TrashBar::TrashBar(Trash &trash, QWidget *parent)
    : QWidget(parent), m_trash(trash), m_sentence(new QLabel), m_undo(new QToolButton), m_close(new QToolButton)
{
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setObjectName(QStringLiteral("trashSentence"));
    m_undo->setObjectName(QStringLiteral("trashUndo"));
    m_undo->setText(tr("Undo"));
    m_undo->setToolTip(tr("Puts it back where it was"));
    m_close->setText(QStringLiteral("✕"));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Close"));
    m_close->setAccessibleName(m_close->toolTip());
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(10, 4, 4, 4);
    line->setSpacing(4);
    line->addWidget(m_sentence, 1);
    line->addWidget(m_undo);
    line->addWidget(m_close);
    m_vanish.setSingleShot(true);
    m_vanish.setInterval(kTimeToThinkTwice);
    connect(&m_vanish, &QTimer::timeout, this, &QWidget::hide);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_undo, &QToolButton::clicked, &m_trash, &Trash::undo);
    connect(&m_trash, &Trash::changed, this, &TrashBar::refresh);
    hide();
}

void TrashBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), colors::noticeBackground(colors::Notice::Information, palette()));
}

void TrashBar::refresh()
{
    QStringList sentences = m_trash.problems();
    if (!m_trash.sentence().isEmpty())
        sentences.prepend(m_trash.sentence());
    m_sentence->setText(sentences.join(QLatin1Char('\n')));
    m_undo->setVisible(m_trash.canUndo());
    setVisible(!sentences.isEmpty());
    m_vanish.start();
}

}  // namespace waypoint
