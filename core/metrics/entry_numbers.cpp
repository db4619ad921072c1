// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/entry_numbers.h"

#include "core/checkpoint/numeric_tensors.h"
#include "core/metrics/json_text.h"

#include <algorithm>
#include <limits>

namespace waypoint {

namespace {

constexpr std::size_t kMostNumbers = 10'000'000;
constexpr std::size_t kMostColumns = 16;
constexpr int kDescent = 3;

bool isSequence(Value value) { return value.is(ValueKind::List) || value.is(ValueKind::Tuple); }
bool isStored(Value value) { return value.is(ValueKind::Tensor) || value.is(ValueKind::Array); }

/// Shape of a tensor or array.
std::vector<std::int64_t> shapeOf(Value value)
{
    const auto &shape = value.is(ValueKind::Array) ? value.tree().array(value.id()).shape : value.tensor().ref.shape;
    return {shape.begin(), shape.end()};
}

std::optional<NumberTable> storedNumbers(const Checkpoint &checkpoint, EntryId entry)
{
    const auto shape = shapeOf(checkpoint.entries.value(entry));
    const bool fits = shape.size() <= 2 && (shape.size() < 2 || (shape[1] >= 1 && shape[1] <= 16));
    const auto tensor = numericTensor(checkpoint, entry);
    if (!fits || !tensor)
        return std::nullopt;
    const auto count = tensor->ref.elementCount();
    if (!count || *count < 0 || static_cast<std::uint64_t>(*count) > kMostNumbers)
        return std::nullopt;
    NumberTable table;
    table.columns = shape.size() == 2 ? static_cast<std::size_t>(shape[1]) : 1;
    const auto read = forEachNumber(*tensor, {}, [&](std::span<const double> numbers) {
        table.numbers.insert(table.numbers.end(), numbers.begin(), numbers.end());
    });
    return read ? std::optional(std::move(table)) : std::nullopt;
}

constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

std::optional<NumberTable> listedNumbers(const Checkpoint &checkpoint, EntryId entry)
{
    const auto &row = checkpoint.entries[entry];
    if (row.childCount == 0 || row.childCount > kMostNumbers)
        return std::nullopt;
    NumberTable table;
    const Value first = checkpoint.entries.value(row.firstChild);
    const bool pairs = isSequence(first);
    table.columns = pairs ? first.count() : 1;
    if (table.columns == 0 || table.columns > kMostColumns)
        return std::nullopt;
    for (std::uint32_t i = 0; i < row.childCount; ++i) {
        const EntryId child = row.firstChild + i;
        const Value item = checkpoint.entries.value(child);
        const auto &cells = checkpoint.entries[child];
        if (pairs && (!isSequence(item) || cells.childCount != table.columns))
            return std::nullopt;
        for (std::uint32_t column = 0; column < table.columns; ++column) {
            const EntryId cell = pairs ? cells.firstChild + column : child;
            const auto number = numberAt(checkpoint, cell);
            if (!number && !checkpoint.entries.value(cell).is(ValueKind::None))
                return std::nullopt;
            table.numbers.push_back(number.value_or(kNan));
        }
    }
    return table;
}

}  // namespace

std::vector<std::pair<std::string, EntryId>> childrenOf(const Checkpoint &checkpoint, EntryId entry)
{
    std::vector<std::pair<std::string, EntryId>> children;
    const auto &row = checkpoint.entries[entry];
    children.reserve(row.childCount);
    for (std::uint32_t i = 0; i < row.childCount; ++i)
        children.emplace_back(checkpoint.entries.label(row.firstChild + i), row.firstChild + i);
    return children;
}

EntryId descendant(const Checkpoint &checkpoint, EntryId entry, std::string_view label)
{
    std::vector<EntryId> level{entry};
    for (int depth = 0; depth < kDescent; ++depth) {
        std::vector<EntryId> next;
        for (const EntryId each : level) {
            if (const EntryId found = checkpoint.entries.child(each, label); found != kNoEntry)
                return found;
            const auto &row = checkpoint.entries[each];
            for (std::uint32_t i = 0; i < std::min<std::uint32_t>(row.childCount, 64); ++i)
                next.push_back(row.firstChild + i);
        }
        level = std::move(next);
    }
    return kNoEntry;
}

std::optional<double> numberAt(const Checkpoint &checkpoint, EntryId entry)
{
    const Value value = checkpoint.entries.value(entry);
    if (const auto number = value.number())
        return number;
    if (value.is(ValueKind::Str))
        return numberOfWord(value.text());
    if (!isStored(value))
        return std::nullopt;
    const auto shape = shapeOf(value);
    if (std::any_of(shape.begin(), shape.end(), [](std::int64_t size) { return size != 1; }))
        return std::nullopt;
    const auto table = storedNumbers(checkpoint, entry);
    return table && table->numbers.size() == 1 ? std::optional(table->numbers.front()) : std::nullopt;
}

std::optional<NumberTable> numbersAt(const Checkpoint &checkpoint, EntryId entry)
{
    const Value value = checkpoint.entries.value(entry);
    if (isStored(value))
        return storedNumbers(checkpoint, entry);
    return isSequence(value) ? listedNumbers(checkpoint, entry) : std::nullopt;
}

}  // namespace waypoint
