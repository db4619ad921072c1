// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_start_bar.h"

#include "ui/models/colors.h"
#include "ui/views/fact_grid.h"

#include <QtCore/QEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

QString signOf(TrainStartBar::State state)
{
    switch (state) {
    case TrainStartBar::State::Checking:
        return QStringLiteral("…");
    case TrainStartBar::State::Ready:
        return QStringLiteral("✓");
    case TrainStartBar::State::Blocked:
        break;
    }
    return QStringLiteral("⚠");
}

}  // namespace

TrainStartBar::TrainStartBar(QWidget *parent)
    : QFrame(parent),
      m_sign(new QLabel),
      m_text(plainLabel({}, this)),
      m_show(new QToolButton),
      m_tryAgain(new QToolButton),
      m_start(new QPushButton(tr("&Start")))
{
    m_text->setObjectName(QStringLiteral("train-outlook"));
    m_show->setText(tr("Show"));
    m_show->setToolTip(tr("Goes to the field"));
    m_tryAgain->setText(tr("Try Again"));
    m_tryAgain->setToolTip(tr("Asks waypoint-train once more"));
    m_tryAgain->setObjectName(QStringLiteral("train-try-again"));
    m_start->setObjectName(QStringLiteral("train-start"));
    m_start->setDefault(true);
    m_start->setMinimumHeight(m_start->sizeHint().height() + 6);
    auto *line = new QHBoxLayout;
    line->setSpacing(6);
    line->addWidget(m_sign, 0, Qt::AlignTop);
    line->addWidget(m_text, 1);
    line->addWidget(m_show, 0, Qt::AlignTop);
    line->addWidget(m_tryAgain, 0, Qt::AlignTop);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 10);
    column->setSpacing(8);
    column->addLayout(line);
    column->addWidget(m_start);
    connect(m_start, &QPushButton::clicked, this, &TrainStartBar::startClicked);
    connect(m_show, &QToolButton::clicked, this, &TrainStartBar::showClicked);
    connect(m_tryAgain, &QToolButton::clicked, this, &TrainStartBar::tryAgainClicked);
    setState(State::Checking, {});
}

void TrainStartBar::setState(State state, const QString &sentence, Way way)
{
    m_state = state;
    m_sign->setText(signOf(state));
    m_text->setText(sentence);
    m_show->setVisible(way == Way::Show);
    m_tryAgain->setVisible(way == Way::TryAgain);
    m_start->setEnabled(state == State::Ready);
    m_start->setToolTip(state == State::Ready ? tr("Starts the training (Ctrl+Return)") : sentence);
    applyColors();
}

void TrainStartBar::setButtonText(const QString &text) { m_start->setText(text); }

QString TrainStartBar::text() const { return m_text->text(); }

void TrainStartBar::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyColors();
    QFrame::changeEvent(event);
}

void TrainStartBar::applyColors()
{
    QPalette inked = palette();
    if (m_state != State::Checking)
        inked.setColor(
            QPalette::WindowText,
            colors::noticeAccent(m_state == State::Ready ? colors::Notice::Good : colors::Notice::Danger, palette()));
    m_sign->setPalette(inked);
}

}  // namespace waypoint
