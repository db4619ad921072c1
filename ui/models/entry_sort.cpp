// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/entry_sort.h"

#include "core/pickle/value_text.h"
#include "ui/models/entry_text.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace waypoint {

namespace {

struct Keyed
{
    SortKey key;
    EntryId id;
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Digits from the front of `text`, without leading zeros.
std::string_view takeNumber(std::string_view &text)
{
    std::size_t end = 0;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    std::string_view digits = text.substr(0, end);
    text.remove_prefix(end);
    while (digits.size() > 1 && digits.front() == '0')
        digits.remove_prefix(1);
    return digits;
}

bool less(const SortKey &a, const SortKey &b)
{
    if (a.kind != b.kind)
        return a.kind < b.kind;
    if (a.kind == SortKey::Kind::Number && a.number != b.number)
        return a.number < b.number;
    return naturallyLess(a.text, b.text);
}

bool comesBefore(const SortKey &a, const SortKey &b, bool descending)
{
    const bool missing = a.kind == SortKey::Kind::Missing || b.kind == SortKey::Kind::Missing;
    return descending && !missing ? less(b, a) : less(a, b);
}

SortKey textKey(std::string text)
{
    if (text.empty())
        return {};
    return {SortKey::Kind::Text, 0, std::move(text)};
}

SortKey numberKey(double number, std::string text = {})
{
    // NaN has no place in an order; it goes where rows without a value go.
    if (std::isnan(number))
        return {};
    return {SortKey::Kind::Number, number, std::move(text)};
}

SortKey shapeKey(Value value)
{
    if (value.is(ValueKind::Tensor)) {
        const TensorRef &ref = value.tensor().ref;
        return numberKey(static_cast<double>(ref.elementCount().value_or(0)), entry_text::shape(value).toStdString());
    }
    if (value.is(ValueKind::Array)) {
        double elements = 1;
        for (const std::int64_t dim : value.tree().array(value.id()).shape)
            elements *= static_cast<double>(dim);
        return numberKey(elements, entry_text::shape(value).toStdString());
    }
    return {};
}

SortKey valueKey(Value value)
{
    if (const auto number = value.number())
        return numberKey(*number);
    switch (value.kind()) {
    case ValueKind::Tensor:
    case ValueKind::Array:
    case ValueKind::None:
        return {};
    case ValueKind::List:
    case ValueKind::Tuple:
    case ValueKind::Dict:
    case ValueKind::Set:
        return {};
    default:
        return textKey(cellText(value, 80));
    }
}

SortKey statisticKey(const EntryStats::Known *known, EntryColumn column)
{
    if (!known || known->stats.count == 0)
        return {};
    const TensorStats &stats = known->stats;
    switch (column) {
    case EntryColumn::Min:
        return numberKey(stats.min);
    case EntryColumn::Max:
        return numberKey(stats.max);
    case EntryColumn::Mean:
        return numberKey(stats.mean);
    case EntryColumn::Std:
        return numberKey(stats.std);
    case EntryColumn::Zeros:
        return numberKey(static_cast<double>(stats.zeros) / static_cast<double>(stats.count));
    default:
        return numberKey(static_cast<double>(stats.nan + stats.inf));
    }
}

}  // namespace

bool naturallyLess(std::string_view a, std::string_view b)
{
    std::string_view x = a;
    std::string_view y = b;
    while (!x.empty() && !y.empty()) {
        if (isDigit(x.front()) && isDigit(y.front())) {
            const std::string_view m = takeNumber(x);
            const std::string_view n = takeNumber(y);
            if (m.size() != n.size())
                return m.size() < n.size();
            if (m != n)
                return m < n;
            continue;
        }
        const auto c = static_cast<unsigned char>(lower(x.front()));
        const auto d = static_cast<unsigned char>(lower(y.front()));
        if (c != d)
            return c < d;
        x.remove_prefix(1);
        y.remove_prefix(1);
    }
    if (x.empty() != y.empty())
        return x.empty();
    return a < b;
}

SortKey sortKey(const Checkpoint &checkpoint, const EntryFacts &facts, const EntryStats *stats, EntryId id,
                EntryColumn column)
{
    const Value value = checkpoint.entries.value(id);
    switch (column) {
    case EntryColumn::Name:
        return {SortKey::Kind::Text, 0, checkpoint.entries.label(id)};
    case EntryColumn::Type:
        return textKey(entry_text::type(checkpoint, facts, id).toStdString());
    case EntryColumn::Shape:
        return shapeKey(value);
    case EntryColumn::DType:
        return textKey(entry_text::dtype(value).toStdString());
    case EntryColumn::Device:
        return textKey(entry_text::device(value).toStdString());
    case EntryColumn::Bytes:
        return facts.bytes[id] == 0 && facts.tensors[id] == 0 ? SortKey{}
                                                              : numberKey(static_cast<double>(facts.bytes[id]));
    case EntryColumn::Value:
        return valueKey(value);
    default:
        return statisticKey(stats ? stats->known(id) : nullptr, column);
    }
}

void EntrySorter::sort(std::span<EntryId> siblings) const
{
    if (siblings.size() < 2)
        return;
    std::vector<Keyed> keyed;
    keyed.reserve(siblings.size());
    for (const EntryId id : siblings)
        keyed.push_back({sortKey(m_checkpoint, m_facts, m_stats, id, m_query.sortBy), id});
    const bool descending = m_query.descending;
    std::stable_sort(keyed.begin(), keyed.end(),
                     [descending](const Keyed &a, const Keyed &b) { return comesBefore(a.key, b.key, descending); });
    std::transform(keyed.begin(), keyed.end(), siblings.begin(), [](const Keyed &k) { return k.id; });
}

}  // namespace waypoint
