// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/fields.h"
#include "core/pickle/value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// A scheduler that was pickled whole has its state_dict's content as attributes.
[[nodiscard]] Value stateOf(Value schedule);

/// A number of any kind torch keeps one in: int, float, bool, NumPy's scalars, a tensor of one element.
[[nodiscard]] std::optional<double> scalarOf(Value value);

/// The items of a list or tuple of such numbers; nothing where one is none.
[[nodiscard]] std::optional<std::vector<double>> scalarsOf(Value list);

/// Asks a scheduler's state_dict for its fields and remembers the first one that does not fit, so that a class
/// reads all it needs and looks for an error once.
class StateReader
{
public:
    /// Whole numbers beyond this are nothing a schedule counts to: doubles and ints agree up to it.
    static constexpr double kMostSteps = 9007199254740992.0;  // 2^53

    StateReader(Value dict, std::string_view className) : m_dict(dict), m_fields(dict), m_class(className) {}

    [[nodiscard]] Value dict() const { return m_dict; }
    [[nodiscard]] Value operator[](std::string_view key) const { return m_fields[key]; }
    [[nodiscard]] bool has(std::string_view key) const { return m_fields.has(key); }

    double number(std::string_view key);
    double number(std::string_view key, double fallback);
    /// Not zero: torch divides by it.
    double divisor(std::string_view key);
    std::int64_t steps(std::string_view key);
    std::int64_t steps(std::string_view key, std::int64_t fallback);
    bool flag(std::string_view key, bool fallback) const;
    std::string text(std::string_view key, std::string_view fallback) const;
    std::vector<double> numbers(std::string_view key);
    std::vector<double> numbers(std::string_view key, std::vector<double> fallback);

    void fail(std::string_view what);
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

private:
    Value m_dict;
    Fields m_fields;
    std::string m_class;
    std::optional<Error> m_error;
};

/// A state_dict kept for writing it again: what is not understood stays as it was.
class KeptState
{
public:
    KeptState() = default;
    /// Without the keys of `without`: bound methods and weak references, which Python's constructor makes anew.
    KeptState(Value dict, std::initializer_list<std::string_view> without);

    [[nodiscard]] Value dict() const { return m_tree ? Value(*m_tree, m_root) : Value(); }

private:
    std::shared_ptr<const ValueTree> m_tree;
    ValueId m_root;
};

ValueId addNumbers(ValueTree &into, const std::vector<double> &numbers);
/// As an int where it is whole, as Python would have it.
ValueId addCount(ValueTree &into, double number);

}  // namespace waypoint
