// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/value_likeness.h"

#include "core/pickle/value_bytes.h"
#include "core/pickle/value_text.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <vector>

namespace waypoint {

namespace {

/// Longer texts are compared by their beginning and their length.
constexpr ByteCount kMostBytes{64u << 20};
constexpr TextLimits kWhole{.characters = 100'000, .items = 10'000, .depth = 20};
constexpr double kTwoTo63 = 9223372036854775808.0;

bool isNumber(ValueKind kind)
{
    return kind == ValueKind::Bool || kind == ValueKind::Int || kind == ValueKind::BigInt || kind == ValueKind::Float;
}

bool isSequence(ValueKind kind) { return kind == ValueKind::List || kind == ValueKind::Tuple; }

bool isText(ValueKind kind) { return kind == ValueKind::Str || kind == ValueKind::Bytes; }

bool equalsInteger(double real, std::int64_t integer)
{
    return std::trunc(real) == real && std::abs(real) < kTwoTo63 && static_cast<std::int64_t>(real) == integer;
}

bool equalNumbers(Value a, Value b)
{
    if (a.is(ValueKind::BigInt) || b.is(ValueKind::BigInt))
        return a.kind() == b.kind() ? a.text() == b.text() : pythonText(a) == pythonText(b);
    if (a.is(ValueKind::Float) && b.is(ValueKind::Float)) {
        const double x = *a.number();
        const double y = *b.number();
        return x == y || (std::isnan(x) && std::isnan(y));
    }
    if (a.is(ValueKind::Float))
        return equalsInteger(*a.number(), *b.integer());
    if (b.is(ValueKind::Float))
        return equalsInteger(*b.number(), *a.integer());
    return a.integer() == b.integer();
}

bool equalTexts(Value a, Value b)
{
    const ByteCount length = a.tree().byteLength(a.id());
    const ValueTree &inA = a.tree();
    const ValueTree &inB = b.tree();
    if (!inA.externalBytes(a.id()) && !inB.externalBytes(b.id()))
        return a.text() == b.text();
    if (length != inB.byteLength(b.id()))
        return false;
    const auto textA = firstBytesOf(inA, a.id(), kMostBytes);
    const auto textB = firstBytesOf(inB, b.id(), kMostBytes);
    return textA && textB && *textA == *textB;
}

bool equalArrays(Value a, Value b)
{
    const ArrayValue &one = a.tree().array(a.id());
    const ArrayValue &other = b.tree().array(b.id());
    if (one.dtype != other.dtype || one.shape != other.shape || one.fortranOrder != other.fortranOrder
        || one.bigEndian != other.bigEndian || one.data.isValid() != other.data.isValid())
        return false;
    const Value dataA = a.wrap(one.data);
    const Value dataB = b.wrap(other.data);
    return !isText(dataA.kind()) || !isText(dataB.kind()) || equalTexts(dataA, dataB);
}

/// Two rows, not what is below them.
ValueLikeness compareRows(Value a, Value b)
{
    const auto verdict = [&](bool equal) {
        if (!equal)
            return ValueLikeness::Different;
        const bool sameType = a.kind() == b.kind() && a.className() == b.className();
        return sameType ? ValueLikeness::Equal : ValueLikeness::TypeOnly;
    };
    if (isNumber(a.kind()) && isNumber(b.kind()))
        return verdict(equalNumbers(a, b));
    if (isSequence(a.kind()) && isSequence(b.kind()))
        return verdict(true);
    if (a.kind() != b.kind())
        return ValueLikeness::Different;
    switch (a.kind()) {
    case ValueKind::None:
    case ValueKind::Dict:
    case ValueKind::Set:
        return verdict(true);
    case ValueKind::Str:
    case ValueKind::Bytes:
        return verdict(equalTexts(a, b));
    case ValueKind::Array:
        return verdict(equalArrays(a, b));
    case ValueKind::Object: {
        const Value shownA = a.wrap(a.object().display);
        const Value shownB = b.wrap(b.object().display);
        return verdict(a.className() == b.className() && shownA.text() == shownB.text());
    }
    default:
        return verdict(pythonText(a, kWhole) == pythonText(b, kWhole));
    }
}

class Comparison
{
public:
    Comparison(const Checkpoint &a, const Checkpoint &b) : m_a(a.entries), m_b(b.entries) {}

    ValueLikeness compare(EntryId a, EntryId b)
    {
        m_todo.emplace_back(a, b);
        ValueLikeness sum = ValueLikeness::Equal;
        while (!m_todo.empty() && sum != ValueLikeness::Different) {
            const auto [i, j] = m_todo.back();
            m_todo.pop_back();
            sum = std::max(sum, compareRows(m_a.value(i), m_b.value(j)));
            if (sum != ValueLikeness::Different && !addBelow(i, j))
                sum = ValueLikeness::Different;
        }
        return sum;
    }

private:
    /// False where what is below cannot be equal.
    bool addBelow(EntryId a, EntryId b)
    {
        // What is cut is shown elsewhere, and compared there.
        if (m_a.cut(a) != EntryTree::Cut::No || m_b.cut(b) != EntryTree::Cut::No)
            return m_a.value(a).count() == m_b.value(b).count();
        if (m_a[a].childCount != m_b[b].childCount)
            return false;
        if (m_a.value(a).is(ValueKind::Set))
            return itemsOf(m_a, a) == itemsOf(m_b, b);
        const bool byLabel = !isSequence(m_a.value(a).kind());
        return byLabel ? addByLabel(a, b) : addByPlace(a, b);
    }

    bool addByPlace(EntryId a, EntryId b)
    {
        for (EntryId i = 0; i < m_a[a].childCount; ++i)
            m_todo.emplace_back(m_a[a].firstChild + i, m_b[b].firstChild + i);
        return true;
    }

    bool addByLabel(EntryId a, EntryId b)
    {
        std::unordered_multimap<std::string, EntryId> labels;
        for (EntryId i = 0; i < m_b[b].childCount; ++i)
            labels.emplace(m_b.label(m_b[b].firstChild + i), m_b[b].firstChild + i);
        for (EntryId i = 0; i < m_a[a].childCount; ++i) {
            const auto found = labels.find(m_a.label(m_a[a].firstChild + i));
            if (found == labels.end())
                return false;
            m_todo.emplace_back(m_a[a].firstChild + i, found->second);
            labels.erase(found);
        }
        return true;
    }

    /// Sets have no order.
    static std::vector<std::string> itemsOf(const EntryTree &entries, EntryId set)
    {
        std::vector<std::string> items;
        for (EntryId i = 0; i < entries[set].childCount; ++i)
            items.push_back(pythonText(entries.value(entries[set].firstChild + i), kWhole));
        std::ranges::sort(items);
        return items;
    }

    const EntryTree &m_a;
    const EntryTree &m_b;
    std::vector<std::pair<EntryId, EntryId>> m_todo;
};

}  // namespace

ValueLikeness compareValues(const Checkpoint &a, EntryId rowOfA, const Checkpoint &b, EntryId rowOfB)
{
    return Comparison(a, b).compare(rowOfA, rowOfB);
}

}  // namespace waypoint
