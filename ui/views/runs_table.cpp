// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/runs_table.h"

#include "ui/models/library_model.h"
#include "ui/models/runs_model.h"
#include "ui/models/trash.h"
#include "ui/views/empty_state.h"
#include "ui/views/flow_layout.h"
#include "ui/views/library_actions.h"
#include "ui/views/quiet_label.h"
#include "ui/views/trash_bar.h"

#include <QtCore/QPointer>
#include <QtCore/QSettings>
#include <QtCore/QTimer>
#include <QtGui/QAction>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QTreeView>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>
#include <chrono>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kSettle(120);

QString columnsKey() { return QStringLiteral("runsTableColumns"); }

/// All rows are as high as the first, which may have no sign beside its name.
class EvenRows final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QSize own = QStyledItemDelegate::sizeHint(option, index);
        return {own.width(), std::max(own.height(), option.fontMetrics.height() + 5)};
    }
};

QTreeView *createView(RunsModel *rows)
{
    auto *view = new QTreeView;
    view->setObjectName(QStringLiteral("runsTable"));
    view->setAccessibleName(RunsTable::tr("Runs and checkpoints"));
    view->setModel(rows);
    view->setItemDelegate(new EvenRows(view));
    view->setUniformRowHeights(true);  // thousands of rows are measured once
    view->setAlternatingRowColors(true);
    view->setFrameShape(QFrame::NoFrame);
    view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setContextMenuPolicy(Qt::CustomContextMenu);
    view->setExpandsOnDoubleClick(false);
    view->setTextElideMode(Qt::ElideMiddle);
    view->setSortingEnabled(true);
    view->sortByColumn(static_cast<int>(LibraryColumn::Changed), Qt::DescendingOrder);
    view->header()->setStretchLastSection(true);
    view->header()->setSectionsMovable(true);
    view->header()->setFirstSectionMovable(false);
    return view;
}

}  // namespace

struct RunsTable::Parts
{
    Parts(LibraryModel &model, RunsTable *table)
        : library(&model),
          rows(new RunsModel(model, RunsModel::Shape::Table, table)),
          trash(new Trash(table)),
          view(createView(rows))
    {
    }

    QPointer<LibraryModel> library;  ///< a window's members are gone before its widgets
    RunsModel *rows;
    Trash *trash;
    QTreeView *view;
    QLineEdit *filter = new QLineEdit;
    QuietLabel *count = new QuietLabel;
    QWidget *toolbar = new QWidget;
    QStackedWidget *stack = new QStackedWidget;
    QPushButton *open = nullptr;
    QPushButton *resume = nullptr;
    QPushButton *curves = nullptr;
    QPushButton *evaluate = nullptr;
    QPushButton *reveal = nullptr;
    QPushButton *remove = nullptr;
    LibraryCalls calls;
    QString wanted;
    QTimer settle;
};

RunsTable::RunsTable(LibraryModel &library, RunCenter &, Evaluations &, QWidget *parent)
    : QWidget(parent), m_parts(std::make_unique<Parts>(library, this))
{
    m_parts->calls = {[this](const QString &path) { Q_EMIT openRequested(path); },
                      [this](const QString &folder) { Q_EMIT runRequested(folder); },
                      [this](const QString &path, bool ask) { Q_EMIT resumeRequested(path, ask); },
                      [this](const QStringList &paths) { Q_EMIT curvesRequested(paths); },
                      [this](const QStringList &paths) { Q_EMIT evaluateRequested(paths); },
                      [this](const QStringList &paths) { Q_EMIT compareRequested(paths); },
                      [this](const QString &path) { Q_EMIT exportRequested(path); }};
    createFilter();
    createToolbar();
    auto *empty = new EmptyState;
    empty->setText(tr("No runs yet"),
                   tr("Runs you start and the checkpoints of folders you add are listed here, with epoch, loss and "
                      "metrics to sort and compare by."));
    connect(empty->addButton(tr("Add a Folder…")), &QAbstractButton::clicked, this, &RunsTable::addFolderRequested);
    auto *nothing = new EmptyState;
    nothing->setText(tr("Nothing matches"), tr("No run and no checkpoint has all these words."));
    connect(nothing->addButton(tr("Clear the Filter")), &QAbstractButton::clicked, m_parts->filter, &QLineEdit::clear);
    for (QWidget *page : std::initializer_list<QWidget *>{empty, m_parts->view, nothing})
        m_parts->stack->addWidget(page);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_parts->toolbar);
    layout->addWidget(m_parts->stack, 1);
    layout->addWidget(new TrashBar(*m_parts->trash));
    connectView();
    restoreColumns();
    refreshActions();
    showWhatIsThere();
}

RunsTable::~RunsTable() { saveColumns(); }

QTreeView &RunsTable::view() const { return *m_parts->view; }

void RunsTable::createFilter()
{
    m_parts->filter->setObjectName(QStringLiteral("runsFilter"));
    m_parts->filter->setPlaceholderText(tr("Filter names, states, metrics"));
    m_parts->filter->setAccessibleName(tr("Filter runs and checkpoints"));
    m_parts->filter->setClearButtonEnabled(true);
    m_parts->filter->setFixedWidth(180);
    m_parts->settle.setSingleShot(true);
    m_parts->settle.setInterval(kSettle);
    connect(m_parts->filter, &QLineEdit::textChanged, &m_parts->settle, qOverload<>(&QTimer::start));
    connect(m_parts->filter, &QLineEdit::returnPressed, m_parts->view, qOverload<>(&QWidget::setFocus));
    connect(&m_parts->settle, &QTimer::timeout, this, [this] {
        m_parts->rows->setFilter(m_parts->filter->text());
        if (m_parts->rows->isFiltered())
            m_parts->view->expandAll();
        showWhatIsThere();
    });
}

void RunsTable::createToolbar()
{
    struct Button
    {
        QPushButton **place;
        const char *name;
        QString text;
        QString toolTip;
        std::function<void(const LibraryChoice &)> act;
    };
    Parts &parts = *m_parts;
    const std::array<Button, 6> buttons{
        {{&parts.open, "runsOpen", tr("Open"), tr("Shows the run live, or what is in the checkpoint"),
          [this](const LibraryChoice &) { open(m_parts->view->currentIndex()); }},
         {&parts.resume, "runsResume", tr("Resume"), tr("Goes on training from here"),
          [this](const LibraryChoice &choice) { m_parts->calls.resume(choice.paths.front(), false); }},
         {&parts.curves, "runsCurves", tr("Show Curves"), tr("Loss, metrics and learning rate of what is selected"),
          [this](const LibraryChoice &choice) { m_parts->calls.curves(choice.paths); }},
         {&parts.evaluate, "runsEvaluate", tr("Evaluate…"), tr("Measures the selected checkpoints on data"),
          [this](const LibraryChoice &choice) { m_parts->calls.evaluate(choice.checkpoints); }},
         {&parts.reveal, "runsReveal", tr("Show in Folder"), tr("Shows where it lies, in the file manager"),
          [](const LibraryChoice &choice) { revealInFolder(choice.paths.front()); }},
         {&parts.remove, "runsRemove", tr("Move to Trash"), tr("Removes what is selected, with undo (Del)"),
          [this](const LibraryChoice &choice) { m_parts->trash->move(choice.toTrash); }}}};
    auto *flow = new FlowLayout(6);
    flow->addWidget(parts.filter);
    for (const Button &button : buttons) {
        *button.place = new QPushButton(button.text);
        (*button.place)->setObjectName(QLatin1String(button.name));
        (*button.place)->setToolTip(button.toolTip);
        connect(*button.place, &QPushButton::clicked, this,
                [this, act = button.act] { act(choiceOf(*m_parts->view->selectionModel())); });
        flow->addWidget(*button.place);
    }
    parts.filter->setFixedHeight(parts.open->sizeHint().height());
    parts.count->setFixedHeight(parts.open->sizeHint().height());
    flow->addWidget(parts.count);
    auto *layout = new QVBoxLayout(parts.toolbar);
    layout->setContentsMargins(10, 8, 8, 6);
    layout->addLayout(flow);
}

void RunsTable::connectView()
{
    Parts &parts = *m_parts;
    connect(parts.view, &QTreeView::activated, this, &RunsTable::open);
    connect(parts.view, &QWidget::customContextMenuRequested, this, &RunsTable::showMenu);
    connect(parts.view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsTable::refreshActions);
    connect(parts.rows, &QAbstractItemModel::dataChanged, this, &RunsTable::refreshActions);
    for (const auto change : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(parts.rows, change, this, [this] {
            showWhatIsThere();
            selectWanted();
        });
    connect(parts.trash, &Trash::moved, parts.library, &LibraryModel::rescan);
    connect(parts.trash, &Trash::restored, parts.library, &LibraryModel::rescan);
    auto *remove = new QAction(parts.view);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    connect(remove, &QAction::triggered, parts.remove, &QPushButton::click);
    parts.view->addAction(remove);
}

void RunsTable::focusFilter()
{
    m_parts->filter->setFocus(Qt::ShortcutFocusReason);
    m_parts->filter->selectAll();
}

void RunsTable::select(const QString &path)
{
    m_parts->wanted = path;
    selectWanted();
}

void RunsTable::selectWanted()
{
    if (m_parts->wanted.isEmpty() || !m_parts->library)
        return;
    const QModelIndex index = m_parts->rows->mapFromSource(m_parts->library->find(m_parts->wanted));
    if (!index.isValid())
        return;
    m_parts->wanted.clear();
    m_parts->view->setCurrentIndex(index);
    m_parts->view->scrollTo(index);
}

void RunsTable::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_parts->library)
        m_parts->library->setShownIn(this, true);
}

void RunsTable::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    if (m_parts->library)
        m_parts->library->setShownIn(this, false);
}

void RunsTable::open(const QModelIndex &index)
{
    const QString path = index.data(LibraryModel::PathRole).toString();
    const QModelIndex first = index.siblingAtColumn(0);
    switch (index.isValid() ? index.data(LibraryModel::KindRole).toInt() : LibraryModel::ActiveRuns) {
    case LibraryModel::File:
        Q_EMIT openRequested(path);
        break;
    case LibraryModel::Run:
        Q_EMIT runRequested(path);
        break;
    case LibraryModel::Folder:
        m_parts->view->setExpanded(first, !m_parts->view->isExpanded(first));
        break;
    default:
        break;
    }
}

void RunsTable::showMenu(const QPoint &position)
{
    if (!m_parts->view->indexAt(position).isValid() || !m_parts->library)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    fillLibraryMenu(menu, choiceOf(*m_parts->view->selectionModel()), m_parts->calls, *m_parts->library,
                    *m_parts->trash);
    menu->popup(m_parts->view->viewport()->mapToGlobal(position));
}

void RunsTable::refreshActions()
{
    const LibraryChoice choice = choiceOf(*m_parts->view->selectionModel());
    m_parts->open->setEnabled(choice.isSingle());
    m_parts->resume->setEnabled(choice.canResume);
    m_parts->curves->setEnabled(!choice.paths.isEmpty());
    m_parts->evaluate->setEnabled(!choice.checkpoints.isEmpty());
    m_parts->reveal->setEnabled(choice.isSingle());
    m_parts->remove->setEnabled(!choice.toTrash.isEmpty() && choice.folders.isEmpty());
}

void RunsTable::showWhatIsThere()
{
    const int shown = m_parts->rows->rowCount();
    const bool isFiltered = m_parts->rows->isFiltered();
    m_parts->stack->setCurrentIndex(shown > 0 ? 1 : isFiltered ? 2 : 0);
    m_parts->toolbar->setVisible(shown > 0 || isFiltered);
    m_parts->count->setText(isFiltered ? tr("%n match(es)", nullptr, m_parts->rows->countRows()) : QString());
}

void RunsTable::saveColumns() const { QSettings().setValue(columnsKey(), m_parts->view->header()->saveState()); }

void RunsTable::restoreColumns()
{
    QHeaderView *header = m_parts->view->header();
    const int unit = fontMetrics().averageCharWidth();
    constexpr std::array<int, kLibraryColumns> kWidths{29, 16, 9, 11, 19, 13, 10, 18};
    for (int column = 0; column < kLibraryColumns; ++column)
        header->resizeSection(column, unit * kWidths[static_cast<std::size_t>(column)]);
    header->restoreState(QSettings().value(columnsKey()).toByteArray());
}

}  // namespace waypoint
