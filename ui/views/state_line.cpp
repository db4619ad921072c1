// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/state_line.h"

#include "ui/models/colors.h"
#include "ui/views/fact_grid.h"

#include <QtCore/QEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>

namespace waypoint {

StateLine::StateLine(QWidget *parent)
    : QWidget(parent), m_sign(new QLabel(QStringLiteral("⚠"))), m_text(plainLabel({}, this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_sign, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    m_text->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    setQuiet({});
}

void StateLine::setQuiet(const QString &text) { show(text, false); }
void StateLine::setProblem(const QString &text) { show(text, true); }
QString StateLine::text() const { return m_text->text(); }

void StateLine::show(const QString &text, bool isProblem)
{
    m_isProblem = isProblem && !text.isEmpty();
    m_sign->setVisible(m_isProblem);
    m_text->setText(text);
    setVisible(!text.isEmpty());
    applyColor();
}

void StateLine::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyColor();
    QWidget::changeEvent(event);
}

void StateLine::applyColor()
{
    QPalette inked = palette();
    inked.setColor(QPalette::WindowText, m_isProblem ? colors::noticeAccent(colors::Notice::Danger, palette())
                                                     : colors::quietText(palette()));
    m_sign->setPalette(inked);
    m_text->setPalette(inked);
}

}  // namespace waypoint
