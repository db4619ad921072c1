// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_run.h"
#include "core/pickle/pickle_text.h"

#include <fmt/format.h>

namespace waypoint {

namespace {

/// What can only be known by running the file, where a name should stand.
constexpr std::string_view kComputed = "<computed>";

/// Whether a value could be anything once Python runs the file.
bool isOpaque(ValueKind kind)
{
    return kind == ValueKind::Object || kind == ValueKind::Global || kind == ValueKind::Persistent;
}

}  // namespace

// --- names ---

bool PickleRun::pushGlobal(std::string_view module, std::string_view name)
{
    const std::size_t longest = m_options.limits.inlineBytes;
    if (module.size() > longest || name.size() > longest) {
        constexpr std::size_t kShown = 200;
        m_shared.noteSite(displayableUtf8(fmt::format("{}.{}", module.substr(0, kShown), name.substr(0, kShown))),
                          m_at);
        return fail(ErrorCode::TooLarge, fmt::format("has a name of {} bytes", module.size() + name.size()));
    }
    return push(m_shared.global(module, name, m_at));
}

std::optional<std::string> PickleRun::nameLine()
{
    auto text = line();
    if (!text)
        return std::nullopt;
    return isUtf8(*text) ? std::string(*text) : displayableUtf8(*text);
}

std::optional<std::string> PickleRun::nameValue(ValueId value)
{
    const ValueKind kind = m_tree.kind(value);
    if (isOpaque(kind))
        return std::string(kComputed);
    if (kind != ValueKind::Str) {
        fail(ErrorCode::Corrupt, fmt::format("finds {} where a name should be", kindOf(value)));
        return std::nullopt;
    }
    if (m_tree.externalBytes(value)) {
        m_shared.noteSite(fmt::format("<a name of {} bytes>", m_tree.byteLength(value).value), m_at);
        fail(ErrorCode::TooLarge, fmt::format("has a name of {} bytes", m_tree.byteLength(value).value));
        return std::nullopt;
    }
    return std::string(m_tree.text(value));
}

bool PickleRun::loadGlobal()
{
    const auto module = nameLine();
    if (!module)
        return false;
    const auto name = nameLine();
    return name && pushGlobal(*module, *name);
}

bool PickleRun::loadStackGlobal()
{
    if (!need(2))
        return false;
    const auto module = nameValue(m_stack.top(1));
    if (!module)
        return false;
    const auto name = nameValue(m_stack.top(0));
    if (!name)
        return false;
    m_stack.drop(2);
    return pushGlobal(*module, *name);
}

template<std::size_t width>
bool PickleRun::loadExt()
{
    std::uint64_t code = 0;
    if (!number<width>(code))
        return false;
    if (code == 0 || code > INT32_MAX)
        return fail(ErrorCode::Corrupt, "has no valid extension code");
    return pushGlobal("copyreg", fmt::format("extension_{}", code));
}
template bool PickleRun::loadExt<1>();
template bool PickleRun::loadExt<2>();
template bool PickleRun::loadExt<4>();

// --- calls ---

bool PickleRun::needCallable(ValueId value)
{
    return isOpaque(m_tree.kind(value)) || fail(ErrorCode::Corrupt, fmt::format("calls {}", kindOf(value)));
}

bool PickleRun::needArguments(ValueId value)
{
    const ValueKind kind = m_tree.kind(value);
    return kind == ValueKind::Tuple || isOpaque(kind)
           || fail(ErrorCode::Corrupt, fmt::format("finds {} where a tuple of arguments should be", kindOf(value)));
}

bool PickleRun::loadInst()
{
    if (!needMark())
        return false;
    const auto module = nameLine();
    if (!module)
        return false;
    const auto name = nameLine();
    if (!name || !pushGlobal(*module, *name))
        return false;
    const ValueId callable = m_stack.top();
    m_stack.drop();
    if (!loadMarked<ValueKind::Tuple>())
        return false;
    const ValueId args = m_stack.top();
    const bool plain = m_tree.children(args).empty();  // Python then makes the object without calling __init__
    m_stack.replace(1, m_tree.addObject({.callable = callable, .args = args, .newObject = plain}));
    return true;
}

bool PickleRun::loadObj()
{
    if (!needMark())
        return false;
    const auto parts = m_stack.sinceMark();
    if (parts.empty())
        return fail(ErrorCode::Corrupt, "finds no class above the mark");
    const ValueId callable = parts.front();
    if (!needCallable(callable))
        return false;
    const bool plain = parts.size() == 1;
    const ValueId args = plain ? m_shared.emptyTuple() : m_tree.addContainer(ValueKind::Tuple, parts.subspan(1));
    m_stack.dropMark();
    return push(m_tree.addObject({.callable = callable, .args = args, .newObject = plain}));
}

bool PickleRun::loadReduce()
{
    if (!need(2))
        return false;
    const ValueId callable = m_stack.top(1);
    const ValueId args = m_stack.top(0);
    if (!needCallable(callable) || !needArguments(args))
        return false;
    m_stack.replace(2, m_tree.addObject({.callable = callable, .args = args}));
    return true;
}

bool PickleRun::loadNewObj()
{
    if (!loadReduce())
        return false;
    m_tree.object(m_stack.top()).newObject = true;
    return true;
}

bool PickleRun::loadNewObjEx()
{
    if (!need(3))
        return false;
    const ValueId callable = m_stack.top(2);
    const ValueId args = m_stack.top(1);
    const ValueId kwargs = m_stack.top(0);
    if (!needCallable(callable) || !needArguments(args))
        return false;
    if (m_tree.kind(kwargs) != ValueKind::Dict && !isOpaque(m_tree.kind(kwargs)))
        return fail(ErrorCode::Corrupt, fmt::format("finds {} where keyword arguments should be", kindOf(kwargs)));
    m_stack.replace(3, m_tree.addObject({.callable = callable, .args = args, .kwargs = kwargs}));
    return true;
}

bool PickleRun::loadBuild()
{
    if (!need(2))
        return false;
    const ValueId state = m_stack.top();
    const ValueId target = m_stack.top(1);
    const ValueKind kind = m_tree.kind(target);
    if (kind == ValueKind::Object) {
        addState(target, state);
    } else if (isOpaque(kind)) {
        const std::array pair{m_shared.className("state"), state};
        keepAsAttributes(target, pair);
    } else {
        return fail(ErrorCode::Corrupt, fmt::format("sets the state of {}", kindOf(target)));
    }
    m_stack.drop();
    return true;
}

/// Python would update the object with each state in turn; all of them are kept, as a Tuple.
void PickleRun::addState(ValueId object, ValueId state)
{
    const ValueId before = m_tree.object(object).state;
    if (!before.isValid()) {
        m_tree.object(object).state = state;
    } else if (m_severalStates.contains(object)) {
        m_tree.append(before, {&state, 1});
    } else {
        const std::array states{before, state};
        const ValueId both = m_tree.addContainer(ValueKind::Tuple, states);
        m_tree.object(object).state = both;
        m_severalStates.insert(object);
    }
}

// --- persistent ids ---

bool PickleRun::loadPersId()
{
    const auto text = line();
    if (!text)
        return false;
    const ValueId id = addUtf8(*text);
    return push(m_tree.addContainer(ValueKind::Persistent, {&id, 1}));
}

bool PickleRun::loadBinPersId()
{
    if (!need(1))
        return false;
    const ValueId id = m_stack.top();
    m_stack.replace(1, m_tree.addContainer(ValueKind::Persistent, {&id, 1}));
    return true;
}

}  // namespace waypoint
