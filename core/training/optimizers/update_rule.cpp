// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizers/update_rule.h"

namespace waypoint {

namespace {

/// Below this the pieces cost more than they save.
constexpr std::int64_t kLarge = 4 * kPiece;

}  // namespace

at::Tensor StateEntry::fresh(const at::Tensor &parameter, const GroupSettings &settings) const
{
    switch (start) {
    case Start::Zeros:
        return at::zeros_like(parameter);
    case Start::Accumulator:
        return at::full_like(parameter, settings.number("initial_accumulator_value"));
    case Start::Zero:
        return at::zeros({}, at::kFloat);
    case Start::One:
        return at::ones({}, at::kFloat);
    case Start::Gradient:
        break;
    }
    return {};
}

bool completeState(const OptimizerDefinition &definition, const GroupSettings &settings, const at::Tensor &parameter,
                   ParameterState &state)
{
    state.tensors.resize(definition.state.size());
    bool complete = true;
    for (std::size_t i = 0; i < definition.state.size(); ++i) {
        const StateEntry &entry = definition.state[i];
        if (!state.tensors[i].defined() && entry.neededWith(settings))
            state.tensors[i] = entry.fresh(parameter, settings);
        complete = complete && (state.tensors[i].defined() || !entry.neededWith(settings));
    }
    return complete;
}

bool inPieces(const at::Tensor &parameter, const at::Tensor &gradient, std::span<const at::Tensor> state)
{
    if (parameter.numel() < kLarge || !parameter.device().is_cpu() || !parameter.is_contiguous()
        || !gradient.is_contiguous())
        return false;
    return std::all_of(state.begin(), state.end(), [](const at::Tensor &tensor) {
        return !tensor.defined() || tensor.dim() == 0 || tensor.is_contiguous();
    });
}

void forEachPiece(const at::Tensor &parameter, const at::Tensor &gradient, std::span<const at::Tensor> state,
                  const std::function<void(Piece &)> &apply)
{
    const at::Tensor flat = parameter.view(-1);
    const at::Tensor flatGradient = gradient.view(-1);
    const auto pieceOf = [](const at::Tensor &tensor, std::int64_t begin, std::int64_t length) {
        return tensor.defined() && tensor.dim() > 0 ? tensor.view(-1).narrow(0, begin, length) : tensor;
    };
    const std::int64_t count = (flat.numel() + kPiece - 1) / kPiece;
    at::parallel_for(0, count, 1, [&](std::int64_t first, std::int64_t last) {
        const at::NoGradGuard noGrad;  // a property of the thread
        std::vector<at::Tensor> states(state.size());
        for (std::int64_t i = first; i < last; ++i) {
            const std::int64_t begin = i * kPiece;
            const std::int64_t length = std::min(kPiece, flat.numel() - begin);
            std::transform(state.begin(), state.end(), states.begin(),
                           [&](const at::Tensor &tensor) { return pieceOf(tensor, begin, length); });
            const at::Tensor part = flat.narrow(0, begin, length);
            Piece piece{part, flatGradient.narrow(0, begin, length), states};
            apply(piece);
        }
    });
}

}  // namespace waypoint
