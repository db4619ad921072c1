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

/// Narrowest width of each column, in characters.
constexpr std::array<int, kEntryColumns> kNarrowest{34, 9, 10, 8, 7, 9, 11};
constexpr int kWidest = 18;
constexpr std::array kFittingOrder{EntryColumn::Bytes, EntryColumn::Shape, EntryColumn::DType, EntryColumn::Device,
                                   EntryColumn::Type};

}  // namespace

EntryBrowser::EntryBrowser(QWidget *parent)
    : QWidget(parent), m_filter(new FilterBar), m_tree(new EntryView), m_arranging(this)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_filter);
    layout->addWidget(m_tree, 1);
    m_tree->header()->setStretchLastSection(true);
    fitColumns();
    makeColumnsHideable(m_tree->header(), &m_tree->entryModel());
    connect(m_filter, &FilterBar::filterChanged, this, &EntryBrowser::startArranging);
    connect(m_filter, &FilterBar::leftDownwards, m_tree, qOverload<>(&QWidget::setFocus));
    connect(m_tree->header(), &QHeaderView::sortIndicatorChanged, this, &EntryBrowser::startArranging);
    connect(m_tree->header(), &QHeaderView::sectionResized, this, &EntryBrowser::columnResized);
    // Not at once: a scroll bar comes and goes while the tree is being laid out.
    connect(m_tree, &EntryView::widthChanged, this, &EntryBrowser::fitColumns, Qt::QueuedConnection);
    connect(m_tree, &EntryView::currentEntryChanged, this, &EntryBrowser::currentEntryChanged);
}

void EntryBrowser::setContent(EntryContent content, const BrowserPlace &place)
{
    m_arranging.cancel();
    m_filter->setRoles(content.facts ? content.facts->roles : std::vector<Role>());
    m_tree->setContent(std::move(content), query().filter.isActive());
    if (!place.expanded.empty())
        m_tree->setExpandedEntries(place.expanded);
    m_tree->selectEntry(place.selected == kNoEntry ? kRootEntry : place.selected);
    showCount();
    // Once the layout has given the tree its width.
    QMetaObject::invokeMethod(this, &EntryBrowser::fitColumns, Qt::QueuedConnection);
}

QByteArray EntryBrowser::saveColumns() const { return m_columnsByHand ? m_tree->header()->saveState() : QByteArray(); }

void EntryBrowser::restoreColumns(const QByteArray &columns)
{
    const QScopedValueRollback fitting(m_fitting, true);
    QHeaderView *header = m_tree->header();
    m_columnsByHand = !columns.isEmpty() && header->restoreState(columns);
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
    const int x = m_tree->fontMetrics().averageCharWidth();
    std::array<int, kEntryColumns> widths{};
    std::transform(kNarrowest.begin(), kNarrowest.end(), widths.begin(),
                   [x](int characters) { return characters * x; });
    int spare = m_tree->viewport()->width() - std::accumulate(widths.begin(), widths.end(), 0);
    // What is short and always wanted whole gets its width first, names take most of the rest, values what is left.
    for (const EntryColumn column : kFittingOrder) {
        int &width = widths[static_cast<std::size_t>(column)];
        const int wanted = std::min(m_tree->columnHint(static_cast<int>(column)), kWidest * x) - width;
        const int more = std::clamp(wanted, 0, std::max(0, spare));
        width += more;
        spare -= more;
    }
    const int forNames = std::max(m_tree->columnHint(0) + 2 * x - widths[0], spare * 7 / 10);
    widths[0] += std::clamp(forNames, 0, std::max(0, spare));
    for (int column = kEntryColumns - 1; column >= 0; --column)
        m_tree->header()->resizeSection(column, widths[static_cast<std::size_t>(column)]);
}

void EntryBrowser::columnResized(int column)
{
    // The last one follows the width of the window.
    if (m_fitting || column + 1 == kEntryColumns)
        return;
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
    m_arranging.start([checkpoint = content.checkpoint, facts = content.facts, query = query()](
                          std::stop_token stop, Progress &) { return arrange(*checkpoint, *facts, query, stop); },
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
}

void EntryBrowser::showCount()
{
    const EntryContent &content = m_tree->entryModel().content();
    if (content.isEmpty() || !query().filter.isActive())
        m_filter->setCount({});
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
