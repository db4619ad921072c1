// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/pickle/value_tree.h"

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>

namespace waypoint {

/// Turns Objects whose class or function is known into what they stand for: an OrderedDict into a Dict, an ndarray into
/// an Array, `torch._utils._rebuild_tensor_v2(...)` into a Tensor. Values are changed in place, so references stay
/// shared.
class ObjectResolver
{
public:
    /// Looks at an Object (class name known) and changes the node if its arguments make sense; leaves it
    /// alone otherwise, so that nothing a file says is lost. What it was called with is already resolved.
    using Rule = std::function<void(ValueTree &tree, ValueId object)>;

    /// Comes with the rules of Python's standard library and NumPy (python_types.cpp).
    ObjectResolver();

    /// `name` as the pickle has it: "torch._utils._rebuild_tensor_v2". A later rule for the same name wins.
    void add(std::string name, Rule rule);
    /// Called for every Persistent node instead of the rules.
    void setPersistent(Rule rule) { m_persistent = std::move(rule); }

    /// Resolves every node from `first` on, in the order of their making: arguments come before the call. An Object
    /// with a state takes its turn once the state is made.
    ///
    /// Stops early, leaving the rest as they are, when it is told to or when the tree has outgrown the limits: a file
    /// of a few bytes a call may ask for a copy of something large in each.
    void run(ValueTree &tree, ValueId first, const Limits &limits = {}, const std::stop_token &stop = {}) const;

private:
    class Pass;

    struct Hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    std::unordered_map<std::string, Rule, Hash, std::equal_to<>> m_rules;
    Rule m_persistent;
};

}  // namespace waypoint
