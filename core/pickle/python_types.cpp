// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/python_types.h"

#include "core/pickle/pickle_text.h"

#include <array>
#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

/// Modules that have changed their name, and the one the tables of rules use.
constexpr std::pair<std::string_view, std::string_view> kRenamed[] = {
    {"__builtin__.", "builtins."},   {"copy_reg.", "copyreg."},     {"numpy._core.", "numpy.core."},
    {"pathlib._local.", "pathlib."}, {"_pydatetime.", "datetime."}, {"_decimal.", "decimal."},
    {"_pydecimal.", "decimal."},
};

/// Values that all rules of one pass may look at, beyond a few for each in the tree.
constexpr std::uint64_t kSteps = 50'000'000;
constexpr std::uint64_t kStepsPerNode = 8;

using RuleMap = std::unordered_map<std::string_view, PythonTypes::Rule>;

RuleMap allRules()
{
    RuleMap rules;
    for (const auto table : {pythonContainerRules(), pythonScalarRules(), numpyRules()})
        for (const NamedPythonRule &row : table)
            rules.emplace(row.name, row.rule);
    return rules;
}

}  // namespace

PythonTypes::PythonTypes(ValueTree &tree) : m_tree(tree), m_steps(kSteps + kStepsPerNode * tree.size()) {}

PythonTypes::Rule PythonTypes::rule(std::string_view name)
{
    static const RuleMap rules = allRules();
    std::string current;
    for (const auto &[old, now] : kRenamed)
        if (name.starts_with(old))
            name = current.assign(now).append(name.substr(old.size()));
    const auto found = rules.find(name);
    return found == rules.end() ? nullptr : found->second;
}

Value PythonTypes::argument(ValueId id, std::size_t i) const
{
    const Value args = value(object(id).args);
    return args.is(ValueKind::Tuple) ? args.at(i) : Value();
}

std::size_t PythonTypes::argumentCount(ValueId id) const
{
    const Value args = value(object(id).args);
    return args.is(ValueKind::Tuple) ? args.count() : 0;
}

bool PythonTypes::spend(std::size_t count)
{
    if (count > m_steps)
        return false;
    m_steps -= count;
    return true;
}

ValueId PythonTypes::emptyTuple()
{
    if (!m_emptyTuple.isValid())
        m_emptyTuple = m_tree.addContainer(ValueKind::Tuple);
    return m_emptyTuple;
}

ValueId PythonTypes::className(std::string_view name)
{
    const auto found = m_classNames.find(name);
    return found != m_classNames.end() ? found->second : m_classNames.emplace(name, m_tree.addStr(name)).first->second;
}

void PythonTypes::setDisplay(ValueId id, std::string_view text)
{
    const ValueId display = m_tree.addStr(text);
    m_tree.object(id).display = display;
}

void PythonTypes::become(ValueId id, ValueId value, std::string_view name)
{
    m_tree.becomeCopyOf(id, value);
    if (!name.empty())
        m_tree.setClassName(id, className(name));
}

void PythonTypes::keepStateAsAttributes(ValueId id, ValueId state)
{
    const Value kept = value(state);
    if (!kept.isValid() || kept.kind() == ValueKind::None || (kept.is(ValueKind::Dict) && kept.count() == 0))
        return;
    if (kept.is(ValueKind::Dict)) {
        m_tree.setAttributes(id, state);
    } else {
        const std::array pair{className("state"), state};
        m_tree.setAttributes(id, m_tree.addContainer(ValueKind::Dict, pair));
    }
}

std::optional<std::string> PythonTypes::bytesOf(Value value, std::size_t length)
{
    // Whichever way it was written, a character takes two bytes at most.
    if (!value.isValid() || m_tree.externalBytes(value.id()) || value.text().size() > 2 * length)
        return std::nullopt;
    if (!value.is(ValueKind::Bytes) && !value.is(ValueKind::Str))
        return std::nullopt;
    if (!spend(value.text().size() / 16))
        return std::nullopt;
    if (value.text().size() == length)
        return std::string(value.text());
    auto decoded = value.is(ValueKind::Str) ? latin1FromUtf8(value.text()) : std::nullopt;
    return decoded && decoded->size() == length ? decoded : std::nullopt;
}

}  // namespace waypoint
