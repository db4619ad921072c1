// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/models/model.h"
#include "core/training/models/model_files.h"
#include "core/training/models/plan_model.h"
#include "core/training/models/saved_tensors.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace waypoint {

namespace {

using Integers = std::vector<std::int64_t>;

constexpr std::int64_t kLeastVggSide = 32;

/// "3x32x32"; "3xHxW" where any height and width will do.
std::string sampleText(const Integers &sample)
{
    if (sample.size() == 3 && sample[1] == 0)
        return fmt::format("{}xHxW", sample[0]);
    return fmt::format("{}", fmt::join(sample, "x"));
}

bool takes(const RegisteredPlan &model, const Integers &sample)
{
    if (model.sample.size() == 1)
        return std::accumulate(sample.begin(), sample.end(), std::int64_t{1}, std::multiplies<>()) == model.sample[0];
    if (sample.size() != 3 || sample[0] != model.sample[0])
        return false;
    if (model.sample[1] != 0)
        return sample == model.sample;
    const std::int64_t least = model.initialisation == Initialisation::Vgg ? kLeastVggSide : 1;
    return sample[1] >= least && sample[2] >= least;
}

Result<ModelPtr> makeRegistered(const ModelRequest &request)
{
    auto model = registeredPlan(request.spec, request.outputs);
    if (!model)
        return model.error();
    if (!request.sampleShape.empty() && !takes(*model, request.sampleShape))
        return Error{.code = ErrorCode::BadArgument,
                     .detail = fmt::format("model '{}' takes samples of {}, the data has {}", request.spec,
                                           sampleText(model->sample), sampleText(request.sampleShape))};
    auto root = buildLayers(model->plan);
    if (!root)
        return root.error();
    initialiseAgain(**root, model->initialisation);
    return ModelPtr(std::make_unique<PlanModel>(model->spec, *root, model->outputs));
}

/// Whether names and shapes are all there and all right; num_batches_tracked may be missing.
bool fits(const LayerPlan &plan, const std::vector<SavedTensor> &saved)
{
    std::vector<NamedShape> wanted;
    std::vector<bool> optional;
    for (TensorPlan &tensor : tensorsOfPlan(plan)) {
        wanted.push_back({std::move(tensor.name), std::move(tensor.shape)});
        optional.push_back(tensor.counter);
    }
    const WeightMatch match = matchWeights(wanted, saved, true);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto source = match.source[i];
        if (source ? !hasShape(saved[*source].tensor, wanted[i].shape) : !optional[i])
            return false;
    }
    return match.unexpected.empty();
}

/// How many rows the weight called `layer`.weight has in the file, whatever stands in front of the name; 0 where it is
/// not there.
std::int64_t outputsIn(const std::vector<SavedTensor> &saved, const std::string &layer)
{
    const std::string name = layer + ".weight";
    for (const SavedTensor &entry : saved) {
        const bool isIt = entry.name == name || entry.name.ends_with('.' + name);
        if (isIt && entry.tensor.tensor().ref.shape.size() == 2)
            return entry.tensor.tensor().ref.shape[0];
    }
    return 0;
}

/// "mlp:4-16-3" for Linear layers that fit each other, called 0, 2, 4, ...; empty for anything else.
std::string mlpSpec(const std::vector<SavedTensor> &saved)
{
    Integers sizes;
    for (std::size_t layer = 0;; layer += 2) {
        const std::string name = fmt::format("{}.weight", layer);
        const auto found = std::ranges::find_if(
            saved, [&](const SavedTensor &entry) { return entry.name == name || entry.name.ends_with('.' + name); });
        if (found == saved.end())
            break;
        const SmallDims &shape = found->tensor.tensor().ref.shape;
        if (shape.size() != 2)
            return {};
        if (sizes.empty())
            sizes.push_back(shape[1]);
        sizes.push_back(shape[0]);
    }
    return sizes.size() < 2 ? std::string() : fmt::format("mlp:{}", fmt::join(sizes, "-"));
}

void addIfFits(std::vector<ModelRequest> &into, const Result<RegisteredPlan> &model,
               const std::vector<SavedTensor> &saved)
{
    if (model && fits(model->plan, saved))
        into.push_back({.spec = model->spec, .sampleShape = {}, .outputs = model->outputs});
}

}  // namespace

Result<ModelPtr> makeModel(const ModelRequest &request)
{
    return guarded([&]() -> Result<ModelPtr> {
        if (request.spec.starts_with("script:"))
            return makeScriptModel(request);
        if (request.spec.starts_with("module:"))
            return makePickledModel(request);
        return makeRegistered(request);
    });
}

std::vector<ModelDescription> registeredModels()
{
    std::vector<ModelDescription> all;
    for (const RegisteredName &entry : registeredNames()) {
        const auto model = registeredPlan(entry.name, 0);
        all.push_back({.name = std::string(entry.name),
                       .description = std::string(entry.description),
                       .sample = entry.name == "vgg16" || entry.name.starts_with("resnet") ? "3x224x224"
                                                                                           : sampleText(model->sample),
                       .outputs = entry.outputs,
                       .parameters = parameterCount(model->plan)});
    }
    const auto mlp = registeredPlan("mlp:4-16-3", 0);
    all.push_back({.name = "mlp:4-16-3",
                   .description = "Linear layers of the sizes given, with ReLU in between; any number of them.",
                   .sample = "4",
                   .outputs = 3,
                   .parameters = parameterCount(mlp->plan)});
    return all;
}

std::vector<ModelRequest> modelsThatFit(Value stateDict)
{
    const std::vector<SavedTensor> saved = savedTensors(stateDict);
    std::vector<ModelRequest> found;
    for (const RegisteredName &entry : registeredNames()) {
        const auto model = registeredPlan(entry.name, 0);
        const std::int64_t outputs = outputsIn(saved, lastLinear(model->plan).first);
        if (outputs > 0)
            addIfFits(found, registeredPlan(entry.name, outputs), saved);
    }
    if (const std::string spec = mlpSpec(saved); !spec.empty())
        addIfFits(found, registeredPlan(spec, 0), saved);
    return found;
}

}  // namespace waypoint
