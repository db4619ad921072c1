// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/models/plan_model.h"

#include <unordered_set>

namespace waypoint {

namespace {

/// Visits each layer once, as Python's modules() does; a layer comes before its children.
template<typename Function>
void forEachLayer(Layer &layer, std::unordered_set<const Layer *> &seen, const Function &function)
{
    if (!seen.insert(&layer).second)
        return;
    function(layer);
    for (auto &[name, child] : layer.children)
        forEachLayer(*child, seen, function);
}

template<typename Function>
void forEachLayer(Layer &root, const Function &function)
{
    std::unordered_set<const Layer *> seen;
    forEachLayer(root, seen, function);
}

/// As Python's state_dict(): a layer that stands in two places is listed in both. A parameter counts as one where it is
/// met first; the same under a further name is saved, and not optimised twice.
class Collector
{
public:
    std::vector<ModelTensor> collect(const Layer &root)
    {
        add(root, {});
        return std::move(m_tensors);
    }

private:
    void add(const Layer &layer, const std::string &prefix)
    {
        const bool norm = isNormType(layer.type);
        for (const auto &[name, tensor] : layer.parameters)
            m_tensors.push_back({.name = prefix + name,
                                 .tensor = tensor,
                                 .parameter = m_seen.insert(tensor.unsafeGetTensorImpl()).second,
                                 .norm = norm});
        for (const auto &[name, tensor] : layer.buffers)
            m_tensors.push_back({.name = prefix + name, .tensor = tensor, .parameter = false, .norm = norm});
        for (const auto &[name, child] : layer.children)
            add(*child, name.empty() ? prefix : prefix + name + '.');
    }

    std::vector<ModelTensor> m_tensors;
    std::unordered_set<const void *> m_seen;
};

}  // namespace

PlanModel::PlanModel(std::string spec, LayerPtr root, std::int64_t outputs)
    : Model(std::move(spec)), m_root(std::move(root)), m_outputs(outputs)
{
}

void PlanModel::setTraining(bool on)
{
    forEachLayer(*m_root, [on](Layer &layer) { layer.training = on; });
}

void PlanModel::moveTo(const at::Device &device)
{
    at::NoGradGuard noGrad;
    forEachLayer(*m_root, [&](Layer &layer) {
        for (auto *tensors : {&layer.parameters, &layer.buffers})
            for (auto &[name, tensor] : *tensors)
                tensor.set_data(tensor.to(device));
    });
}

std::vector<ModelTensor> PlanModel::tensors() const { return Collector().collect(*m_root); }

void initialiseAgain(Layer &root, Initialisation how)
{
    if (how == Initialisation::Default)
        return;
    at::NoGradGuard noGrad;
    forEachLayer(root, [how](Layer &layer) {
        const bool convolution = layer.type == "Conv2d";
        if (!convolution && (layer.type != "Linear" || how != Initialisation::Vgg))
            return;
        for (auto &[name, tensor] : layer.parameters) {
            if (name == "bias")
                tensor.zero_();
            else if (convolution)
                torch::nn::init::kaiming_normal_(tensor, 0, torch::kFanOut, torch::kReLU);
            else
                torch::nn::init::normal_(tensor, 0, 0.01);
        }
    });
}

}  // namespace waypoint
