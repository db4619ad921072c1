// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <optional>
#include <string_view>

namespace waypoint {

/// A value together with its tree, for reading: `root["optimizer"]["param_groups"].at(0)["lr"].number()`.
/// An invalid Value answers every question with "no", so that look-ups chain.
class Value
{
public:
    Value() = default;
    Value(const ValueTree &tree, ValueId id) : m_tree(&tree), m_id(id) {}

    [[nodiscard]] bool isValid() const { return m_tree && m_id.isValid(); }
    [[nodiscard]] ValueId id() const { return m_id; }
    [[nodiscard]] const ValueTree &tree() const { return *m_tree; }
    /// Invalid counts as None.
    [[nodiscard]] ValueKind kind() const { return isValid() ? m_tree->kind(m_id) : ValueKind::None; }
    [[nodiscard]] bool is(ValueKind kind) const { return isValid() && m_tree->kind(m_id) == kind; }
    [[nodiscard]] std::string_view className() const
    {
        return isValid() ? m_tree->className(m_id) : std::string_view();
    }

    /// Str (kept in memory), Global, BigInt; empty otherwise.
    [[nodiscard]] std::string_view text() const { return isValid() ? m_tree->text(m_id) : std::string_view(); }
    /// Int or Bool.
    [[nodiscard]] std::optional<std::int64_t> integer() const;
    /// Int, Bool or Float as a double.
    [[nodiscard]] std::optional<double> number() const;

    /// Items of a List, Tuple or Set; pairs of a Dict count one each.
    [[nodiscard]] std::size_t count() const;
    /// Item of a List, Tuple or Set, or value of the i-th pair of a Dict.
    [[nodiscard]] Value at(std::size_t i) const;
    /// Key of the i-th pair of a Dict.
    [[nodiscard]] Value key(std::size_t i) const;
    /// Value under a text key: of a Dict, or of an Object's state and dict items. The last one wins, as in Python.
    [[nodiscard]] Value operator[](std::string_view key) const;
    [[nodiscard]] bool contains(std::string_view key) const { return (*this)[key].isValid(); }

    /// Requires: kind() is Tensor.
    [[nodiscard]] const TensorValue &tensor() const { return m_tree->tensor(m_id); }
    /// Requires: kind() is Object.
    [[nodiscard]] const ObjectValue &object() const { return m_tree->object(m_id); }
    [[nodiscard]] Value wrap(ValueId id) const { return {*m_tree, id}; }

private:
    const ValueTree *m_tree = nullptr;
    ValueId m_id;
};

}  // namespace waypoint
