// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/entry_browser.h"

#include "ui/models/text.h"
#include "ui/views/entry_view.h"
#include "ui/views/filter_bar.h"

#include <QtCore/QScopedValueRollback>
#include <QtGui/QAction>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>
#include <chrono>
#include <numeric>

namespace waypoint {

namespace {

constexpr std::size_t kMostRememberedRows = 2'000;
// Less than a window full, so that all parts of the file are in view.
constexpr std::size_t kRowsAtFirst = 26;

void makeColumnsHideable(QHeaderView *header, const QAbstractItemModel *model)
{
    header->setContextMenuPolicy(Qt::ActionsContextMenu);
    for (int column = 1; column < kEntryColumns; ++column) {
        auto *action = new QAction(model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), header);
        action->setCheckable(true);
        action->setChecked(true);
        QObject::connect(action, &QAction::toggled, header,
                         [header, column](bool shown) { header->setSectionHidden(column, !shown); });
        header->addAction(action);
    }
}

/// Width of each column that is easy to read, in characters.
constexpr std::array<int, kEntryColumns> kEasyWidth{34, 9, 10, 8, 7, 9, 15, 15, 15, 15, 9, 9, 22};
constexpr int kWidest = 18;
/// How narrow a column may become; and, rather than that the tree scrolls sideways, how narrow it does.
constexpr std::array<std::pair<EntryColumn, int>, 2> kComfortable{{{EntryColumn::Name, 26}, {EntryColumn::Value, 17}}};
constexpr std::array<std::pair<EntryColumn, int>, 2> kTight{{{EntryColumn::Value, 14}, {EntryColumn::Name, 16}}};
constexpr std::array kKeptWhole{EntryColumn::Bytes, EntryColumn::Shape, EntryColumn::DType, EntryColumn::Device,
                                EntryColumn::Type};
// The range of a tensor stands in the column of values; more on it is for who asks, or has the room.
constexpr std::array kShownOnRequest{EntryColumn::Min, EntryColumn::Max, EntryColumn::Zeros, EntryColumn::NotFinite};
constexpr std::array kLastToGo{EntryColumn::DType, EntryColumn::Bytes};
constexpr std::array kShownWithRoom{EntryColumn::Device, EntryColumn::Std, EntryColumn::Mean, EntryColumn::Type};

// States of the header that were saved with other columns mean nothing.
constexpr char kColumnsVersion = '2';

// A moment to look at the rows that came before others push them down.
constexpr std::chrono::milliseconds kBetweenArrangements(500);

}  // namespace

EntryBrowser::EntryBrowser(QWidget *parent)
    : QWidget(parent), m_filter(new FilterBar), m_tree(new EntryView), m_arranging(this)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_filter);
    layout->addWidget(m_tree, 1);
    createHeader();
    m_rearrange.setSingleShot(true);
    m_rearrange.setInterval(kBetweenArrangements);
    connect(&m_rearrange, &QTimer::timeout, this, &EntryBrowser::startArranging);
    connect(m_filter, &FilterBar::filterChanged, this, &EntryBrowser::startArranging);
    connect(m_filter, &FilterBar::leftDownwards, m_tree, qOverload<>(&QWidget::setFocus));
    // Not at once: a scroll bar comes and goes while the tree is being laid out.
    connect(m_tree, &EntryView::widthChanged, this, &EntryBrowser::fitColumns, Qt::QueuedConnection);
    connect(m_tree, &EntryView::currentEntryChanged, this, &EntryBrowser::currentEntryChanged);
}

void EntryBrowser::createHeader()
{
    QHeaderView *header = m_tree->header();
    header->setStretchLastSection(true);
    makeColumnsHideable(header, &m_tree->entryModel());
    for (const QAction *action : header->actions())
        connect(action, &QAction::triggered, this, &EntryBrowser::keepColumns);
    for (const EntryColumn column : kShownOnRequest) {
        showColumn(column, false);
    }
    fitColumns();
    connect(header, &QHeaderView::sortIndicatorChanged, this, &EntryBrowser::startArranging);
    connect(header, &QHeaderView::sectionResized, this, &EntryBrowser::columnResized);
}

void EntryBrowser::setContent(EntryContent content, const BrowserPlace &place)
{
    m_arranging.cancel();
    m_rearrange.stop();
    m_problems = 0;
    m_allProblemsKnown = false;
    m_filter->setProblems(0);
    m_filter->setRoles(content.facts ? content.facts->roles : std::vector<Role>());
    m_tree->setContent(std::move(content), query().filter.isActive());
    if (!place.expanded.empty())
        m_tree->setExpandedEntries(place.expanded);
    m_tree->selectEntry(place.selected == kNoEntry ? kRootEntry : place.selected);
    showCount();
    // Once the layout has given the tree its width.
    QMetaObject::invokeMethod(this, &EntryBrowser::fitColumns, Qt::QueuedConnection);
}

void EntryBrowser::setStats(EntryStatsPtr stats) { m_tree->setStats(std::move(stats)); }

void EntryBrowser::refreshStats(const std::vector<EntryId> &entries) { m_tree->refreshStats(entries); }

void EntryBrowser::setProblems(std::size_t count, bool isFinal)
{
    const bool hasMore = count != m_problems;
    const bool isOver = isFinal && !m_allProblemsKnown;
    m_problems = count;
    m_allProblemsKnown = isFinal;
    m_filter->setProblems(count);
    const EntryQuery asked = query();
    if (isOver && (asked.filter.problems || (asked.sorted && isStatistic(asked.sortBy))))
        startArranging();
    else if (hasMore && asked.filter.problems && !m_rearrange.isActive())
        m_rearrange.start();
}

QByteArray EntryBrowser::saveColumns() const
{
    return m_columnsByHand ? kColumnsVersion + m_tree->header()->saveState() : QByteArray();
}

void EntryBrowser::restoreColumns(const QByteArray &columns)
{
    const QScopedValueRollback fitting(m_fitting, true);
    QHeaderView *header = m_tree->header();
    m_columnsByHand = columns.startsWith(kColumnsVersion) && header->restoreState(columns.mid(1));
    // A new file starts in its own order.
    header->setSortIndicator(-1, Qt::AscendingOrder);
    const QList<QAction *> toggles = header->actions();
    for (int i = 0; i < toggles.size(); ++i)
        toggles[i]->setChecked(!header->isSectionHidden(i + 1));
}

void EntryBrowser::fitColumns()
{
    if (m_columnsByHand)
        return;
    const QScopedValueRollback fitting(m_fitting, true);
    for (const EntryColumn column : kShownWithRoom)
        showColumn(column, true);
    for (const EntryColumn column : kLastToGo)
        showColumn(column, true);
    // Those that are not for everybody go first.
    auto hidden = kShownWithRoom.begin();
    Widths widths = wantedWidths();
    while (spareOf(widths) < 0 && hidden != kShownWithRoom.end()) {
        showColumn(*hidden++, false);
        widths = wantedWidths();
    }
    // Names that cannot be told apart are worth less than what stands beside them.
    const int names = std::min(m_tree->usualNameWidth(), widths[0]);
    shrink(widths, kComfortable);
    for (const EntryColumn column : kLastToGo)
        if (names > widths[0] + spareOf(widths))
            showColumn(column, false);
    shrink(widths, kTight);
    const int spare = std::max(0, spareOf(widths));
    const int forNames = m_tree->columnHint(0) + 2 * m_tree->fontMetrics().averageCharWidth() - widths[0];
    widths[0] += std::clamp(std::max(forNames, spare * 7 / 10), 0, spare);
    for (int column = kEntryColumns - 1; column >= 0; --column)
        m_tree->header()->resizeSection(column, widths[static_cast<std::size_t>(column)]);
    m_fitted = widths;
}

EntryBrowser::Widths EntryBrowser::wantedWidths() const
{
    const int x = m_tree->fontMetrics().averageCharWidth();
    Widths widths{};
    std::transform(kEasyWidth.begin(), kEasyWidth.end(), widths.begin(),
                   [x](int characters) { return characters * x; });
    // What is short and always wanted whole.
    for (const EntryColumn column : kKeptWhole)
        if (int &width = widths[static_cast<std::size_t>(column)]; !m_tree->isColumnHidden(static_cast<int>(column)))
            width = std::max(width, std::min(m_tree->columnHint(static_cast<int>(column)), kWidest * x));
    return widths;
}

int EntryBrowser::spareOf(const Widths &widths) const
{
    int spare = m_tree->viewport()->width();
    for (int column = 0; column < kEntryColumns; ++column)
        spare -= m_tree->isColumnHidden(column) ? 0 : widths[static_cast<std::size_t>(column)];
    return spare;
}

void EntryBrowser::shrink(Widths &widths, std::span<const std::pair<EntryColumn, int>> least) const
{
    const int x = m_tree->fontMetrics().averageCharWidth();
    for (const auto &[column, characters] : least) {
        int &width = widths[static_cast<std::size_t>(column)];
        width -= std::clamp(-spareOf(widths), 0, std::max(0, width - characters * x));
    }
}

void EntryBrowser::showColumn(EntryColumn column, bool shown)
{
    // The first column has no action: names cannot be hidden.
    m_tree->header()->actions()[static_cast<qsizetype>(column) - 1]->setChecked(shown);
}

void EntryBrowser::columnResized(int column)
{
    // The last one follows the width of the window. Of what fitColumns() did the header tells again after a reset.
    if (m_fitting || column + 1 == kEntryColumns || m_tree->isColumnHidden(column)
        || m_tree->columnWidth(column) == m_fitted[static_cast<std::size_t>(column)])
        return;
    keepColumns();
}

void EntryBrowser::keepColumns()
{
    m_columnsByHand = true;
    Q_EMIT columnsChanged();
}

BrowserState EntryBrowser::state() const
{
    BrowserState state{.query = query(), .selected = {}, .hasSelection = false, .expanded = {}};
    const EntryContent &content = m_tree->entryModel().content();
    if (content.isEmpty())
        return state;
    const EntryTree &entries = content.checkpoint->entries;
    if (const EntryId current = m_tree->currentEntry(); current != kNoEntry) {
        state.selected = entries.pathText(current);
        state.hasSelection = true;
    }
    for (const EntryId id : m_tree->expandedEntries()) {
        state.expanded.push_back(entries.pathText(id));
        if (state.expanded.size() >= kMostRememberedRows)
            break;
    }
    return state;
}

EntryQuery EntryBrowser::query() const
{
    EntryQuery query;
    query.filter = m_filter->filter();
    const int column = m_tree->header()->sortIndicatorSection();
    query.sorted = column >= 0 && column < kEntryColumns;
    query.sortBy = query.sorted ? static_cast<EntryColumn>(column) : EntryColumn::Name;
    query.descending = query.sorted && m_tree->header()->sortIndicatorOrder() == Qt::DescendingOrder;
    return query;
}

void EntryBrowser::goTo(EntryId id)
{
    const EntryContent &content = m_tree->entryModel().content();
    if (content.isEmpty() || id >= content.checkpoint->entries.size())
        return;
    if (m_tree->selectEntry(id))
        return;
    m_goal = id;
    m_filter->clear();
}

void EntryBrowser::startArranging()
{
    const EntryContent &content = m_tree->entryModel().content();
    if (content.isEmpty())
        return;
    m_rearrange.stop();
    m_arranging.start([checkpoint = content.checkpoint, facts = content.facts, stats = content.stats,
                       query = query()](std::stop_token stop,
                                        Progress &) { return arrange(*checkpoint, *facts, query, stop, stats.get()); },
                      [this](EntryOrderPtr order) { takeOrder(std::move(order)); });
}

void EntryBrowser::takeOrder(EntryOrderPtr order)
{
    if (!order)
        return;
    EntryContent content = m_tree->entryModel().content();
    content.order = std::move(order);
    m_tree->setContent(std::move(content), query().filter.isActive());
    if (m_goal != kNoEntry)
        m_tree->selectEntry(std::exchange(m_goal, kNoEntry));
    showCount();
    // A filter opens rows whose names begin further in.
    QMetaObject::invokeMethod(this, &EntryBrowser::fitColumns, Qt::QueuedConnection);
}

void EntryBrowser::showCount()
{
    const EntryContent &content = m_tree->entryModel().content();
    if (content.isEmpty() || !query().filter.isActive())
        m_filter->setCount({});
    else if (content.order->matches == 0 && query().filter.problems)
        m_filter->setCount(m_allProblemsKnown ? tr("no problem found") : tr("no problem so far"));
    else if (content.order->matches == 0)
        m_filter->setCount(tr("no match"));
    else
        m_filter->setCount(content.order->matches == 1 ? tr("1 match")
                                                       : tr("%1 matches").arg(text::count(content.order->matches)));
}

BrowserPlace firstPlace(const EntryTree &entries)
{
    BrowserPlace place{.selected = kRootEntry, .expanded = {kRootEntry}};
    if (entries.size() == 0)
        return place;
    const EntryTree::Entry &root = entries[kRootEntry];
    std::size_t rows = root.childCount;
    for (EntryId id = root.firstChild; id < root.firstChild + root.childCount; ++id) {
        if (entries[id].childCount == 0 || rows + entries[id].childCount > kRowsAtFirst)
            continue;
        rows += entries[id].childCount;
        place.expanded.push_back(id);
    }
    return place;
}

BrowserPlace placeOf(const BrowserState &state, const EntryTree &entries)
{
    BrowserPlace place;
    if (entries.size() == 0)
        return place;
    if (state.hasSelection)
        place.selected = entries.find(state.selected);
    for (const std::string &path : state.expanded)
        if (const EntryId id = entries.find(path); id != kNoEntry)
            place.expanded.push_back(id);
    return place;
}

}  // namespace waypoint
