// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_run.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::uint64_t kHighestProtocol = 5;

std::string_view kindName(ValueKind kind)
{
    switch (kind) {
    case ValueKind::None:
        return "None";
    case ValueKind::Bool:
        return "a bool";
    case ValueKind::Int:
    case ValueKind::BigInt:
        return "an int";
    case ValueKind::Float:
        return "a float";
    case ValueKind::Str:
        return "a str";
    case ValueKind::Bytes:
        return "bytes";
    case ValueKind::List:
        return "a list";
    case ValueKind::Tuple:
        return "a tuple";
    case ValueKind::Dict:
        return "a dict";
    case ValueKind::Set:
        return "a set";
    default:
        return "a value";
    }
}

}  // namespace

std::string_view PickleRun::kindOf(ValueId value) const { return kindName(m_tree.kind(value)); }

bool PickleRun::loadProto()
{
    std::uint64_t protocol = 0;
    if (!number<1>(protocol))
        return false;
    if (protocol > kHighestProtocol)
        return fail(ErrorCode::Unsupported,
                    fmt::format("asks for protocol {}; Python has {} at most", protocol, kHighestProtocol));
    m_protocol = std::max(m_protocol, static_cast<int>(protocol));
    return true;
}

/// A frame only says how much to read ahead. One that ends beyond the file is no reason to stop here: the names and
/// values up to where the file really ends are worth knowing.
bool PickleRun::loadFrame() { return take(8) != nullptr; }

bool PickleRun::loadStop()
{
    m_stopped = need(1);
    return m_stopped;
}

// --- stack ---

bool PickleRun::loadMark()
{
    m_stack.mark();
    return true;
}

bool PickleRun::loadPop()
{
    // Right above a mark, POP takes the mark away.
    if (m_stack.reachable() == 0 && m_stack.hasMark())
        m_stack.dropMark();
    else if (need(1))
        m_stack.drop();
    else
        return false;
    return true;
}

bool PickleRun::loadPopMark()
{
    if (!needMark())
        return false;
    m_stack.dropMark();
    return true;
}

bool PickleRun::loadDup() { return need(1) && push(m_stack.top()); }

// --- memo ---

bool PickleRun::getMemo(std::uint64_t index)
{
    const ValueId value = m_memo.get(index);
    return value.isValid()
               ? push(value)
               : fail(ErrorCode::Corrupt, fmt::format("asks for memo entry {}, which was never set", index));
}

bool PickleRun::putMemo(std::uint64_t index)
{
    if (!need(1))
        return false;
    m_memo.put(index, m_stack.top());
    return true;
}

std::optional<std::uint64_t> PickleRun::memoIndex()
{
    const auto text = line();
    if (!text)
        return std::nullopt;
    const auto integer = integerFromLiteral(*text);
    const auto *number = integer ? std::get_if<std::int64_t>(&*integer) : nullptr;
    if (!number || *number < 0) {
        fail(ErrorCode::Corrupt, "has no memo index");
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(*number);
}

bool PickleRun::loadGet()
{
    const auto index = memoIndex();
    return index && getMemo(*index);
}

bool PickleRun::loadPut()
{
    const auto index = memoIndex();
    return index && putMemo(*index);
}

template<std::size_t width>
bool PickleRun::loadBinGet()
{
    std::uint64_t index = 0;
    return number<width>(index) && getMemo(index);
}
template bool PickleRun::loadBinGet<1>();
template bool PickleRun::loadBinGet<4>();

template<std::size_t width>
bool PickleRun::loadBinPut()
{
    std::uint64_t index = 0;
    return number<width>(index) && putMemo(index);
}
template bool PickleRun::loadBinPut<1>();
template bool PickleRun::loadBinPut<4>();

bool PickleRun::loadMemoize() { return putMemo(m_memo.count()); }

// --- containers ---

template<ValueKind kind>
bool PickleRun::loadEmpty()
{
    return push(m_tree.addContainer(kind));
}
template bool PickleRun::loadEmpty<ValueKind::List>();
template bool PickleRun::loadEmpty<ValueKind::Dict>();
template bool PickleRun::loadEmpty<ValueKind::Set>();

bool PickleRun::loadEmptyTuple() { return push(m_shared.emptyTuple()); }

template<ValueKind kind>
bool PickleRun::loadMarked()
{
    if (!needMark())
        return false;
    const auto items = m_stack.sinceMark();
    if (kind == ValueKind::Dict && items.size() % 2 != 0)
        return fail(ErrorCode::Corrupt, "finds a key without a value");
    const bool shared = kind == ValueKind::Tuple && items.empty();
    const ValueId container = shared ? m_shared.emptyTuple() : m_tree.addContainer(kind, items);
    m_stack.dropMark();
    return push(container);
}
template bool PickleRun::loadMarked<ValueKind::List>();
template bool PickleRun::loadMarked<ValueKind::Dict>();
template bool PickleRun::loadMarked<ValueKind::Tuple>();
template bool PickleRun::loadMarked<ValueKind::Set>();

bool PickleRun::loadFrozenSet()
{
    if (!loadMarked<ValueKind::Set>())
        return false;
    m_tree.setClassName(m_stack.top(), m_shared.className("frozenset"));
    return true;
}

template<std::size_t count>
bool PickleRun::loadTuple()
{
    if (!need(count))
        return false;
    std::array<ValueId, count> items;
    for (std::size_t i = 0; i < count; ++i)
        items[i] = m_stack.top(count - 1 - i);
    m_stack.replace(count, m_tree.addContainer(ValueKind::Tuple, items));
    return true;
}
template bool PickleRun::loadTuple<1>();
template bool PickleRun::loadTuple<2>();
template bool PickleRun::loadTuple<3>();

bool PickleRun::loadAppend()
{
    if (!need(2))
        return false;
    const ValueId item = m_stack.top();
    m_stack.drop();
    return addItems(m_stack.top(), {&item, 1});
}

bool PickleRun::loadAppends()
{
    if (!needMark())
        return false;
    std::optional<ValueId> target = m_stack.belowMark();
    if (!target)
        return fail(ErrorCode::Corrupt, "finds nothing below the mark");
    if (!addItems(*target, m_stack.sinceMark()))
        return false;
    m_stack.dropMark();
    return true;
}

bool PickleRun::loadAddItems() { return loadAppends(); }

bool PickleRun::loadSetItem()
{
    if (!need(3))
        return false;
    const std::array pair{m_stack.top(1), m_stack.top(0)};
    m_stack.drop(2);
    return setItems(m_stack.top(), pair);
}

bool PickleRun::loadSetItems()
{
    if (!needMark())
        return false;
    std::optional<ValueId> target = m_stack.belowMark();
    if (!target)
        return fail(ErrorCode::Corrupt, "finds nothing below the mark");
    if (!setItems(*target, m_stack.sinceMark()))
        return false;
    m_stack.dropMark();
    return true;
}

bool PickleRun::addItems(ValueId target, std::span<const ValueId> items)
{
    if (items.empty())
        return true;
    const ValueKind wanted = m_opcode == Opcode::AddItems ? ValueKind::Set : ValueKind::List;
    const ValueKind kind = m_tree.kind(target);
    if (kind == wanted) {
        m_tree.append(target, items);
    } else if (kind == ValueKind::Object) {
        if (const ValueId list = m_tree.object(target).listItems; list.isValid()) {
            m_tree.append(list, items);
        } else {
            const ValueId made = m_tree.addContainer(ValueKind::List, items);
            m_tree.object(target).listItems = made;
        }
    } else if (kind == ValueKind::Global || kind == ValueKind::Persistent) {
        const std::array pair{m_shared.className("items"), m_tree.addContainer(ValueKind::List, items)};
        keepAsAttributes(target, pair);
    } else {
        return fail(ErrorCode::Corrupt, fmt::format("adds items to {}", kindName(kind)));
    }
    return true;
}

bool PickleRun::setItems(ValueId target, std::span<const ValueId> items)
{
    if (items.size() % 2 != 0)
        return fail(ErrorCode::Corrupt, "finds a key without a value");
    if (items.empty())
        return true;
    const ValueKind kind = m_tree.kind(target);
    if (kind == ValueKind::Dict) {
        m_tree.append(target, items);
    } else if (kind == ValueKind::Object) {
        if (const ValueId dict = m_tree.object(target).dictItems; dict.isValid()) {
            m_tree.append(dict, items);
        } else {
            const ValueId made = m_tree.addContainer(ValueKind::Dict, items);
            m_tree.object(target).dictItems = made;
        }
    } else if (kind == ValueKind::Global || kind == ValueKind::Persistent) {
        keepAsAttributes(target, items);
    } else {
        return fail(ErrorCode::Corrupt, fmt::format("sets items of {}", kindName(kind)));
    }
    return true;
}

/// A name may stand for any value, sys.modules for one: what is done to it is kept beside it.
void PickleRun::keepAsAttributes(ValueId target, std::span<const ValueId> keysAndValues)
{
    if (const ValueId kept = m_tree.attributes(target); kept.isValid())
        m_tree.append(kept, keysAndValues);
    else
        m_tree.setAttributes(target, m_tree.addContainer(ValueKind::Dict, keysAndValues));
}

}  // namespace waypoint
