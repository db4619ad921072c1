// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_checkpoint_list.h"

#include "ui/views/badge_delegate.h"
#include "ui/views/empty_state.h"
#include "ui/views/flow_layout.h"
#include "ui/views/trash_bar.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QSortFilterProxyModel>
#include <QtCore/QUrl>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QDesktopServices>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>
#include <QtWidgets/QVBoxLayout>

#include <chrono>
#include <utility>

namespace waypoint {

namespace {

constexpr std::chrono::seconds kTimesAge(20);
constexpr int kNarrowest = 50;

}  // namespace

RunCheckpointList::RunCheckpointList(QWidget *parent)
    : QWidget(parent),
      m_sorted(new QSortFilterProxyModel(this)),
      m_view(new QTreeView),
      m_nothing(new EmptyState),
      m_stack(new QStackedWidget)
{
    createView();
    createActions();
    m_stack->addWidget(m_nothing);
    m_stack->addWidget(m_view);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_stack, 1);
    layout->addWidget(new TrashBar(m_trash));
    layout->addWidget(createTools());
    connect(&m_trash, &Trash::moved, this, &RunCheckpointList::filesChanged);
    connect(&m_trash, &Trash::restored, this, &RunCheckpointList::filesChanged);
    updateActions();
}

void RunCheckpointList::createView()
{
    m_sorted->setSourceModel(&m_model);
    m_sorted->setSortRole(RunCheckpointsModel::SortRole);
    m_view->setModel(m_sorted);
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setAlternatingRowColors(true);
    m_view->setAllColumnsShowFocus(true);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(RunCheckpointsModel::Written, Qt::DescendingOrder);
    m_view->setObjectName(QStringLiteral("runCheckpoints"));
    m_view->setAccessibleName(tr("Checkpoints of the run"));
    m_view->installEventFilter(this);
    m_view->setItemDelegate(new BadgeDelegate(RunCheckpointsModel::BadgesRole, m_view));
    m_view->header()->setStretchLastSection(true);
    m_view->header()->setDefaultSectionSize(kNarrowest);
    m_view->header()->setSectionsMovable(false);
    connect(m_view, &QTreeView::customContextMenuRequested, this, &RunCheckpointList::showMenu);
    connect(m_view, &QTreeView::doubleClicked, this, &RunCheckpointList::openSelected);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunCheckpointList::updateActions);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_sorted, signal, this, [this] { m_needsFit = true; });
    connect(m_sorted, &QAbstractItemModel::dataChanged, this, [this] { m_needsFit = true; });
    m_times.setInterval(kTimesAge);
    connect(&m_times, &QTimer::timeout, &m_model, &RunCheckpointsModel::refreshTimes);
    m_times.start();
}

QAction *RunCheckpointList::addAction(const QString &name, const QString &toolTip, const QKeySequence &key,
                                      void (RunCheckpointList::*act)())
{
    auto *action = new QAction(name, this);
    action->setToolTip(toolTip);
    action->setShortcut(key);
    // The list's own keys: elsewhere in the window they mean other things.
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, act);
    m_view->addAction(action);
    return action;
}

void RunCheckpointList::createActions()
{
    m_open = addAction(tr("Open"), tr("What is in this checkpoint"), {}, &RunCheckpointList::openSelected);
    m_resume = addAction(tr("Resume from Here…"), tr("Trains on from this checkpoint; asks how first"), {},
                         &RunCheckpointList::resumeSelected);
    m_evaluate =
        addAction(tr("Evaluate"), tr("Measures loss and accuracy on data"), {}, &RunCheckpointList::evaluateSelected);
    m_compare = addAction(tr("Compare"), {}, {}, &RunCheckpointList::compareSelected);
    m_export = addAction(tr("Export…"), tr("Writes weights or everything to a new file, for a CPU or another program"),
                         {}, &RunCheckpointList::exportSelected);
    m_delete = addAction(tr("Delete"), tr("Moves it to the trash"), QKeySequence(Qt::Key_Delete),
                         &RunCheckpointList::deleteSelected);
    m_reveal =
        addAction(tr("Open Its Folder"), tr("Shows the files of the run"), {}, &RunCheckpointList::revealSelected);
    m_copyPath = addAction(tr("Copy Path"), {}, {}, &RunCheckpointList::copyPath);
}

QWidget *RunCheckpointList::createTools()
{
    auto *tools = new QWidget;
    auto *layout = new QVBoxLayout(tools);
    layout->setContentsMargins(8, 4, 8, 6);
    auto *flow = new FlowLayout(4);
    layout->addLayout(flow);
    for (QAction *action : {m_open, m_resume, m_evaluate, m_compare, m_delete}) {
        auto *button = new QToolButton;
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        flow->addWidget(button);
    }
    return tools;
}

void RunCheckpointList::setRun(const RunNow &now, const RunReadingsPtr &readings)
{
    m_isActive = now.story.isActive;
    m_model.setRun(now, readings);
    m_view->setColumnHidden(RunCheckpointsModel::Metric, !m_model.hasMetric());
    fitColumns();
    const bool isToCome = m_isActive || now.story.condition == RunCondition::Waiting;
    m_nothing->setText(tr("No checkpoints yet"),
                       isToCome ? tr("They appear here as they are written.") : tr("This run wrote none."));
    m_stack->setCurrentWidget(m_model.rowCount() == 0 ? static_cast<QWidget *>(m_nothing) : m_view);
    updateActions();
}

QStringList RunCheckpointList::selected() const
{
    QStringList paths;
    for (const QModelIndex &row : rows())
        paths << row.data(RunCheckpointsModel::PathRole).toString();
    return paths;
}

bool RunCheckpointList::eventFilter(QObject *watched, QEvent *event)
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

void RunCheckpointList::showMenu(const QPoint &at)
{
    if (rows().isEmpty())
        return;
    auto *menu = new QMenu(m_view);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    menu->addActions({m_open, m_resume, m_evaluate, m_compare, m_export});
    menu->addSeparator();
    menu->addActions({m_reveal, m_copyPath});
    menu->addSeparator();
    menu->addAction(m_delete);
    menu->setDefaultAction(m_open);
    menu->popup(m_view->viewport()->mapToGlobal(at));
}

void RunCheckpointList::updateActions()
{
    const qsizetype count = rows().size();
    m_open->setEnabled(count == 1);
    m_resume->setEnabled(count == 1 && !m_isActive);
    m_resume->setToolTip(m_isActive ? tr("The run is at work: stop it first.")
                                    : tr("Trains on from this checkpoint; asks how first"));
    m_evaluate->setEnabled(count > 0);
    m_export->setEnabled(count == 1);
    m_compare->setEnabled(count > 0);
    m_compare->setToolTip(count == 1   ? tr("What changed from this to another checkpoint; asks which")
                          : count == 2 ? tr("What changed from one to the other")
                                       : tr("What the layers did over these epochs"));
    const QString kept = whyKept();
    m_delete->setEnabled(count > 0 && kept.isEmpty());
    m_delete->setToolTip(kept.isEmpty() ? tr("Moves it to the trash") : kept);
    for (QAction *action : {m_reveal, m_copyPath})
        action->setEnabled(count > 0);
}

void RunCheckpointList::fitColumns()
{
    if (!std::exchange(m_needsFit, false))
        return;
    // They only grow: a list that is watched should stand still.
    for (int column = 0; column + 1 < RunCheckpointsModel::ColumnCount; ++column) {
        const int before = m_view->columnWidth(column);
        m_view->resizeColumnToContents(column);
        if (m_view->columnWidth(column) < before)
            m_view->setColumnWidth(column, before);
    }
}

QModelIndexList RunCheckpointList::rows() const { return m_view->selectionModel()->selectedRows(); }

QString RunCheckpointList::whyKept() const
{
    for (const QModelIndex &row : rows())
        if (const QString why = m_model.whyKept(m_sorted->mapToSource(row).row()); !why.isEmpty())
            return why;
    return {};
}

void RunCheckpointList::openSelected()
{
    if (const QStringList paths = selected(); paths.size() == 1)
        Q_EMIT openRequested(paths.front());
}

void RunCheckpointList::resumeSelected()
{
    if (const QStringList paths = selected(); paths.size() == 1)
        Q_EMIT resumeRequested(paths.front());
}

void RunCheckpointList::evaluateSelected() { Q_EMIT evaluateRequested(selected()); }

void RunCheckpointList::compareSelected() { Q_EMIT compareRequested(selected()); }

void RunCheckpointList::exportSelected() { Q_EMIT exportRequested(selected().value(0)); }

void RunCheckpointList::deleteSelected()
{
    if (whyKept().isEmpty())
        m_trash.move(selected());
}

void RunCheckpointList::revealSelected()
{
    if (const QStringList paths = selected(); !paths.isEmpty())
        QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(paths.front()).path()));
}

void RunCheckpointList::copyPath()
{
    QStringList native;
    for (const QString &path : selected())
        native << QDir::toNativeSeparators(path);
    QGuiApplication::clipboard()->setText(native.join(QLatin1Char('\n')));
}

}  // namespace waypoint
