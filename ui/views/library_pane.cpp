// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/library_pane.h"

#include "ui/models/library_model.h"
#include "ui/models/runs_model.h"
#include "ui/models/trash.h"
#include "ui/views/empty_state.h"
#include "ui/views/library_actions.h"
#include "ui/views/library_delegate.h"
#include "ui/views/quiet_label.h"
#include "ui/views/trash_bar.h"

#include <QtCore/QSettings>
#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>

namespace waypoint {

namespace {

/// Fewer rows than this are seen at a glance.
constexpr int kFewRows = 8;

QString orderKey() { return QStringLiteral("libraryOrder"); }

QTreeView *createList(RunsModel *rows)
{
    auto *list = new QTreeView;
    list->setObjectName(QStringLiteral("library"));
    list->setAccessibleName(LibraryPane::tr("Library"));
    list->setModel(rows);
    for (int column = 1; column < kLibraryColumns; ++column)
        list->setColumnHidden(column, true);
    list->setItemDelegate(new LibraryDelegate(list));
    list->setHeaderHidden(true);
    list->setIndentation(10);
    list->setFrameShape(QFrame::NoFrame);
    list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list->setContextMenuPolicy(Qt::CustomContextMenu);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return list;
}

QToolButton *createButton(const QString &text, const QString &toolTip, const char *name)
{
    auto *button = new QToolButton;
    button->setText(text);
    button->setAutoRaise(true);
    button->setToolTip(toolTip);
    button->setAccessibleName(toolTip);
    button->setObjectName(QLatin1String(name));
    return button;
}

QLabel *createTitle()
{
    auto *title = new QuietLabel(LibraryPane::tr("LIBRARY"));
    QFont font = title->font();
    font.setPointSizeF(font.pointSizeF() * 0.85);
    font.setLetterSpacing(QFont::PercentageSpacing, 108);
    font.setBold(true);
    title->setFont(font);
    return title;
}

LibraryCalls callsOf(LibraryPane *pane)
{
    return {[pane](const QString &path) { Q_EMIT pane->openRequested(path); },
            [pane](const QString &folder) { Q_EMIT pane->runRequested(folder); },
            [pane](const QString &path, bool ask) { Q_EMIT pane->resumeRequested(path, ask); },
            [pane](const QStringList &paths) { Q_EMIT pane->curvesRequested(paths); },
            [pane](const QStringList &paths) { Q_EMIT pane->evaluateRequested(paths); },
            [pane](const QStringList &paths) { Q_EMIT pane->compareRequested(paths); },
            [pane](const QString &path) { Q_EMIT pane->exportRequested(path); }};
}

}  // namespace

LibraryPane::LibraryPane(LibraryModel &model, QWidget *parent)
    : QWidget(parent),
      m_model(&model),
      m_rows(new RunsModel(model, RunsModel::Shape::List, this)),
      m_trash(new Trash(this)),
      m_filter(new QLineEdit),
      m_list(createList(m_rows)),
      m_stack(new QStackedWidget),
      m_orders(createOrderMenu())
{
    auto *order = createButton(QStringLiteral("⇅"), tr("Order of the list"), "libraryOrder");
    auto *table = createButton(QStringLiteral("▤"), tr("All runs and checkpoints in a table"), "libraryTable");
    auto *add = createButton(QStringLiteral("+"), tr("Add a folder to the library"), "libraryAdd");
    createFilter();
    auto *empty = new EmptyState;
    empty->setText({}, tr("Folders you open appear here with the runs, checkpoints and logs in them."));
    connect(empty->addButton(tr("Open Folder…")), &QAbstractButton::clicked, this, &LibraryPane::addFolderRequested);
    m_stack->addWidget(empty);
    m_stack->addWidget(m_list);
    auto *line = new QHBoxLayout;
    line->setContentsMargins(10, 6, 6, 4);
    line->setSpacing(0);
    line->addWidget(createTitle(), 1);
    for (QToolButton *button : {order, table, add})
        line->addWidget(button);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(line);
    layout->addWidget(m_filter);
    layout->addWidget(m_stack, 1);
    layout->addWidget(new TrashBar(*m_trash));
    connect(add, &QToolButton::clicked, this, &LibraryPane::addFolderRequested);
    connect(table, &QToolButton::clicked, this, &LibraryPane::tableRequested);
    connectList();
    // A button that has a menu draws an arrow over so small a glyph.
    connect(order, &QToolButton::clicked, this,
            [this, order] { m_orders->popup(order->mapToGlobal(order->rect().bottomLeft())); });
    const int column = QSettings().value(orderKey(), static_cast<int>(LibraryColumn::Changed)).toInt();
    sortBy(static_cast<LibraryColumn>(column));
    arrangeNew({}, 0, m_rows->rowCount() - 1);
    showWhatIsThere();
}

void LibraryPane::createFilter()
{
    m_filter->setObjectName(QStringLiteral("libraryFilter"));
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setAccessibleName(tr("Filter the library"));
    m_filter->setToolTip(tr("Words of names, states and metrics"));
    m_filter->setClearButtonEnabled(true);
    connect(m_filter, &QLineEdit::textChanged, this, &LibraryPane::filter);
    connect(m_filter, &QLineEdit::returnPressed, m_list, qOverload<>(&QWidget::setFocus));
    auto *find = new QAction(this);
    find->setShortcut(QKeySequence::Find);
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QAction::triggered, this, &LibraryPane::focusFilter);
    addAction(find);
    auto *leave = new QAction(m_filter);
    leave->setShortcut(Qt::Key_Escape);
    leave->setShortcutContext(Qt::WidgetShortcut);
    connect(leave, &QAction::triggered, this, [this] {
        m_isFilterWanted = false;
        m_filter->clear();
        m_list->setFocus();
        showWhatIsThere();
    });
    m_filter->addAction(leave);
}

QMenu *LibraryPane::createOrderMenu()
{
    auto *menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("libraryOrders"));
    auto *group = new QActionGroup(menu);
    const std::initializer_list<std::pair<QString, LibraryColumn>> orders{{tr("Newest First"), LibraryColumn::Changed},
                                                                          {tr("Name"), LibraryColumn::Name},
                                                                          {tr("Epoch"), LibraryColumn::Epoch},
                                                                          {tr("Best Metric"), LibraryColumn::Metric}};
    for (const auto &[text, column] : orders) {
        QAction *action = group->addAction(menu->addAction(text));
        action->setCheckable(true);
        action->setData(static_cast<int>(column));
        connect(action, &QAction::triggered, this, [this, chosen = column] { sortBy(chosen); });
    }
    return menu;
}

void LibraryPane::connectList()
{
    connect(m_list, &QTreeView::clicked, this, &LibraryPane::clicked);
    connect(m_list, &QTreeView::activated, this, &LibraryPane::open);
    connect(m_list, &QWidget::customContextMenuRequested, this, &LibraryPane::showMenu);
    connect(m_rows, &QAbstractItemModel::rowsInserted, this, &LibraryPane::arrangeNew);
    connect(m_list, &QTreeView::expanded, this, [this](const QModelIndex &group) { keepOpen(group, true); });
    connect(m_list, &QTreeView::collapsed, this, [this](const QModelIndex &group) { keepOpen(group, false); });
    connect(m_rows, &QAbstractItemModel::rowsInserted, this, &LibraryPane::showWhatIsThere);
    connect(m_rows, &QAbstractItemModel::rowsRemoved, this, &LibraryPane::showWhatIsThere);
    connect(m_model, &LibraryModel::foldersChanged, this, &LibraryPane::showWhatIsThere);
    connect(m_trash, &Trash::moved, m_model, &LibraryModel::rescan);
    connect(m_trash, &Trash::restored, m_model, &LibraryModel::rescan);
    auto *remove = new QAction(m_list);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    connect(remove, &QAction::triggered, this, &LibraryPane::trashSelected);
    m_list->addAction(remove);
}

void LibraryPane::focusFilter()
{
    m_isFilterWanted = true;
    showWhatIsThere();
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void LibraryPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_model)
        m_model->setShownIn(this, true);
}

void LibraryPane::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    if (m_model)
        m_model->setShownIn(this, false);
}

void LibraryPane::clicked(const QModelIndex &index)
{
    // Who selects several wants to do something with all of them.
    if (m_list->selectionModel()->selectedRows().size() <= 1)
        open(index);
}

void LibraryPane::open(const QModelIndex &index)
{
    const QString path = index.data(LibraryModel::PathRole).toString();
    switch (index.isValid() ? index.data(LibraryModel::KindRole).toInt() : LibraryModel::ActiveRuns) {
    case LibraryModel::File:
        Q_EMIT openRequested(path);
        break;
    case LibraryModel::Run:
    case LibraryModel::ActiveRun:
        Q_EMIT runRequested(path);
        break;
    default:
        break;
    }
}

void LibraryPane::showMenu(const QPoint &position)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    if (m_list->indexAt(position).isValid())
        fillLibraryMenu(menu, choiceOf(*m_list->selectionModel()), callsOf(this), *m_model, *m_trash);
    menu->addSeparator();
    menu->addAction(tr("Look Again"), this, [this] { m_model->rescan(); });
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

void LibraryPane::showWhatIsThere()
{
    const bool isEmpty = !m_model || (m_model->folders().isEmpty() && m_model->rowCount() == 0);
    m_stack->setCurrentIndex(isEmpty ? 0 : 1);
    const bool isLong = m_rows->countRows() > kFewRows || m_rows->isFiltered();
    m_filter->setVisible(!isEmpty && (isLong || m_isFilterWanted));
}

void LibraryPane::arrangeNew(const QModelIndex &parent, int first, int last)
{
    if (parent.isValid())
        return;
    for (int row = first; row <= last; ++row)
        arrange(m_rows->index(row, 0));
}

void LibraryPane::arrange(const QModelIndex &group)
{
    const QString path = group.data(LibraryModel::PathRole).toString();
    if (m_rows->isFiltered() || m_open.contains(path)) {
        m_list->setExpanded(group, m_rows->isFiltered() || m_open.value(path));
        return;
    }
    if (group.data(LibraryModel::KindRole).toInt() != LibraryModel::Run) {
        m_list->expand(group);
        return;
    }
    m_open.insert(path, false);
    if (!isNewestRun(group))
        return;
    for (int row = 0; row < m_rows->rowCount(); ++row)
        if (const QModelIndex other = m_rows->index(row, 0);
            !m_newest.isEmpty() && other.data(LibraryModel::PathRole).toString() == m_newest)
            m_list->collapse(other);
    m_list->expand(group);
    m_newest = path;
}

bool LibraryPane::isNewestRun(const QModelIndex &group) const
{
    const auto changed = [](const QModelIndex &run) {
        return run.siblingAtColumn(static_cast<int>(LibraryColumn::Changed)).data(LibraryModel::SortRole).toLongLong();
    };
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        const QModelIndex other = m_rows->index(row, 0);
        if (other != group && other.data(LibraryModel::KindRole).toInt() == LibraryModel::Run
            && changed(other) > changed(group))
            return false;
    }
    return true;
}

void LibraryPane::keepOpen(const QModelIndex &group, bool open)
{
    if (m_rows->isFiltered())
        return;
    const QString path = group.data(LibraryModel::PathRole).toString();
    m_open.insert(path, open);
    if (path == m_newest)
        m_newest.clear();
}

void LibraryPane::sortBy(LibraryColumn column)
{
    m_rows->setOrder(column);
    QSettings().setValue(orderKey(), static_cast<int>(column));
    for (QAction *action : m_orders->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(column));
}

void LibraryPane::filter(const QString &words)
{
    m_rows->setFilter(words);
    showWhatIsThere();
    arrangeNew({}, 0, m_rows->rowCount() - 1);
}

void LibraryPane::trashSelected()
{
    const LibraryChoice choice = choiceOf(*m_list->selectionModel());
    if (choice.folders.isEmpty())
        m_trash->move(choice.toTrash);
}

}  // namespace waypoint
