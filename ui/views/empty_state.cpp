// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/empty_state.h"

#include "ui/views/quiet_label.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent), m_title(new QLabel), m_explanation(new QuietLabel), m_buttons(new QHBoxLayout)
{
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    m_title->setFont(large);
    m_title->setTextFormat(Qt::PlainText);
    m_explanation->setTextFormat(Qt::PlainText);
    m_title->setAlignment(Qt::AlignCenter);
    m_title->setWordWrap(true);
    m_explanation->setAlignment(Qt::AlignCenter);
    m_explanation->setWordWrap(true);
    m_buttons->setAlignment(Qt::AlignCenter);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(10);
    layout->addStretch(2);
    layout->addWidget(m_title);
    layout->addWidget(m_explanation);
    layout->addLayout(m_buttons);
    layout->addStretch(3);
}

void EmptyState::setText(const QString &title, const QString &explanation)
{
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    m_explanation->setText(explanation);
}

QAbstractButton *EmptyState::addButton(const QString &text)
{
    auto *button = new QPushButton(text);
    m_buttons->addWidget(button);
    return button;
}

}  // namespace waypoint
