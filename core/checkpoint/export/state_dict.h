// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/pickle/value.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// An item of a state_dict that is being put together.
struct StateDictItem
{
    std::string name;
    ValueId key;    ///< of the dict it comes from, where the name is still that key's; else invalid
    ValueId value;  ///< in the checkpoint's tree
};

/// A state_dict that is being put together from values of a checkpoint.
struct StateDict
{
    std::vector<StateDictItem> items;
    std::string className;  ///< "collections.OrderedDict"; empty for a plain dict
    ValueId attributes;     ///< of the dict it comes from: _metadata; invalid where there is none
    bool ofModule = false;  ///< made from a pickled module: its tensors are no Parameters any more

    [[nodiscard]] std::vector<std::string> names() const;
};

/// Pairs of a dict, in its order.
[[nodiscard]] StateDict stateDictOfDict(Value dict);

/// What module.state_dict() gives: a module's own parameters, its persistent buffers, then its children, under dotted
/// names; a shared tensor under each of its names. `script`: a module of TorchScript, whose tensors are attributes.
[[nodiscard]] StateDict stateDictOfModule(Value module, bool script);

/// Takes each of the prefixes off the names that begin with it, once and in that order, then puts `add` before all.
/// Returns how many names lost a prefix. BadArgument where two become one.
Result<std::size_t> renameItems(StateDict &dict, const std::vector<std::string> &strip, const std::string &add);

/// The same for a module's name in _metadata: "module.conv1" without "module." is "conv1", "module" is "".
[[nodiscard]] std::string renamedModule(std::string_view module, const std::vector<std::string> &strip,
                                        const std::string &add);

}  // namespace waypoint
