// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/library_pane.h"

#include "ui/models/library_model.h"
#include "ui/views/empty_state.h"
#include "ui/views/quiet_label.h"
#include "ui/views/two_line_delegate.h"

#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>

namespace waypoint {

namespace {

QTreeView *createList(LibraryModel &model)
{
    auto *list = new QTreeView;
    list->setObjectName(QStringLiteral("library"));
    list->setAccessibleName(LibraryPane::tr("Library"));
    list->setModel(&model);
    list->setItemDelegate(new TwoLineDelegate(LibraryModel::DetailsRole, LibraryModel::IsGroupRole, list));
    list->setHeaderHidden(true);
    list->setIndentation(10);
    list->setFrameShape(QFrame::NoFrame);
    list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list->setContextMenuPolicy(Qt::CustomContextMenu);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return list;
}

QLayout *createTitle(QToolButton *add)
{
    auto *title = new QuietLabel(LibraryPane::tr("LIBRARY"));
    QFont font = title->font();
    font.setPointSizeF(font.pointSizeF() * 0.85);
    font.setLetterSpacing(QFont::PercentageSpacing, 108);
    font.setBold(true);
    title->setFont(font);
    auto *line = new QHBoxLayout;
    line->setContentsMargins(10, 6, 6, 4);
    line->addWidget(title, 1);
    line->addWidget(add);
    return line;
}

}  // namespace

LibraryPane::LibraryPane(LibraryModel &model, QWidget *parent)
    : QWidget(parent), m_model(model), m_list(createList(model)), m_stack(new QStackedWidget)
{
    auto *add = new QToolButton;
    add->setText(QStringLiteral("+"));
    add->setAutoRaise(true);
    add->setToolTip(tr("Add a folder to the library"));
    add->setAccessibleName(add->toolTip());
    auto *empty = new EmptyState;
    empty->setText({}, tr("Folders you open appear here with the checkpoints and logs in them."));
    connect(empty->addButton(tr("Open Folder…")), &QAbstractButton::clicked, this, &LibraryPane::addFolderRequested);
    m_stack->addWidget(empty);
    m_stack->addWidget(m_list);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(createTitle(add));
    layout->addWidget(m_stack, 1);
    connect(add, &QToolButton::clicked, this, &LibraryPane::addFolderRequested);
    connect(m_list, &QTreeView::clicked, this, &LibraryPane::clicked);
    connect(m_list, &QTreeView::activated, this, &LibraryPane::open);
    connect(m_list, &QWidget::customContextMenuRequested, this, &LibraryPane::showMenu);
    connect(&m_model, &QAbstractItemModel::modelAboutToBeReset, this, &LibraryPane::remember);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &LibraryPane::refresh);
    connect(&m_model, &LibraryModel::foldersChanged, this, &LibraryPane::showWhatIsThere);
    refresh();
}

void LibraryPane::clicked(const QModelIndex &index)
{
    // Who selects several wants to do something with all of them.
    if (m_list->selectionModel()->selectedRows().size() <= 1)
        open(index);
}

void LibraryPane::open(const QModelIndex &index)
{
    // A menu may outlive the row it was asked for.
    if (index.isValid() && !index.data(LibraryModel::IsGroupRole).toBool())
        Q_EMIT openRequested(index.data(LibraryModel::PathRole).toString());
}

QStringList LibraryPane::selectedPaths() const
{
    QStringList paths;
    for (const QModelIndex &index : m_list->selectionModel()->selectedRows())
        paths << index.data(LibraryModel::PathRole).toString();
    return paths;
}

void LibraryPane::showMenu(const QPoint &position)
{
    const QModelIndex index = m_list->indexAt(position);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (index.isValid()) {
        const QString root = index.data(LibraryModel::RootRole).toString();
        menu->addAction(tr("Open"), this, [this, index = QPersistentModelIndex(index)] { open(index); })
            ->setEnabled(!index.data(LibraryModel::IsGroupRole).toBool());
        menu->addAction(tr("Show Curves"), this, [this, paths = selectedPaths()] { Q_EMIT curvesRequested(paths); })
            ->setToolTip(tr("Loss, metrics and learning rate over the run"));
        menu->addSeparator();
        menu->addAction(tr("Remove Folder from Library"), this, [this, root] { m_model.removeFolder(root); })
            ->setToolTip(root);
    }
    menu->addAction(tr("Look Again"), this, [this] { m_model.rescan(); });
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

void LibraryPane::showWhatIsThere() { m_stack->setCurrentIndex(m_model.folders().isEmpty() ? 0 : 1); }

void LibraryPane::remember()
{
    m_scrolled = m_list->verticalScrollBar()->value();
    m_closed.clear();
    for (int row = 0; row < m_model.rowCount(); ++row)
        if (const QModelIndex group = m_model.index(row, 0); !m_list->isExpanded(group))
            m_closed.insert(group.data(LibraryModel::PathRole).toString());
}

void LibraryPane::refresh()
{
    showWhatIsThere();
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const QModelIndex group = m_model.index(row, 0);
        m_list->setExpanded(group, !m_closed.contains(group.data(LibraryModel::PathRole).toString()));
    }
    m_list->doItemsLayout();
    m_list->verticalScrollBar()->setValue(m_scrolled);
}

}  // namespace waypoint
