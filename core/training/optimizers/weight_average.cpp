// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizers/weight_average.h"

#include "core/training/models/model.h"

namespace waypoint {

WeightAverage::WeightAverage(Named parameters, Named buffers, double decay) : m_decay(decay)
{
    const at::NoGradGuard noGrad;
    for (auto &[name, tensor] : parameters)
        m_entries.push_back({std::move(name), tensor, tensor.detach().clone(), tensor.is_floating_point()});
    for (auto &[name, tensor] : buffers)
        m_entries.push_back({std::move(name), tensor, tensor.detach().clone(), false});
}

void WeightAverage::update()
{
    const at::NoGradGuard noGrad;
    for (Entry &entry : m_entries) {
        if (entry.averaged)
            entry.average.lerp_(entry.weight, 1 - m_decay);
        else
            entry.average.copy_(entry.weight);
    }
}

void WeightAverage::exchange()
{
    const at::NoGradGuard noGrad;
    for (Entry &entry : m_entries) {
        const at::Tensor weight = entry.weight.detach().clone();
        entry.weight.copy_(entry.average);
        entry.average.copy_(weight);
    }
}

ValueId WeightAverage::writeStateDict(Snapshot &into) const
{
    std::vector<std::pair<std::string, ValueId>> items;
    for (const Entry &entry : m_entries)
        items.emplace_back(entry.name, into.addTensor(entry.average));
    return into.addOrderedDict(items);
}

Result<void> WeightAverage::loadStateDict(Value stateDict)
{
    // As weights are: under any prefix (torch.optim.swa_utils.AveragedModel's "module."), from a whole module too.
    std::vector<ModelTensor> averages;
    for (const Entry &entry : m_entries)
        averages.push_back({.name = entry.name, .tensor = entry.average, .parameter = entry.averaged, .norm = false});
    const WeightsReport fit = compareWeights(averages, stateDict);
    if (!fit.missing.empty())
        return Error{ErrorCode::BadArgument, "The averaged weights in the file lack " + fit.missing.front()};
    if (!fit.mismatched.empty())
        return Error{ErrorCode::BadArgument, "The average of " + fit.mismatched.front().name
                                                 + " has another shape in the file than in the model"};
    const auto loaded = loadWeights(averages, stateDict);
    return loaded ? Result<void>() : loaded.error();
}

}  // namespace waypoint
