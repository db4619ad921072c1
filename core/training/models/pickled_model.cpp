// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/model_parameters.h"
#include "core/checkpoint/module_text.h"
#include "core/checkpoint/reader.h"
#include "core/pickle/value_text.h"
#include "core/training/models/kept_generator.h"
#include "core/training/models/model_files.h"
#include "core/training/models/pickled_plan.h"
#include "core/training/models/plan_model.h"
#include "core/training/models/saved_tensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <unordered_map>

namespace waypoint {

namespace {

constexpr std::string_view kScriptAdvice = "In Python: scripted = torch.jit.script(model); scripted.save(\"model.pt\") "
                                           "- then train it with --model script:model.pt";

/// The module of a file: its root, or the only one that lies in it.
Result<Value> moduleIn(const Checkpoint &checkpoint)
{
    const Value root(checkpoint.values, checkpoint.root);
    if (isPickledModule(root))
        return root;
    if (isModule(root))
        return Error{.code = ErrorCode::BadArgument,
                     .detail = "a TorchScript module, not a pickled one",
                     .advice = "Name it with --model script:" + checkpoint.path.string()};
    std::vector<Value> found;
    std::vector<std::string> paths;
    for (const Section &section : checkpoint.sections) {
        const Value value = checkpoint.entries.value(section.entry);
        if (section.role != Role::Module && section.role != Role::Model)
            continue;
        if (isPickledModule(value)) {
            found.push_back(value);
            paths.push_back(keyText(checkpoint.entries.key(section.entry)));
        }
    }
    if (found.size() == 1)
        return found.front();
    if (found.empty())
        return Error{.code = ErrorCode::BadArgument,
                     .detail = "no whole module in this file",
                     .advice = "Weights alone go with --model NAME and --init FILE."};
    return Error{.code = ErrorCode::BadArgument,
                 .detail = fmt::format("several modules in this file: {}", fmt::join(paths, ", ")),
                 .advice = "Save the one to train in a file of its own."};
}

/// What to build, and what to know about it.
struct Blueprint
{
    LayerPlan plan;
    std::string note;
};

/// By the module's own layers; else, for a class of somebody's own, by the registered model that has its names and
/// shapes.
Result<Blueprint> blueprintOf(Value module)
{
    auto own = planOfModule(module);
    if (own)
        return Blueprint{std::move(*own), {}};
    Error error = own.error();
    error.advice = kScriptAdvice;
    if (module.className().starts_with("torch.nn.") || moduleWithHooks(module))
        return error;
    const std::vector<ModelRequest> fitting = modelsThatFit(module);
    if (fitting.empty())
        return error;
    auto registered = registeredPlan(fitting.front().spec, 0);
    if (!registered)
        return registered.error();
    return Blueprint{std::move(registered->plan),
                     fmt::format("The class {} has the names and shapes of {}, and is taken to compute the same.",
                                 module.className(), fitting.front().spec)};
}

/// Gives layers one tensor where Python had one parameter under two names, and leaves out of training what Python left
/// out.
class Restorer
{
public:
    explicit Restorer(const std::vector<SavedTensor> &saved)
    {
        for (const SavedTensor &entry : saved)
            m_saved.emplace(entry.name, entry.tensor);
    }

    void restore(Layer &layer, const std::string &prefix)
    {
        for (auto &[name, tensor] : layer.parameters) {
            const auto saved = m_saved.find(prefix + name);
            if (saved == m_saved.end())
                continue;
            tensor = m_known.emplace(saved->second.id().index, tensor).first->second;
            tensor.requires_grad_(saved->second.tensor().ref.requiresGrad);
        }
        for (auto &[name, child] : layer.children)
            restore(*child, name.empty() ? prefix : prefix + name + '.');
    }

private:
    std::unordered_map<std::string, Value> m_saved;
    std::unordered_map<std::uint32_t, at::Tensor> m_known;
};

/// The outputs that the last layer with weights has, where it is a Linear.
std::int64_t outputsOf(const LayerPlan &plan)
{
    const auto [name, outputs] = lastLinear(plan);
    const std::vector<TensorPlan> tensors = tensorsOfPlan(plan);
    return !tensors.empty() && tensors.back().name.starts_with(name + '.') ? outputs : 0;
}

Result<std::unique_ptr<PlanModel>> rebuild(const ModelRequest &request, Value module)
{
    auto blueprint = blueprintOf(module);
    if (!blueprint)
        return blueprint.error();
    auto root = buildLayers(blueprint->plan);
    if (!root) {
        Error error = root.error();
        error.advice = kScriptAdvice;
        return error;
    }
    auto model = std::make_unique<PlanModel>(request.spec, *root, outputsOf(blueprint->plan));
    auto report = loadWeights(model->tensors(), module);
    if (!report)
        return report.error();
    if (!report->allMatched())
        return Error{.code = ErrorCode::Unsupported, .detail = report->text(), .advice = std::string(kScriptAdvice)};
    Restorer(savedTensors(module)).restore(model->root(), {});
    model->setNote(blueprint->note);
    if (auto outputs = trialOutputs(*model, request); !outputs)
        return outputs.error();
    else if (*outputs > 0)
        model->setOutputs(*outputs);
    return model;
}

}  // namespace

Result<ModelPtr> makePickledModel(const ModelRequest &request)
{
    const KeptGenerator kept;  // what the layers draw is overwritten with their weights
    const std::string file = request.spec.substr(request.spec.find(':') + 1);
    const auto inFile = [&](Error error) {
        if (error.file.empty())
            error.file = file;
        return error;
    };
    const Opened opened = openCheckpoint(file);
    if (!opened.checkpoint)
        return inFile(*opened.error);
    const auto module = moduleIn(*opened.checkpoint);
    if (!module)
        return inFile(module.error());
    auto model = rebuild(request, unwrapped(*module));
    if (!model)
        return inFile(model.error());
    return ModelPtr(std::move(*model));
}

}  // namespace waypoint
