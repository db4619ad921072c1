// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/entry_browser.h"

#include "ui/models/text.h"
#include "ui/views/entry_view.h"
#include "ui/views/filter_bar.h"

#include <QtGui/QAction>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

constexpr std::size_t kMostRememberedRows = 2'000;
// About a window full.
constexpr std::size_t kRowsAtFirst = 36;

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

void setInitialWidths(EntryView &tree)
{
    const int x = tree.fontMetrics().averageCharWidth();
    const int widths[kEntryColumns] = {32 * x, 15 * x, 13 * x, 10 * x, 9 * x, 11 * x, 12 * x};
    for (int column = 0; column < kEntryColumns; ++column)
        tree.header()->resizeSection(column, widths[column]);
    tree.header()->setStretchLastSection(true);
}

}  // namespace

EntryBrowser::EntryBrowser(QWidget *parent)
    : QWidget(parent), m_filter(new FilterBar), m_tree(new EntryView), m_arranging(this)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_filter);
    layout->addWidget(m_tree, 1);
    setInitialWidths(*m_tree);
    makeColumnsHideable(m_tree->header(), &m_tree->entryModel());
    connect(m_filter, &FilterBar::filterChanged, this, &EntryBrowser::startArranging);
    connect(m_filter, &FilterBar::leftDownwards, m_tree, qOverload<>(&QWidget::setFocus));
    connect(m_tree->header(), &QHeaderView::sortIndicatorChanged, this, &EntryBrowser::startArranging);
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
        rows += entries[id].childCount;
        if (rows > kRowsAtFirst)
            break;
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
