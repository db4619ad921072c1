// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/compare_values_table.h"

#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QResizeEvent>
#include <QtWidgets/QHeaderView>

#include <algorithm>

namespace waypoint {

CompareValuesTable::CompareValuesTable(QWidget *parent) : QTreeView(parent), m_model(new CompareValuesModel(this))
{
    setModel(m_model);
    setObjectName(QStringLiteral("compareValues"));
    setAccessibleName(tr("Settings and values of both checkpoints"));
    setUniformRowHeights(true);
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setSelectionMode(ExtendedSelection);
    setTextElideMode(Qt::ElideMiddle);
    setEditTriggers(NoEditTriggers);
    setFrameShape(QFrame::NoFrame);
    header()->setHighlightSections(false);
    header()->setResizeContentsPrecision(0);
    auto *copy = new QAction(tr("Copy Rows"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &CompareValuesTable::copyRows);
    addAction(copy);
    setContextMenuPolicy(Qt::ActionsContextMenu);
}

void CompareValuesTable::setContent(const CompareContentPtr &content, const CompareOrderPtr &order)
{
    m_model->setContent(content, order);
}

void CompareValuesTable::copyRows()
{
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList lines;
    for (const QModelIndex &row : rows)
        lines << m_model->line(row.row());
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void CompareValuesTable::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    if (event->size().width() == event->oldSize().width())
        return;
    const int width = viewport()->width();
    header()->resizeSection(CompareValuesModel::Change, width * 14 / 100);
    header()->resizeSection(CompareValuesModel::Name, width * 4 / 10);
    header()->resizeSection(CompareValuesModel::A, width * 22 / 100);
    header()->resizeSection(CompareValuesModel::B, width * 22 / 100);
}

}  // namespace waypoint
