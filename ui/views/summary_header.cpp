// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/summary_header.h"

#include "ui/views/quiet_label.h"

#include <QtGui/QMouseEvent>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

SummaryHeader::SummaryHeader(QWidget *parent) : QFrame(parent), m_sentence(new QLabel), m_details(new ElidedLabel)
{
    QFont strong = font();
    strong.setPointSizeF(strong.pointSizeF() * 1.15);
    strong.setWeight(QFont::DemiBold);
    m_sentence->setFont(strong);
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setObjectName(QStringLiteral("summarySentence"));
    m_details->setElideMode(Qt::ElideRight);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setSpacing(3);
    layout->addWidget(m_sentence);
    layout->addWidget(m_details);
}

void SummaryHeader::setText(const QString &sentence, const QString &details)
{
    m_sentence->setText(sentence);
    m_details->setFullText(details);
}

QString SummaryHeader::sentence() const { return m_sentence->text(); }

void SummaryHeader::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT clicked();
    QFrame::mouseReleaseEvent(event);
}

}  // namespace waypoint
