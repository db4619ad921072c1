// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/model_parameters.h"
#include "core/checkpoint/optimizer_view.h"
#include "core/checkpoint/parameter_matching.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// Numbers shapes as they come, so that comparing shapes is comparing numbers.
class ShapeNumbers
{
public:
    ShapeNumber number(std::span<const std::int64_t> shape);

private:
    std::unordered_map<std::string, ShapeNumber> m_numbers;
    std::string m_key;
};

/// A model's parameters, ready to be compared.
struct ModelShapes
{
    std::vector<ModelParameter> parameters;
    std::vector<ShapeNumber> shapes;  ///< of `parameters`
    bool inOrder = true;              ///< of the model; false where the file sorts tensors by name

    ModelShapes() = default;
    ModelShapes(Value model, ShapeNumbers &numbers);
};

/// An optimizer's parameters, ready to be compared.
struct OptimizerShapes
{
    std::vector<std::vector<OptimizerSlot>> slots;
    std::vector<std::vector<ShapeNumber>> shapes;  ///< of `slots`, by what their state holds

    OptimizerShapes() = default;
    OptimizerShapes(const OptimizerView &view, ShapeNumbers &numbers);

    [[nodiscard]] std::size_t count() const;
};

/// Names of an optimizer's parameters.
struct ParameterNames
{
    MatchKind kind = MatchKind::None;
    std::vector<std::string> names;  ///< One: a name for each parameter, group after group
    std::size_t ofModel = 0;         ///< One: how many parameters the model has
    std::string problem;             ///< None, Many: why there are no names, as a sentence
};

/// The names the file itself gives: param_names, or names in place of indices. Kind None where it has none.
[[nodiscard]] ParameterNames ownNames(const OptimizerShapes &optimizer);

/// Names by order and shape from the model it trains; by identity where both were pickled together.
[[nodiscard]] ParameterNames namesFrom(const OptimizerShapes &optimizer, const ModelShapes &model);

/// Brings one name per parameter into the order of the optimizer's state: the i-th name belongs to the i-th entry
/// of `state`. All names in the order of the groups where the state is empty (not stepped yet, or plain SGD) or
/// belongs to all parameters together (LBFGS). Empty where the state has an entry that no group knows.
[[nodiscard]] std::vector<std::string> inStateOrder(const OptimizerView &view, const OptimizerShapes &optimizer,
                                                    std::vector<std::string> names);

}  // namespace waypoint
