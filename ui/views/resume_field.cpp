// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/resume_field.h"

#include "ui/models/colors.h"
#include "ui/views/fact_grid.h"
#include "ui/views/quiet_label.h"

#include <QtCore/QEvent>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

ResumeField::ResumeField(QWidget *parent)
    : QWidget(parent), m_column(new QVBoxLayout(this)), m_note(new QuietLabel), m_problem(plainLabel({}, this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(3);
    m_note->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("problem"));
    m_column->addWidget(m_note);
    m_column->addWidget(m_problem);
    applyColor();
    setNote({});
    setProblem({});
}

void ResumeField::add(QWidget *control) { m_column->insertWidget(m_column->count() - 2, control); }

void ResumeField::setNote(const QString &text)
{
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void ResumeField::setProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
}

QString ResumeField::problem() const { return m_problem->text(); }

void ResumeField::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyColor();
    QWidget::changeEvent(event);
}

void ResumeField::applyColor()
{
    QPalette red = palette();
    red.setColor(QPalette::WindowText, colors::noticeAccent(colors::Notice::Danger, palette()));
    m_problem->setPalette(red);
}

}  // namespace waypoint
