// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace waypoint {

/// What the rules for Python's and NumPy's own types work with during one pass over a tree.
class PythonTypes
{
public:
    /// Looks at an Object and changes it in place if its arguments make sense.
    using Rule = void (*)(PythonTypes &types, ValueId object);

    /// Requires: `tree` outlives this.
    explicit PythonTypes(ValueTree &tree);

    /// The rule for a class or function, or null. Python 2's and NumPy 2's names of the same things count too.
    [[nodiscard]] static Rule rule(std::string_view name);

    [[nodiscard]] ValueTree &tree() const { return m_tree; }
    [[nodiscard]] Value value(ValueId id) const { return {m_tree, id}; }
    [[nodiscard]] const ObjectValue &object(ValueId id) const { return std::as_const(m_tree).object(id); }
    /// i-th positional argument; invalid where there is none.
    [[nodiscard]] Value argument(ValueId object, std::size_t i) const;
    [[nodiscard]] std::size_t argumentCount(ValueId object) const;

    /// Whether a rule may look at `count` more values. Many calls can share one large argument, so that what is
    /// small in the file would otherwise take time without end.
    bool spend(std::size_t count);

    ValueId emptyTuple();
    /// Str node for ValueTree::setClassName().
    ValueId className(std::string_view name);
    void setDisplay(ValueId object, std::string_view text);
    /// The Object becomes what `value` is, of class `className`.
    void become(ValueId object, ValueId value, std::string_view className);
    /// The state of a dict or list subclass, as its attributes.
    void keepStateAsAttributes(ValueId object, ValueId state);

    /// Content of Bytes or of a str that Python 2 wrote, where it has exactly `length` bytes and is in memory.
    [[nodiscard]] std::optional<std::string> bytesOf(Value value, std::size_t length);

private:
    ValueTree &m_tree;
    std::uint64_t m_steps;
    ValueId m_emptyTuple;
    std::map<std::string, ValueId, std::less<>> m_classNames;
};

/// A row of a table of rules.
struct NamedPythonRule
{
    std::string_view name;  ///< in Python 3, NumPy 1
    PythonTypes::Rule rule;
};

std::span<const NamedPythonRule> pythonContainerRules();  ///< builtins, collections, copyreg, _codecs
std::span<const NamedPythonRule> pythonScalarRules();     ///< datetime, decimal, fractions, uuid, pathlib, re
std::span<const NamedPythonRule> numpyRules();            ///< scalars, arrays, dtypes

}  // namespace waypoint
