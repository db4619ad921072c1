// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// One parameter of an optimizer: how it is called, and what the optimizer remembers of it.
struct OptimizerSlot
{
    Value id;          ///< index, Python id(), name, or the Parameter itself
    Value state;       ///< dict of exp_avg and its kin; invalid where there is none
    std::string name;  ///< where the file says it: param_names, or a name in place of an index
};

/// An optimizer's state_dict as its parts, in any of the forms that occur.
struct OptimizerView
{
    enum class Kind {
        Torch,      ///< {state: {index: ...}, param_groups: [...]}
        Pickled,    ///< a pickled optimizer object with those attributes
        Fastai,     ///< {state: [...], hypers: [...]}
        Flat,       ///< {"state.<name>.exp_avg": ..., "param_groups.<name>.lr": ...}, as torchtitan writes
        Cpp,        ///< what C++ torch::save(optimizer) writes: addresses as keys, options apart
        StateOnly,  ///< {state: {index: ...}}, the groups left out
        Zero,       ///< a DeepSpeed ZeRO partition: flattened pieces, no parameters of their own
    };

    Kind kind = Kind::Torch;
    Value state;
    std::vector<Value> groups;  ///< a dict each

    /// The parameters of each group, in the optimizer's order.
    [[nodiscard]] std::vector<std::vector<OptimizerSlot>> slots() const;
};

/// Recognises an optimizer by its structure; nothing where it is none.
[[nodiscard]] std::optional<OptimizerView> optimizerView(Value value);

/// Whether a dict is what an optimizer remembers of one parameter: exp_avg, momentum_buffer and their kin.
[[nodiscard]] bool isParameterState(Value value);

/// What param_groups and state call a parameter, as text: "0", "2744643462632", "fc.weight". Flattened state_dicts
/// turn numbers into text, so 0 and "0" are the same.
[[nodiscard]] std::string idText(Value id);

/// Whether two ids mean the same parameter.
[[nodiscard]] bool sameId(Value a, Value b);

/// Class of an optimizer, found by the keys of its groups and of its state.
struct OptimizerClass
{
    std::string name;  ///< "Adam"; empty where nobody's keys fit
    Certainty certainty = Certainty::Certain;
    std::string note;  ///< why it is only likely

    bool operator==(const OptimizerClass &) const = default;
};

/// `label`: the key it was found under; some trainers write the class there.
[[nodiscard]] OptimizerClass optimizerClass(const OptimizerView &view, Value value, std::string_view label);

}  // namespace waypoint
