// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/resume_change.h"

#include "ui/views/fact_grid.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

ResumeChange::ResumeChange(const QString &name, QWidget *chooser, QWidget *parent)
    : QWidget(parent),
      m_line(new QWidget),
      m_value(plainLabel({}, m_line)),
      m_change(new QPushButton(tr("Change…"))),
      m_chooser(chooser)
{
    m_change->setAccessibleName(tr("Change %1").arg(name));
    m_change->setAutoDefault(false);
    m_change->setObjectName(QStringLiteral("change"));
    auto *line = new QHBoxLayout(m_line);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_value, 1, Qt::AlignVCenter);
    line->addWidget(m_change, 0, Qt::AlignTop);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_line);
    column->addWidget(m_chooser);
    m_chooser->setVisible(false);
    connect(m_change, &QPushButton::clicked, this, [this] {
        setOpen(true);
        Q_EMIT opened();
        m_chooser->setFocus();
    });
}

void ResumeChange::setValue(const QString &text) { m_value->setText(text); }

void ResumeChange::setOpen(bool open)
{
    m_isOpen = open;
    m_line->setVisible(!open);
    m_chooser->setVisible(open);
}

}  // namespace waypoint
