// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/optimizers/optimizer.h"

#include <span>
#include <string_view>

namespace waypoint {

/// Something an optimizer remembers of a parameter.
struct StateEntry
{
    enum class Start {
        Zeros,        ///< shaped like the parameter
        Accumulator,  ///< shaped like the parameter, filled with initial_accumulator_value
        Gradient,     ///< made of the first gradient: until then there is none
        Zero,         ///< float32 without dimensions
        One,
    };

    std::string_view name;  ///< Python's key
    Start start = Start::Zeros;
    std::string_view onlyWith = {};  ///< setting without which (false, 0) Python does not keep it

    [[nodiscard]] bool isScalar() const { return start == Start::Zero || start == Start::One; }
    [[nodiscard]] bool neededWith(const GroupSettings &settings) const
    {
        return onlyWith.empty() || settings.flag(onlyWith);
    }
    /// As it is before the first step; undefined for Gradient.
    [[nodiscard]] at::Tensor fresh(const at::Tensor &parameter, const GroupSettings &settings) const;
};

/// A class of torch.optim: what it is called, what it is set with, what it remembers, what it does.
struct OptimizerDefinition
{
    std::string_view name;       ///< on the command line
    std::string_view className;  ///< in torch.optim
    GroupSettings defaults;      ///< in the order of PyTorch 2
    std::vector<StateEntry> state;
    /// Keys of the state that the class reads and writes by itself.
    std::vector<std::string_view> ownState = {};
    /// One step of one group: every parameter that has a gradient. Null for LBFGS.
    void (*step)(const OptimizerDefinition &, const GroupSettings &, std::span<const at::Tensor>,
                 std::span<ParameterState>) = nullptr;
};

/// All classes.
[[nodiscard]] std::span<const OptimizerDefinition> optimizerDefinitions();
/// By name or className; null where there is none.
[[nodiscard]] const OptimizerDefinition *optimizerDefinition(std::string_view name);

/// Settings that say how Python computes, not what: Waypoint has no use for them and writes them with their defaults.
[[nodiscard]] bool isExecutionSetting(std::string_view key);

/// Keys of Arguments that makeOptimizer takes for the class.
[[nodiscard]] std::vector<std::string_view> argumentNames(const OptimizerDefinition &definition);

void sgdStep(const OptimizerDefinition &, const GroupSettings &, std::span<const at::Tensor>,
             std::span<ParameterState>);
void rmspropStep(const OptimizerDefinition &, const GroupSettings &, std::span<const at::Tensor>,
                 std::span<ParameterState>);
void adagradStep(const OptimizerDefinition &, const GroupSettings &, std::span<const at::Tensor>,
                 std::span<ParameterState>);
void adadeltaStep(const OptimizerDefinition &, const GroupSettings &, std::span<const at::Tensor>,
                  std::span<ParameterState>);
void adamStep(const OptimizerDefinition &, const GroupSettings &, std::span<const at::Tensor>,
              std::span<ParameterState>);
void adamwStep(const OptimizerDefinition &, const GroupSettings &, std::span<const at::Tensor>,
               std::span<ParameterState>);
void adamaxStep(const OptimizerDefinition &, const GroupSettings &, std::span<const at::Tensor>,
                std::span<ParameterState>);
void nadamStep(const OptimizerDefinition &, const GroupSettings &, std::span<const at::Tensor>,
               std::span<ParameterState>);
void radamStep(const OptimizerDefinition &, const GroupSettings &, std::span<const at::Tensor>,
               std::span<ParameterState>);

OptimizerPtr makeLbfgs(const OptimizerDefinition &definition, std::vector<ParameterGroup> groups,
                       const GroupSettings &settings);

}  // namespace waypoint
