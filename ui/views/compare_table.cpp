// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/compare_table.h"

#include "ui/models/text.h"
#include "ui/views/compare_bar_delegate.h"

#include <QtCore/QScopedValueRollback>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QResizeEvent>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <array>
#include <chrono>
#include <unordered_set>

namespace waypoint {

namespace {

constexpr std::size_t kMostCopiedRows = 10'000;
// What is scrolled past need not be compared first.
constexpr std::chrono::milliseconds kBetweenMoves(30);

/// Width of each column that is easy to read, in characters.
constexpr std::array<int, kCompareColumns> kEasyWidth{24, 11, 17, 20, 12, 13, 11, 11};
constexpr int kNarrowestName = 16;
constexpr int kWidestName = 44;
constexpr int kMostNames = 60;  // a screenful
/// What goes first where there is little room.
constexpr std::array kFirstToGo{CompareColumn::L2, CompareColumn::Cosine, CompareColumn::Changed, CompareColumn::MaxAbs,
                                CompareColumn::Shape};

}  // namespace

CompareTable::CompareTable(QWidget *parent) : QTreeView(parent), m_model(new CompareModel(this))
{
    setModel(m_model);
    setObjectName(QStringLiteral("compareTable"));
    setAccessibleName(tr("Tensors of both checkpoints"));
    setUniformRowHeights(true);
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setSelectionMode(ExtendedSelection);
    setHorizontalScrollMode(ScrollPerPixel);
    setTextElideMode(Qt::ElideMiddle);
    setEditTriggers(NoEditTriggers);
    setFrameShape(QFrame::NoFrame);
    setItemDelegate(new CompareBarDelegate(CompareModel::BarRole, this));
    header()->setSectionsClickable(true);
    header()->setSortIndicatorShown(true);
    header()->setSortIndicatorClearable(true);
    header()->setSortIndicator(static_cast<int>(CompareColumn::Relative), Qt::DescendingOrder);
    header()->setHighlightSections(false);
    header()->setStretchLastSection(false);
    // Widths are fitted to the rows in view; a thousand more would take longer than a person should wait.
    header()->setResizeContentsPrecision(0);
    createActions();
    m_moved.setSingleShot(true);
    m_moved.setInterval(kBetweenMoves);
    const auto moved = [this] {
        if (!m_moved.isActive())
            m_moved.start();
    };
    connect(&m_moved, &QTimer::timeout, this, &CompareTable::viewMoved);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, moved);
    connect(m_model, &QAbstractItemModel::modelReset, this, moved);
    connect(header(), &QHeaderView::sectionResized, this, [this] { m_columnsByHand = m_columnsByHand || !m_fitting; });
}

void CompareTable::setContent(const CompareNumbersPtr &numbers, const CompareOrderPtr &order)
{
    const bool isSame = numbers == m_model->numbers();
    const std::optional<std::size_t> before = currentTensor();
    const std::size_t current = isSame && before ? *before : CompareOrder::kHidden;
    const int scrolled = verticalScrollBar()->value();
    {
        const QScopedValueRollback restoring(m_restoring, true);
        m_model->setContent(numbers, order);
        executeDelayedItemsLayout();
        verticalScrollBar()->setValue(isSame ? scrolled : 0);
        if (const QModelIndex row = m_model->indexOf(current); row.isValid())
            selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        fitColumns();
    }
    if (!isSame || currentTensor().value_or(CompareOrder::kHidden) != current)
        Q_EMIT currentTensorChanged();
}

void CompareTable::refresh(const std::vector<std::size_t> &tensors)
{
    const std::unordered_set<std::size_t> arrived(tensors.begin(), tensors.end());
    std::vector<std::size_t> rows;
    for (const std::size_t tensor : tensorsInView())
        if (arrived.contains(tensor))
            rows.push_back(tensor);
    m_model->refresh(rows);
}

std::optional<std::size_t> CompareTable::currentTensor() const { return m_model->tensor(currentIndex()); }

bool CompareTable::selectTensor(std::size_t tensor)
{
    const QModelIndex row = m_model->indexOf(tensor);
    if (!row.isValid())
        return false;
    selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    scrollTo(row);
    return true;
}

std::vector<std::size_t> CompareTable::tensorsInView() const
{
    std::vector<std::size_t> tensors;
    const QModelIndex first = indexAt(QPoint(0, 0));
    const QModelIndex last = indexAt(QPoint(0, viewport()->height() - 1));
    if (!first.isValid())
        return tensors;
    const int end = last.isValid() ? last.row() : m_model->rowCount() - 1;
    for (int row = first.row(); row <= end; ++row)
        if (const auto tensor = m_model->tensor(m_model->index(row, 0)))
            tensors.push_back(*tensor);
    return tensors;
}

CompareQuery CompareTable::query() const
{
    CompareQuery query;
    const int column = header()->sortIndicatorSection();
    query.sorted = column >= 0 && column < kCompareColumns;
    query.sortBy = query.sorted ? static_cast<CompareColumn>(column) : CompareColumn::Name;
    query.descending = query.sorted && header()->sortIndicatorOrder() == Qt::DescendingOrder;
    return query;
}

void CompareTable::copyRows()
{
    QStringList lines;
    for (const std::size_t tensor : selectedTensors())
        lines << m_model->line(tensor);
    if (lines.size() > 1) {
        QStringList titles;
        for (int column = 0; column < kCompareColumns; ++column)
            titles << m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        lines.prepend(titles.join(QLatin1Char('\t')));
    }
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void CompareTable::copyNames()
{
    QStringList names;
    for (const std::size_t tensor : selectedTensors())
        names << text::fromUtf8(m_model->numbers()->content()->names[tensor]);
    if (!names.isEmpty())
        QGuiApplication::clipboard()->setText(names.join(QLatin1Char('\n')));
}

void CompareTable::contextMenuEvent(QContextMenuEvent *event)
{
    const std::optional<std::size_t> current = currentTensor();
    if (!current)
        return;
    const TensorDiff &tensor = m_model->numbers()->content()->diff.tensors[*current];
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Show in Inspect (&A)"), this, [this] { Q_EMIT inspectRequested(0); })
        ->setEnabled(tensor.a != kNoEntry);
    menu->addAction(tr("Show in Inspect (&B)"), this, [this] { Q_EMIT inspectRequested(1); })
        ->setEnabled(tensor.b != kNoEntry);
    menu->addSeparator();
    menu->addActions({m_copyRows, m_copyNames});
    menu->addSeparator();
    menu->addAction(tr("Export A…"), this, [this] { Q_EMIT exportRequested(0); });
    menu->addAction(tr("Export B…"), this, [this] { Q_EMIT exportRequested(1); });
    menu->popup(event->globalPos());
}

void CompareTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTreeView::currentChanged(current, previous);
    if (!m_restoring)
        Q_EMIT currentTensorChanged();
}

void CompareTable::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        inspectCurrent();
        return;
    case Qt::Key_Space:
        if (currentTensor())
            Q_EMIT detailsRequested();
        return;
    default:
        QTreeView::keyPressEvent(event);
    }
}

void CompareTable::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && indexAt(event->pos()).isValid())
        inspectCurrent();
}

/// In B, the later one, where it is there.
void CompareTable::inspectCurrent()
{
    const std::optional<std::size_t> current = currentTensor();
    if (current)
        Q_EMIT inspectRequested(m_model->numbers()->content()->diff.tensors[*current].b != kNoEntry ? 1 : 0);
}

void CompareTable::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        fitColumns();
    m_moved.start();
}

void CompareTable::createActions()
{
    const auto add = [this](const QString &text, const QKeySequence &shortcut, void (CompareTable::*copy)()) {
        auto *action = new QAction(text, this);
        action->setShortcut(shortcut);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, copy);
        addAction(action);
        return action;
    };
    m_copyRows = add(tr("Copy Rows"), QKeySequence::Copy, &CompareTable::copyRows);
    m_copyNames = add(tr("Copy Names"), tr("Ctrl+Shift+C"), &CompareTable::copyNames);
    header()->setContextMenuPolicy(Qt::ActionsContextMenu);
    for (int column = 1; column < kCompareColumns; ++column) {
        auto *action = new QAction(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), header());
        action->setCheckable(true);
        action->setChecked(true);
        connect(action, &QAction::toggled, this,
                [this, column](bool shown) { header()->setSectionHidden(column, !shown); });
        connect(action, &QAction::triggered, this, [this] { m_columnsByHand = true; });
        header()->addAction(action);
    }
}

void CompareTable::fitColumns()
{
    if (m_columnsByHand)
        return;
    const QScopedValueRollback fitting(m_fitting, true);
    const int x = fontMetrics().averageCharWidth();
    const int name = nameWidth();
    int taken = 0;
    for (int column = 0; column < kCompareColumns; ++column) {
        const int width = kEasyWidth[static_cast<std::size_t>(column)] * x;
        header()->resizeSection(column, width);
        taken += column > 0 ? width : 0;
        if (column > 0)
            header()->actions()[column - 1]->setChecked(true);
    }
    for (const CompareColumn column : kFirstToGo) {
        if (viewport()->width() - taken >= name)
            break;
        taken -= kEasyWidth[static_cast<std::size_t>(column)] * x;
        header()->actions()[static_cast<qsizetype>(column) - 1]->setChecked(false);
    }
    header()->resizeSection(0, std::max(kNarrowestName * x, viewport()->width() - taken));
}

/// What the names of the first screen need.
int CompareTable::nameWidth() const
{
    const int x = fontMetrics().averageCharWidth();
    int widest = kNarrowestName * x;
    for (int row = 0; row < std::min(kMostNames, m_model->rowCount()); ++row)
        widest = std::max(widest, fontMetrics().horizontalAdvance(m_model->index(row, 0).data().toString()) + 2 * x);
    return std::min(m_model->rowCount() > 0 ? widest : kEasyWidth[0] * x, kWidestName * x);
}

std::vector<std::size_t> CompareTable::selectedTensors() const
{
    std::vector<std::size_t> tensors;
    for (const QModelIndex &row : selectionModel()->selectedRows()) {
        if (const auto tensor = m_model->tensor(row))
            tensors.push_back(*tensor);
        if (tensors.size() >= kMostCopiedRows)
            break;
    }
    std::sort(tensors.begin(), tensors.end(),
              [this](std::size_t a, std::size_t b) { return m_model->order()->row[a] < m_model->order()->row[b]; });
    return tensors;
}

}  // namespace waypoint
