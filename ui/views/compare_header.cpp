// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/compare_header.h"

#include "ui/views/compare_side_box.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QToolButton>

namespace waypoint {

CompareHeader::CompareHeader(QWidget *parent)
    : QWidget(parent),
      m_sides{new CompareSideBox(CompareFiles::A), new CompareSideBox(CompareFiles::B)},
      m_swap(new QToolButton)
{
    m_swap->setObjectName(QStringLiteral("compareSwap"));
    m_swap->setText(QStringLiteral("⇄"));
    m_swap->setAccessibleName(tr("Swap A and B"));
    m_swap->setToolTip(tr("Swap A and B"));
    m_swap->setAutoRaise(true);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 8);
    layout->setSpacing(10);
    layout->addWidget(m_sides[CompareFiles::A], 1);
    layout->addWidget(m_swap, 0, Qt::AlignTop);
    layout->addWidget(m_sides[CompareFiles::B], 1);
    connect(m_swap, &QToolButton::clicked, this, &CompareHeader::swapRequested);
    for (const auto side : {CompareFiles::A, CompareFiles::B}) {
        connect(m_sides[side], &CompareSideBox::pathChosen, this,
                [this, side](const QString &path) { Q_EMIT pathChosen(side, path); });
        connect(m_sides[side], &CompareSideBox::sectionChosen, this,
                [this, side](const QString &path) { Q_EMIT sectionChosen(side, path); });
    }
}

void CompareHeader::showFiles(const CompareFiles &files)
{
    for (CompareSideBox *side : m_sides)
        side->showFiles(files);
    m_swap->setEnabled(!files.path(CompareFiles::A).isEmpty() || !files.path(CompareFiles::B).isEmpty());
}

}  // namespace waypoint
