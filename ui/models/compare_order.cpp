// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_order.h"

#include "ui/models/entry_filter.h"
#include "ui/models/entry_order.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <sstream>

namespace waypoint {

namespace {

/// Every word of a filter has to match: part of the name, or a glob over the name or its last part.
class Words
{
public:
    explicit Words(const std::string &text)
    {
        std::istringstream words(text);
        for (std::string word; words >> word;)
            m_patterns.emplace_back(word);
    }

    [[nodiscard]] bool match(const std::string &name, const std::string &other = {}) const
    {
        return std::all_of(m_patterns.begin(), m_patterns.end(), [&](const NamePattern &pattern) {
            return matchesName(pattern, name) || (!other.empty() && matchesName(pattern, other));
        });
    }

private:
    static bool matchesName(const NamePattern &pattern, const std::string &name)
    {
        const std::size_t slash = name.rfind('/');
        return pattern.matches(name)
               || (slash != std::string::npos && pattern.matches(std::string_view(name).substr(slash + 1)));
    }

    std::vector<NamePattern> m_patterns;
};

bool passes(const CompareNumbers &numbers, std::size_t index, const CompareFilter &filter)
{
    if (!filter.parts.empty()
        && std::find(filter.parts.begin(), filter.parts.end(), numbers.content()->partOf[index]) == filter.parts.end())
        return false;
    const std::optional<DiffStatus> status = numbers.status(index);
    if (!filter.statuses.empty())
        return status && std::find(filter.statuses.begin(), filter.statuses.end(), *status) != filter.statuses.end();
    return !filter.onlyDifferences || status != DiffStatus::Same;
}

/// Where a status stands among the others: what a person looks for first comes first.
double rankOf(DiffStatus status)
{
    switch (status) {
    case DiffStatus::Changed:
        return 0;
    case DiffStatus::Retyped:
        return 1;
    case DiffStatus::Reshaped:
        return 2;
    case DiffStatus::Added:
        return 3;
    case DiffStatus::Removed:
        return 4;
    case DiffStatus::Same:
        return 5;
    }
    return 6;
}

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double elementsOf(const DiffSide &side, EntryId id)
{
    if (id == kNoEntry)
        return kMissing;
    const Value value = side.checkpoint->entries.value(id);
    if (value.is(ValueKind::Tensor))
        return static_cast<double>(value.tensor().ref.elementCount().value_or(0));
    return kMissing;
}

/// NaN where there is none.
double keyOf(const CompareNumbers &numbers, std::size_t index, CompareColumn column)
{
    const CheckpointDiff &diff = numbers.content()->diff;
    if (column == CompareColumn::Status) {
        const std::optional<DiffStatus> status = numbers.status(index);
        return status ? rankOf(*status) : kMissing;
    }
    if (column == CompareColumn::Shape) {
        const double a = elementsOf(diff.a, diff.tensors[index].a);
        return std::isnan(a) ? elementsOf(diff.b, diff.tensors[index].b) : a;
    }
    return comparedNumber(numbers.known(index), column).value_or(kMissing);
}

/// Counters and momenta move much further than weights do, and would hide them.
bool isChange(CompareColumn column) { return column >= CompareColumn::Relative; }

void sortByNumber(std::vector<std::uint32_t> &rows, const CompareNumbers &numbers, const CompareQuery &query)
{
    std::vector<double> keys(numbers.size(), kMissing);
    for (const std::uint32_t row : rows)
        keys[row] = keyOf(numbers, row, query.sortBy);
    const CompareContent &content = *numbers.content();
    const auto isOfModel = [&](std::uint32_t row) { return content.parts[content.partOf[row]].isModel; };
    std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (isChange(query.sortBy) && isOfModel(a) != isOfModel(b))
            return isOfModel(a);
        const bool hasA = !std::isnan(keys[a]);
        const bool hasB = !std::isnan(keys[b]);
        if (!hasA || !hasB)
            return hasA && !hasB;
        return query.descending ? keys[a] > keys[b] : keys[a] < keys[b];
    });
}

void sortByName(std::vector<std::uint32_t> &rows, const CompareContent &content, bool descending)
{
    std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
        return descending ? naturallyLess(content.names[b], content.names[a])
                          : naturallyLess(content.names[a], content.names[b]);
    });
}

}  // namespace

std::optional<double> comparedNumber(const TensorDifference *numbers, CompareColumn column)
{
    if (!numbers)
        return std::nullopt;
    switch (column) {
    case CompareColumn::Relative:
        return numbers->relative();
    case CompareColumn::L2:
        return numbers->l2;
    case CompareColumn::MaxAbs:
        return numbers->maxAbs;
    case CompareColumn::Cosine:
        return numbers->cosine();
    case CompareColumn::Changed:
        return numbers->changedShare();
    default:
        return std::nullopt;
    }
}

CompareOrderPtr arrangeCompared(const CompareNumbers &numbers, const CompareQuery &query, const std::stop_token &stop)
{
    const CompareContent &content = *numbers.content();
    const Words words(query.filter.text);
    auto order = std::make_shared<CompareOrder>();
    for (std::size_t i = 0; i < numbers.size() && !stop.stop_requested(); ++i)
        if (passes(numbers, i, query.filter) && words.match(content.names[i], content.namesOfB[i]))
            order->shown.push_back(static_cast<std::uint32_t>(i));
    if (query.sorted && query.sortBy == CompareColumn::Name)
        sortByName(order->shown, content, query.descending);
    else if (query.sorted)
        sortByNumber(order->shown, numbers, query);
    order->row.assign(numbers.size(), CompareOrder::kHidden);
    for (std::size_t row = 0; row < order->shown.size(); ++row)
        order->row[order->shown[row]] = static_cast<std::uint32_t>(row);
    const std::vector<ValueDiff> &values = content.diff.values;
    for (std::size_t i = 0; i < values.size() && !stop.stop_requested(); ++i)
        if ((values[i].differs || !query.filter.onlyDifferences) && words.match(values[i].path))
            order->values.push_back(static_cast<std::uint32_t>(i));
    return stop.stop_requested() ? nullptr : order;
}

}  // namespace waypoint
