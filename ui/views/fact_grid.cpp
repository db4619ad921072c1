// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/fact_grid.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>

namespace waypoint {

FactGrid::FactGrid(QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(1, 1);
}

void FactGrid::clear()
{
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_count = 0;
}

void FactGrid::add(const QString &name, const QString &value, const QString &toolTip)
{
    if (value.isEmpty())
        return;
    auto *nameLabel = new QLabel(name, this);
    nameLabel->setTextFormat(Qt::PlainText);
    nameLabel->setForegroundRole(QPalette::PlaceholderText);
    QLabel *valueLabel = plainLabel(value, this);
    valueLabel->setToolTip(toolTip.isEmpty() ? QString() : toolTip.toHtmlEscaped());
    m_grid->addWidget(nameLabel, m_count, 0, Qt::AlignTop | Qt::AlignLeft);
    m_grid->addWidget(valueLabel, m_count, 1);
    ++m_count;
}

QLabel *paneHeading(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    label->setContentsMargins(0, 10, 0, 0);
    return label;
}

QLabel *plainLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    // Long paths and names have no spaces to wrap at; they must not force the pane wide.
    label->setMinimumWidth(1);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    return label;
}

}  // namespace waypoint
