// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/entry_view.h"

#include "core/pickle/value_text.h"
#include "ui/models/entry_text.h"
#include "ui/models/resume_file.h"
#include "ui/models/text.h"

#include <QtCore/QScopedValueRollback>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QMouseEvent>
#include <QtGui/QResizeEvent>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QStyledItemDelegate>

#include <algorithm>
#include <chrono>
#include <limits>

namespace waypoint {

namespace {

// Opening a row costs the view about a microsecond; beyond this a person would notice.
constexpr std::size_t kMostOpenRows = 40'000;
constexpr std::size_t kMostCopiedRows = 10'000;
constexpr std::size_t kMostNames = 60;  // a screenful
// What is scrolled past need not be read first.
constexpr std::chrono::milliseconds kBetweenMoves(30);
constexpr int kAllLevels = std::numeric_limits<int>::max();

/// Keeps right-aligned numbers away from the column that follows, and the beginning of values readable.
class CellDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        constexpr char16_t kEnSpace = 0x2002;
        QStyledItemDelegate::initStyleOption(option, index);
        const auto column = static_cast<EntryColumn>(index.column());
        if (column == EntryColumn::Bytes || isStatistic(column))
            option->text += QChar(kEnSpace);
        else if (column == EntryColumn::Value)
            option->textElideMode = Qt::ElideRight;
    }
};

}  // namespace

EntryView::EntryView(QWidget *parent) : QTreeView(parent), m_model(new CheckpointModel(this))
{
    setModel(m_model);
    setObjectName(QStringLiteral("entries"));
    setAccessibleName(tr("Entries of the checkpoint"));
    setUniformRowHeights(true);
    setRootIsDecorated(false);  // the root is always open
    setExpandsOnDoubleClick(true);
    setAlternatingRowColors(false);
    setSelectionMode(ExtendedSelection);
    setSelectionBehavior(SelectRows);
    setHorizontalScrollMode(ScrollPerPixel);
    setTextElideMode(Qt::ElideMiddle);
    setEditTriggers(NoEditTriggers);
    setFrameShape(QFrame::NoFrame);
    header()->setSectionsClickable(true);
    header()->setSortIndicatorShown(true);
    header()->setSortIndicatorClearable(true);
    header()->setSortIndicator(-1, Qt::AscendingOrder);
    header()->setHighlightSections(false);
    setItemDelegate(new CellDelegate(this));
    // Widths are fitted to the rows in view; a thousand more would take longer than a person should wait.
    header()->setResizeContentsPrecision(0);
    createActions();
    watchMoves();
    connect(this, &QTreeView::expanded, this, &EntryView::rowExpanded);
    connect(this, &QTreeView::collapsed, this, &EntryView::rowCollapsed);
}

void EntryView::setContent(EntryContent content, bool filtered)
{
    const EntryId current = currentEntry();
    const bool sameFile = content.checkpoint == m_model->content().checkpoint;
    const int scrolled = verticalScrollBar()->value();
    if (!sameFile)
        m_open = {kRootEntry};
    m_filtered = filtered && content.order;
    if (m_filtered)
        m_openInFilter = {content.order->toExpand.begin(), content.order->toExpand.end()};
    {
        const QScopedValueRollback restoring(m_restoring, true);
        m_model->setContent(std::move(content));
        if (sameFile && current != kNoEntry)
            openAbove(current);
        openRows(openSet());
        executeDelayedItemsLayout();
        if (sameFile)
            verticalScrollBar()->setValue(scrolled);
        if (sameFile && current != kNoEntry)
            selectEntry(current);
    }
    if (currentEntry() != current)
        Q_EMIT currentEntryChanged(currentEntry());
}

EntryId EntryView::currentEntry() const { return m_model->entry(currentIndex()); }

bool EntryView::selectEntry(EntryId id)
{
    const QModelIndex index = id == kNoEntry ? QModelIndex() : m_model->indexOf(id);
    if (!index.isValid()) {
        selectionModel()->clear();
        return id == kNoEntry;
    }
    selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    scrollTo(index);
    return true;
}

void EntryView::refreshStats(const std::vector<EntryId> &entries)
{
    const std::unordered_set<EntryId> arrived(entries.begin(), entries.end());
    std::vector<EntryId> rows;
    // Rows with others below them may have got a dot.
    for (const EntryId id : entriesInView())
        if (arrived.contains(id) || m_model->content().checkpoint->entries[id].childCount > 0)
            rows.push_back(id);
    m_model->refresh(rows);
}

std::vector<EntryId> EntryView::entriesInView() const
{
    std::vector<EntryId> entries;
    const int bottom = viewport()->height();
    for (QModelIndex row = indexAt(QPoint(0, 0)); row.isValid(); row = indexBelow(row)) {
        if (visualRect(row).top() > bottom)
            break;
        entries.push_back(m_model->entry(row));
    }
    return entries;
}

int EntryView::columnHint(int column) const
{
    return std::max(sizeHintForColumn(column), header()->sectionSizeHint(column));
}

int EntryView::usualNameWidth() const
{
    std::vector<int> widths;
    const QModelIndex root = model()->index(0, 0);
    for (QModelIndex row = indexBelow(root); row.isValid() && widths.size() < kMostNames; row = indexBelow(row))
        widths.push_back(visualRect(row).left() + horizontalOffset() + sizeHintForIndex(row).width());
    if (widths.empty())
        return 0;
    const auto usual = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() * 7 / 8);
    std::nth_element(widths.begin(), usual, widths.end());
    return *usual;
}

std::vector<EntryId> EntryView::expandedEntries() const { return {m_open.begin(), m_open.end()}; }

void EntryView::setExpandedEntries(const std::vector<EntryId> &entries)
{
    m_open = {entries.begin(), entries.end()};
    m_open.insert(kRootEntry);
    if (!m_filtered)
        openRows(m_open);
}

void EntryView::expandToLevel(int levels)
{
    std::unordered_set<EntryId> rows;
    openBelow(kRootEntry, levels, rows);
    openSet() = rows;
    const EntryId current = currentEntry();
    openRows(rows);
    if (currentEntry() != current)
        Q_EMIT currentEntryChanged(currentEntry());
}

void EntryView::expandAllRows() { expandToLevel(kAllLevels); }

void EntryView::collapseAllRows() { expandToLevel(1); }

void EntryView::copyPath()
{
    copyEach([this](EntryId id) { return text::fromUtf8(m_model->content().checkpoint->entries.pathText(id)); });
}

void EntryView::copyPythonPath()
{
    copyEach([this](EntryId id) { return entry_text::pythonPath(m_model->content().checkpoint->entries, id); });
}

void EntryView::copyValue()
{
    static constexpr TextLimits kWhole{.characters = 1'000'000, .items = 10'000, .depth = 20};
    copyEach([this](EntryId id) {
        return text::fromUtf8(pythonText(m_model->content().checkpoint->entries.value(id), kWhole));
    });
}

void EntryView::copyShape()
{
    copyEach([this](EntryId id) { return entry_text::shape(m_model->content().checkpoint->entries.value(id)); });
}

void EntryView::copyPythonShape()
{
    copyEach([this](EntryId id) { return entry_text::pythonShape(m_model->content().checkpoint->entries.value(id)); });
}

void EntryView::keyPressEvent(QKeyEvent *event)
{
    const QModelIndex row = currentIndex().siblingAtColumn(0);
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        setExpanded(row, !isExpanded(row));
        return;
    case Qt::Key_Asterisk:
        if (row.isValid()) {
            openBelow(m_model->entry(row), kAllLevels, openSet());
            openRows(openSet());
        }
        return;
    case Qt::Key_Escape:
        // Back to the overview of the file.
        selectEntry(kNoEntry);
        return;
    default:
        QTreeView::keyPressEvent(event);
    }
}

void EntryView::contextMenuEvent(QContextMenuEvent *event)
{
    if (!currentIndex().isValid())
        return;
    const bool hasShape = !entry_text::shape(m_model->content().checkpoint->entries.value(currentEntry())).isEmpty();
    m_copyShape->setEnabled(hasShape);
    m_copyPythonShape->setEnabled(hasShape);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addWholeActions(*menu);
    menu->addSeparator();
    menu->addActions(m_copyActions);
    menu->addSeparator();
    for (const int level : {1, 2, 3})
        menu->addAction(tr("Expand to Level %1").arg(level), this, [this, level] { expandToLevel(level); });
    menu->addAction(tr("Expand All"), this, &EntryView::expandAllRows);
    menu->addAction(tr("Collapse All"), this, &EntryView::collapseAllRows);
    menu->popup(event->globalPos());
}

void EntryView::addWholeActions(QMenu &menu)
{
    if (const EntryId id = currentEntry(); isResumable(id))
        menu.addAction(tr("Resume Training from Here…"), this, [this, id] { Q_EMIT resumeRequested(id); });
    const std::vector<EntryId> entries = selectedEntries();
    menu.addAction(tr("Export…"), this, [this, entries] { Q_EMIT exportRequested(entries); });
    const EntryTree &tree = m_model->content().checkpoint->entries;
    const bool areSections =
        entries.size() == 2 && std::ranges::all_of(entries, [&tree](EntryId id) { return tree[id].childCount > 0; });
    if (areSections)
        menu.addAction(tr("Compare These Two"), this,
                       [this, entries] { Q_EMIT compareRequested(entries.front(), entries.back()); });
}

bool EntryView::isResumable(EntryId id) const
{
    const Checkpoint &checkpoint = *m_model->content().checkpoint;
    if (!holdsModel(checkpoint))
        return false;
    return id == kRootEntry || std::ranges::any_of(checkpoint.sections, [id](const Section &section) {
               const bool trains =
                   section.role == Role::Model || section.role == Role::Module || section.role == Role::Optimizer;
               return section.entry == id && trains;
           });
}

void EntryView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTreeView::currentChanged(current, previous);
    if (!m_restoring)
        Q_EMIT currentEntryChanged(m_model->entry(current));
}

void EntryView::mousePressEvent(QMouseEvent *event)
{
    // The empty space below the rows stands for the file as a whole.
    if (event->button() == Qt::LeftButton && !indexAt(event->position().toPoint()).isValid())
        selectEntry(kNoEntry);
    QTreeView::mousePressEvent(event);
}

void EntryView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        Q_EMIT widthChanged();
    m_moved.start();
}

void EntryView::watchMoves()
{
    m_moved.setSingleShot(true);
    m_moved.setInterval(kBetweenMoves);
    const auto moved = [this] {
        if (!m_moved.isActive())
            m_moved.start();
    };
    connect(&m_moved, &QTimer::timeout, this, &EntryView::viewMoved);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, moved);
    connect(this, &QTreeView::expanded, this, moved);
    connect(this, &QTreeView::collapsed, this, moved);
    connect(m_model, &QAbstractItemModel::modelReset, this, moved);
}

void EntryView::createActions()
{
    addCopyAction(tr("Copy Key Path"), QKeySequence::Copy, &EntryView::copyPath);
    addCopyAction(tr("Copy as Python Expression"), tr("Ctrl+Shift+C"), &EntryView::copyPythonPath);
    addCopyAction(tr("Copy Value"), tr("Ctrl+Alt+C"), &EntryView::copyValue);
    m_copyShape = addCopyAction(tr("Copy Shape"), {}, &EntryView::copyShape);
    m_copyPythonShape = addCopyAction(tr("Copy Shape as Python Tuple"), {}, &EntryView::copyPythonShape);
}

QAction *EntryView::addCopyAction(const QString &text, const QKeySequence &shortcut, void (EntryView::*copy)())
{
    auto *action = new QAction(text, this);
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, copy);
    addAction(action);
    m_copyActions << action;
    return action;
}

void EntryView::rowExpanded(const QModelIndex &index)
{
    if (!m_restoring)
        openSet().insert(m_model->entry(index));
}

void EntryView::rowCollapsed(const QModelIndex &index)
{
    if (m_restoring)
        return;
    if (m_model->entry(index) == kRootEntry)
        expand(index);
    else
        openSet().erase(m_model->entry(index));
}

void EntryView::openRows(const std::unordered_set<EntryId> &rows)
{
    const QScopedValueRollback restoring(m_restoring, true);
    const EntryId current = currentEntry();
    const int scrolled = verticalScrollBar()->value();
    // After a reset the view has a layout ahead of it and only notes what shall be open;
    // opening rows one by one would lay out thousands of rows each time.
    reset();
    std::size_t opened = 0;
    for (const EntryId id : rows) {
        const QModelIndex index = m_model->indexOf(id);
        if (index.isValid() && ++opened <= kMostOpenRows)
            expand(index);
    }
    if (current == kNoEntry || !m_model->indexOf(current).isValid())
        return;
    executeDelayedItemsLayout();
    verticalScrollBar()->setValue(scrolled);
    selectEntry(nearestVisible(current, rows));
}

EntryId EntryView::nearestVisible(EntryId id, const std::unordered_set<EntryId> &open) const
{
    const EntryTree &entries = m_model->content().checkpoint->entries;
    EntryId visible = id;
    for (EntryId up = entries[id].parent; up != kNoEntry; up = entries[up].parent)
        if (!open.contains(up))
            visible = up;
    return visible;
}

void EntryView::openAbove(EntryId id)
{
    const EntryTree &entries = m_model->content().checkpoint->entries;
    for (EntryId up = entries[id].parent; up != kNoEntry; up = entries[up].parent)
        openSet().insert(up);
}

void EntryView::openBelow(EntryId top, int levels, std::unordered_set<EntryId> &rows) const
{
    if (m_model->content().isEmpty())
        return;
    const EntryOrder &order = *m_model->content().order;
    std::vector<EntryId> level{top};
    for (int depth = 0; depth < levels && !level.empty(); ++depth) {
        std::vector<EntryId> next;
        for (const EntryId id : level) {
            if (order.count[id] == 0 || rows.size() >= kMostOpenRows)
                continue;
            rows.insert(id);
            const auto begin = order.shown.begin() + order.first[id];
            next.insert(next.end(), begin, begin + order.count[id]);
        }
        level = std::move(next);
    }
}

std::vector<EntryId> EntryView::selectedEntries() const
{
    std::vector<EntryId> entries;
    for (const QModelIndex &row : selectionModel()->selectedRows()) {
        entries.push_back(m_model->entry(row));
        if (entries.size() >= kMostCopiedRows)
            break;
    }
    return entries;
}

template<typename Text>
void EntryView::copyEach(Text textOf)
{
    QStringList lines;
    for (const EntryId id : selectedEntries())
        lines << textOf(id);
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

}  // namespace waypoint
