// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_section.h"

#include "ui/views/fact_grid.h"
#include "ui/views/quiet_label.h"

#include <QtCore/QSettings>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

TrainSection::TrainSection(const QString &key, const QString &title, Kind kind, QWidget *parent)
    : QWidget(parent),
      m_key(key),
      m_heading(new QToolButton),
      m_summary(new ElidedLabel),
      m_body(new QWidget),
      m_rows(new QVBoxLayout(m_body)),
      m_folds(kind == Kind::Folding)
{
    setObjectName(QStringLiteral("train-section-") + key);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(0, 0, 0, 0);
    head->setSpacing(8);
    if (m_folds) {
        m_heading->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        m_heading->setAutoRaise(true);
        m_heading->setText(title);
        QFont bold = m_heading->font();
        bold.setBold(true);
        m_heading->setFont(bold);
        head->addWidget(m_heading, 0, Qt::AlignLeft);
        head->addWidget(m_summary, 1);
        connect(m_heading, &QToolButton::clicked, this, [this] { setOpen(!m_isOpen); });
    } else {
        delete m_heading;
        m_heading = nullptr;
        head->addWidget(paneHeading(title, this), 1);
    }
    m_summary->setElideMode(Qt::ElideRight);
    m_rows->setContentsMargins(0, 2, 0, 0);
    m_rows->setSpacing(6);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(head);
    column->addWidget(m_body);
    show(!m_folds || QSettings().value(settingsKey(), false).toBool());
}

QString TrainSection::settingsKey() const { return QStringLiteral("train/open/") + m_key; }

void TrainSection::add(QWidget *row) { m_rows->addWidget(row); }

bool TrainSection::isOpen() const { return m_isOpen; }

void TrainSection::setOpen(bool open)
{
    show(open);
    if (m_folds)
        QSettings().setValue(settingsKey(), open);
}

void TrainSection::reveal() { show(true); }

void TrainSection::show(bool open)
{
    m_isOpen = open;
    m_body->setVisible(open);
    if (!m_folds)
        return;
    m_summary->setVisible(!open);
    m_heading->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    m_heading->setAccessibleDescription(open ? tr("Open") : tr("Folded"));
}

void TrainSection::setSummary(const QString &summary) { m_summary->setFullText(summary); }

void TrainSection::setTitle(const QString &title)
{
    if (m_heading)
        m_heading->setText(title);
}

}  // namespace waypoint
