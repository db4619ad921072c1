// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/summary_header.h"

#include "ui/views/primary_button.h"
#include "ui/views/quiet_label.h"

#include <QtGui/QMouseEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

SummaryHeader::SummaryHeader(QWidget *parent)
    : QFrame(parent),
      m_sentence(new QLabel),
      m_details(new ElidedLabel),
      m_resume(new PrimaryButton(tr("Resume"))),
      m_export(new QPushButton(tr("Export…")))
{
    m_resume->setObjectName(QStringLiteral("resume"));
    m_resume->setIcon(goOnIcon());
    m_resume->setToolTip(
        tr("Goes on training from this checkpoint: model, optimizer, schedule and epoch as they are in "
           "it. Where something can't be told from the file, it is asked first."));
    m_resume->setAccessibleName(tr("Resume training from this checkpoint"));
    m_resume->setVisible(false);
    m_export->setObjectName(QStringLiteral("export"));
    m_export->setToolTip(
        tr("Writes weights, a section or everything to a new file: for a CPU, as safetensors, NumPy, ..."));
    m_export->setVisible(false);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setSpacing(12);
    layout->addWidget(createText(), 1);
    layout->addWidget(m_resume, 0, Qt::AlignVCenter);
    layout->addWidget(m_export, 0, Qt::AlignVCenter);
    connect(m_resume, &QPushButton::clicked, this, &SummaryHeader::resumeClicked);
    connect(m_export, &QPushButton::clicked, this, &SummaryHeader::exportClicked);
}

QWidget *SummaryHeader::createText()
{
    auto *text = new QWidget;
    QFont strong = font();
    strong.setPointSizeF(strong.pointSizeF() * 1.15);
    strong.setWeight(QFont::DemiBold);
    m_sentence->setFont(strong);
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setObjectName(QStringLiteral("summarySentence"));
    m_details->setElideMode(Qt::ElideRight);
    auto *layout = new QVBoxLayout(text);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3);
    layout->addWidget(m_sentence);
    layout->addWidget(m_details);
    return text;
}

void SummaryHeader::setText(const QString &sentence, const QString &details)
{
    m_sentence->setText(sentence);
    m_details->setFullText(details);
}

QString SummaryHeader::sentence() const { return m_sentence->text(); }

void SummaryHeader::setResumable(bool resumable) { m_resume->setVisible(resumable); }

void SummaryHeader::setExportable(bool exportable) { m_export->setVisible(exportable); }

void SummaryHeader::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT clicked();
    QFrame::mouseReleaseEvent(event);
}

}  // namespace waypoint
