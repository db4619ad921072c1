// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizers/weight_average.h"

#include "core/training/tensors/tensor_reading.h"

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
    return guarded([&]() -> Result<void> {
        std::vector<at::Tensor> loaded;
        for (const Entry &entry : m_entries) {
            const Value saved = stateDict[entry.name];
            if (!saved.is(ValueKind::Tensor))
                return Error{ErrorCode::BadArgument, "The averaged weights in the file lack " + entry.name};
            auto tensor = readTensor(saved);
            if (!tensor)
                return tensor.error();
            if (tensor->sizes() != entry.average.sizes())
                return Error{ErrorCode::BadArgument,
                             "The average of " + entry.name + " has another shape in the file than in the model"};
            loaded.push_back(std::move(*tensor));
        }
        const at::NoGradGuard noGrad;
        for (std::size_t i = 0; i < loaded.size(); ++i)
            m_entries[i].average.copy_(loaded[i]);
        return {};
    });
}

}  // namespace waypoint
