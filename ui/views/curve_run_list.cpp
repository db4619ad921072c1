// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/curve_run_list.h"

#include "ui/views/curve_run_row.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

CurveRunList::CurveRunList(QWidget *parent) : QWidget(parent), m_scroll(new QScrollArea), m_rows(new QVBoxLayout)
{
    auto *content = new QWidget;
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(0);
    m_rows->addStretch(1);
    content->setLayout(m_rows);
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(createHead());
    layout->addWidget(m_scroll, 1);
}

void CurveRunList::setSources(const std::vector<CurveSourceState> &sources)
{
    while (m_rowOf.size() > sources.size()) {
        m_rowOf.back()->hide();
        m_rowOf.back()->deleteLater();
        m_rowOf.pop_back();
    }
    for (std::size_t i = 0; i < sources.size(); ++i) {
        CurveRunRow *row = i < m_rowOf.size() ? m_rowOf[i] : addRow();
        if (row->state() != sources[i])
            row->setState(sources[i]);
    }
}

QWidget *CurveRunList::createHead()
{
    auto *head = new QWidget;
    auto *title = new QLabel(tr("Runs"));
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto *add = new QToolButton;
    add->setObjectName(QStringLiteral("curveAdd"));
    add->setText(tr("Add"));
    add->setToolTip(tr("Add runs: log files, run folders, checkpoints. They can be dropped here too."));
    add->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(add);
    menu->addAction(tr("Add Files…"), this, &CurveRunList::addFilesRequested);
    menu->addAction(tr("Add Folder…"), this, &CurveRunList::addFolderRequested);
    add->setMenu(menu);
    auto *layout = new QHBoxLayout(head);
    layout->setContentsMargins(12, 8, 8, 6);
    layout->addWidget(title, 1);
    layout->addWidget(add);
    return head;
}

CurveRunRow *CurveRunList::addRow()
{
    auto *row = new CurveRunRow;
    connect(row, &CurveRunRow::shownChanged, this, &CurveRunList::shownChanged);
    connect(row, &CurveRunRow::removeRequested, this, &CurveRunList::removeRequested);
    connect(row, &CurveRunRow::retryRequested, this, &CurveRunList::retryRequested);
    m_rows->insertWidget(static_cast<int>(m_rowOf.size()), row);
    return m_rowOf.emplace_back(row);
}

}  // namespace waypoint
