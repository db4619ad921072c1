// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/epoch_file_list.h"

#include "ui/views/badge_delegate.h"
#include "ui/views/flow_layout.h"

#include <QtCore/QSortFilterProxyModel>
#include <QtGui/QAction>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

EpochFileList::EpochFileList(QWidget *parent)
    : QWidget(parent), m_sorted(new QSortFilterProxyModel(this)), m_view(new QTreeView)
{
    createView();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_view, 1);
    layout->addWidget(createTools());
    updateActions();
}

void EpochFileList::createView()
{
    m_sorted->setSourceModel(&m_table);
    m_sorted->setSortRole(EpochFileTable::SortRole);
    m_view->setModel(m_sorted);
    m_view->setObjectName(QStringLiteral("epochFiles"));
    m_view->setAccessibleName(tr("Checkpoints"));
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setAlternatingRowColors(true);
    m_view->setAllColumnsShowFocus(true);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(EpochFileTable::Label, Qt::AscendingOrder);
    m_view->setItemDelegate(new BadgeDelegate(EpochFileTable::BadgesRole, m_view));
    m_view->header()->setSectionsMovable(false);
    m_view->installEventFilter(this);
    connect(m_view, &QTreeView::doubleClicked, this, &EpochFileList::openSelected);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &EpochFileList::updateActions);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &EpochFileList::currentChanged);
}

QAction *EpochFileList::addAction(const QString &name, const QString &objectName, void (EpochFileList::*act)())
{
    auto *action = new QAction(name, this);
    action->setObjectName(objectName);
    connect(action, &QAction::triggered, this, act);
    m_view->addAction(action);
    return action;
}

QWidget *EpochFileList::createTools()
{
    m_compare = addAction(tr("Compare These Two"), QStringLiteral("epochCompare"), &EpochFileList::compareSelected);
    m_open = addAction(tr("Open"), QStringLiteral("epochOpen"), &EpochFileList::openSelected);
    m_average = addAction(tr("Average…"), QStringLiteral("epochAverage"), &EpochFileList::averageSelected);
    m_open->setToolTip(tr("What is in this checkpoint"));
    auto *tools = new QWidget;
    auto *layout = new QVBoxLayout(tools);
    layout->setContentsMargins(8, 4, 8, 6);
    auto *flow = new FlowLayout(4);
    layout->addLayout(flow);
    for (QAction *action : {m_compare, m_open, m_average}) {
        auto *button = new QToolButton;
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        flow->addWidget(button);
    }
    return tools;
}

void EpochFileList::setRun(EpochRunPtr run)
{
    m_run = std::move(run);
    m_table.setRun(m_run);
    m_view->setColumnHidden(EpochFileTable::Mark, !m_table.hasMarks());
    // Reset columns forget how they were sorted and how wide they were.
    m_view->sortByColumn(EpochFileTable::Label, Qt::AscendingOrder);
    for (int column = 0; column < m_table.columnCount(); ++column)
        m_view->resizeColumnToContents(column);
    updateActions();
}

std::optional<std::size_t> EpochFileList::current() const
{
    const QModelIndex index = m_sorted->mapToSource(m_view->currentIndex());
    return index.isValid() ? std::optional(static_cast<std::size_t>(index.row())) : std::nullopt;
}

void EpochFileList::setCurrent(std::optional<std::size_t> file)
{
    if (file == current())
        return;
    const QModelIndex index = file ? m_sorted->mapFromSource(m_table.index(static_cast<int>(*file), 0)) : QModelIndex();
    m_view->setCurrentIndex(index);
}

std::vector<std::size_t> EpochFileList::selected() const
{
    std::vector<std::size_t> files;
    for (const QModelIndex &row : m_view->selectionModel()->selectedRows())
        files.push_back(static_cast<std::size_t>(m_sorted->mapToSource(row).row()));
    std::sort(files.begin(), files.end());
    return files;
}

bool EpochFileList::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if ((key == Qt::Key_Return || key == Qt::Key_Enter) && m_open->isEnabled()) {
            openSelected();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void EpochFileList::updateActions()
{
    const std::size_t count = selected().size();
    m_open->setEnabled(count == 1);
    m_compare->setEnabled(count == 2);
    m_compare->setToolTip(count == 2 ? tr("Puts them side by side, tensor by tensor")
                                     : tr("Select two checkpoints to put them side by side"));
    m_average->setEnabled(m_run && m_run->series);
    m_average->setToolTip(count >= 2 ? tr("A new file with the mean of the selected checkpoints' weights")
                                     : tr("A new file with the mean of several checkpoints' weights"));
}

void EpochFileList::openSelected()
{
    if (const auto files = selected(); files.size() == 1)
        Q_EMIT openRequested(m_run->path(files.front()));
}

void EpochFileList::compareSelected()
{
    if (const auto files = selected(); files.size() == 2)
        Q_EMIT compareRequested(m_run->path(files.front()), m_run->path(files.back()));
}

void EpochFileList::averageSelected() { Q_EMIT averageRequested(selected()); }

}  // namespace waypoint
