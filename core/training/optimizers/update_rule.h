// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/optimizers/optimizer_definition.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <span>
#include <vector>

namespace waypoint {

/// Whether this LibTorch's Python moves averages with lerp (2.1 and newer) or multiplies and adds (before): the last
/// bit differs.
inline constexpr bool kAveragesByLerp = TORCH_VERSION_MAJOR > 2
                                        || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1);

/// average = average * keep + value * (1 - keep), rounded as Python's torch.optim of the same version does.
inline void moveAverage(const at::Tensor &average, const at::Tensor &value, double keep)
{
    if constexpr (kAveragesByLerp)
        average.lerp_(value, 1 - keep);
    else
        average.mul_(keep).add_(value, 1 - keep);
}

/// What a rule gets to change: the parameter and its state, whole or a piece of each.
struct Piece
{
    const at::Tensor &parameter;
    at::Tensor gradient;
    std::span<at::Tensor> state;  ///< as in OptimizerDefinition::state; undefined where not needed
};

/// Adds one to a step counter and returns it.
inline double countStep(const at::Tensor &step)
{
    float &value = *step.data_ptr<float>();
    value += 1;
    return static_cast<double>(value);
}

/// Elements of a piece: it and what is computed from it stay in the processor's cache. A multiple of every vector's
/// length.
inline constexpr std::int64_t kPiece = std::int64_t(1) << 15;

/// Whether the parameter is large enough, and all of it laid out alike, to be walked through in pieces.
[[nodiscard]] bool inPieces(const at::Tensor &parameter, const at::Tensor &gradient, std::span<const at::Tensor> state);
/// Calls `apply` for one piece after the other, on several threads. The elements are computed as they would be at once.
void forEachPiece(const at::Tensor &parameter, const at::Tensor &gradient, std::span<const at::Tensor> state,
                  const std::function<void(Piece &)> &apply);
/// Makes what is needed and not there yet. False where the first gradient is still to be copied.
bool completeState(const OptimizerDefinition &definition, const GroupSettings &settings, const at::Tensor &parameter,
                   ParameterState &state);

/// One step of a group. `Rule` is made from the settings; `begin(state)` once per parameter returns its coefficients,
/// `apply(coefficients, piece)` changes the elements.
template<typename Rule>
void stepGroup(const OptimizerDefinition &definition, const GroupSettings &settings,
               std::span<const at::Tensor> parameters, std::span<ParameterState> states)
{
    const Rule rule(settings);
    const bool maximize = settings.flag("maximize");
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const at::Tensor &parameter = parameters[i];
        const at::Tensor &gradient = parameter.grad();
        if (!gradient.defined())
            continue;
        TORCH_CHECK(gradient.layout() == at::kStrided, definition.className, " takes no sparse gradients");
        const bool complete = completeState(definition, settings, parameter, states[i]);
        std::vector<at::Tensor> &state = states[i].tensors;
        const auto coefficients = rule.begin(std::span<const at::Tensor>(state));
        const auto apply = [&](Piece &piece) {
            if (maximize)
                piece.gradient = piece.gradient.neg();
            rule.apply(coefficients, piece);
        };
        if (complete && inPieces(parameter, gradient, state)) {
            forEachPiece(parameter, gradient, state, apply);
        } else {
            Piece whole{parameter, gradient, state};
            apply(whole);
        }
    }
}

}  // namespace waypoint
