// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/spec_line.h"

#include <QtGui/QClipboard>
#include <QtWidgets/QApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

namespace waypoint {

SpecLine::SpecLine(QWidget *parent) : QWidget(parent), m_line(new QLineEdit)
{
    auto *label = new QLabel(tr("SPEC"));
    label->setBuddy(m_line);
    label->setToolTip(tr("The data in one line, as --data and --val of waypoint-train take it"));
    m_line->setToolTip(label->toolTip());
    m_line->setAccessibleName(label->text());
    m_line->setAcceptDrops(false);
    auto *copy = new QPushButton(tr("Copy"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(label);
    layout->addWidget(m_line, 1);
    layout->addWidget(copy);
    connect(m_line, &QLineEdit::textEdited, this, [this] { Q_EMIT edited(m_line->text().trimmed()); });
    connect(copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_line->text().trimmed()); });
}

void SpecLine::setSpec(const QString &spec)
{
    if (m_line->text().trimmed() == spec)
        return;
    m_line->setText(spec);
    m_line->setCursorPosition(0);
}

}  // namespace waypoint
