// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/models/kept_generator.h"
#include "core/training/models/model_files.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/passes/tensorexpr_fuser.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <unordered_set>

namespace waypoint {

namespace {

using torch::jit::IValue;
using torch::jit::Module;

/// A module's own class: "BatchNorm2d".
std::string className(const Module &module)
{
    const auto name = module.type()->name();
    return name ? name->name() : std::string();
}

/// As Python's state_dict() of a loaded module: its own parameters, its buffers, its children in turn.
class Collector
{
public:
    std::vector<ModelTensor> collect(const Module &root)
    {
        add(root, {});
        return std::move(m_tensors);
    }

private:
    void add(const Module &module, const std::string &prefix)
    {
        const bool norm = className(module).find("Norm") != std::string::npos;
        for (const auto &entry : module.named_parameters(false))
            m_tensors.push_back({.name = prefix + entry.name,
                                 .tensor = entry.value,
                                 .parameter = m_seen.insert(entry.value.unsafeGetTensorImpl()).second,
                                 .norm = norm});
        for (const auto &entry : module.named_buffers(false))
            m_tensors.push_back({.name = prefix + entry.name, .tensor = entry.value, .parameter = false, .norm = norm});
        for (const auto &entry : module.named_children())
            add(entry.value, prefix + entry.name + '.');
    }

    std::vector<ModelTensor> m_tensors;
    std::unordered_set<const void *> m_seen;
};

/// Whether calls of one of `operators` have their `training` argument fixed, and to what.
std::optional<bool> fixedMode(const torch::jit::Block &block, std::initializer_list<std::string_view> operators)
{
    for (const torch::jit::Node *node : block.nodes()) {
        for (const torch::jit::Block *inner : node->blocks())
            if (const auto mode = fixedMode(*inner, operators))
                return mode;
        const bool isOne = std::ranges::find(operators, node->kind().toQualString()) != operators.end();
        if (!isOne || !node->maybeSchema())
            continue;
        auto argument = node->schema().argumentIndexWithName("training");  // batch_norm's
        if (!argument)
            argument = node->schema().argumentIndexWithName("train");  // dropout's
        if (!argument)
            continue;
        if (const auto constant = torch::jit::toIValue(node->input(static_cast<std::size_t>(*argument))))
            if (constant->isBool())
                return constant->toBool();
    }
    return std::nullopt;
}

/// A traced module holds the very calls that were made, so it keeps the mode it was traced in.
std::string noteOn(const Module &module)
{
    const auto graph = module.get_method("forward").graph()->copy();
    torch::jit::Inline(*graph);
    const auto dropout = fixedMode(*graph->block(), {"aten::dropout", "aten::dropout_", "aten::feature_dropout",
                                                     "aten::feature_dropout_", "aten::alpha_dropout"});
    const auto norm = fixedMode(*graph->block(), {"aten::batch_norm"});
    std::vector<std::string> parts;
    if (dropout)
        parts.push_back(*dropout ? "dropout drops in evaluation too" : "dropout never drops");
    if (norm)
        parts.push_back(*norm ? "BatchNorm uses the batch's statistics in evaluation too"
                              : "BatchNorm never updates its statistics");
    if (parts.empty())
        return {};
    const bool inTraining = dropout ? *dropout : *norm;
    return fmt::format("This module was traced in {} mode and keeps it: {}.", inTraining ? "training" : "evaluation",
                       fmt::join(parts, ", "));
}

class ScriptModel final : public Model
{
public:
    ScriptModel(std::string spec, Module module)
        : Model(std::move(spec)), m_module(std::move(module)), m_note(noteOn(m_module))
    {
    }

    at::Tensor forward(const at::Tensor &input) override
    {
        // What the profiling executor makes of a graph after its first runs rounds differently, so a run that was
        // resumed would not go on as one that went through. The switch belongs to the thread.
        const torch::jit::GraphOptimizerEnabledGuard plain(false);
        const IValue result = m_module.forward({input});
        TORCH_CHECK(result.isTensor(), "the module gives a ", result.tagKind(), " where one tensor is needed");
        return result.toTensor();
    }

    void setTraining(bool on) override
    {
        for (Module module : m_module.modules())
            if (module.hasattr("training") && module.attr("training").isBool())
                module.setattr("training", on);
    }

    void moveTo(const at::Device &device) override { m_module.to(device); }
    [[nodiscard]] std::vector<ModelTensor> tensors() const override { return Collector().collect(m_module); }
    [[nodiscard]] std::int64_t outputs() const override { return m_outputs; }
    [[nodiscard]] std::string note() const override { return m_note; }
    void setOutputs(std::int64_t outputs) { m_outputs = outputs; }

    /// One with tensors of its own.
    [[nodiscard]] std::unique_ptr<ScriptModel> copy() const
    {
        return std::make_unique<ScriptModel>(spec(), m_module.deepcopy());
    }

private:
    Module m_module;
    std::string m_note;
    std::int64_t m_outputs = 0;
};

Error refused(std::string reason, std::string file, std::string advice = {})
{
    return {.code = ErrorCode::Unsupported,
            .detail = std::move(reason),
            .advice = std::move(advice),
            .file = std::move(file)};
}

/// Nothing where the module can be trained on batches.
std::optional<Error> whyNot(const Module &module, const std::string &file)
{
    if (module.parameters().size() == 0)
        return refused(
            module.hasattr("training")
                ? "the TorchScript module has no parameters, so there is nothing to train"
                : "the TorchScript module is frozen: its weights have become constants, which cannot be trained",
            file, "Save the module as it is before torch.jit.freeze or torch.jit.optimize_for_inference.");
    const auto forward = module.find_method("forward");
    if (!forward)
        return refused("the TorchScript module has no forward()", file);
    const auto &arguments = forward->function().getSchema().arguments();
    const auto needed = std::ranges::count_if(arguments, [](const auto &a) { return !a.default_value(); });
    if (needed != 2 || arguments.size() < 2)
        return refused(fmt::format("the module's forward() takes {} arguments where one tensor is given", needed - 1),
                       file);
    return std::nullopt;
}

Result<std::int64_t> triedOutputs(Model &model, const ModelRequest &request)
{
    std::vector<std::int64_t> shape{2};
    shape.insert(shape.end(), request.sampleShape.begin(), request.sampleShape.end());
    std::optional<Error> first;
    for (const auto type : {at::kFloat, at::kLong}) {  // an Embedding looks up whole numbers
        auto result = guarded([&]() -> Result<at::Tensor> { return model.forward(at::zeros(shape, type)); });
        if (!result) {
            first = first ? first : result.error();
            continue;
        }
        const std::int64_t outputs = result->dim() == 2 ? result->size(1) : 0;
        if (outputs != 0 && request.outputs > outputs)
            return Error{.code = ErrorCode::BadArgument,
                         .detail = fmt::format("model '{}' has {} outputs, the data needs {}", request.spec, outputs,
                                               request.outputs)};
        return outputs;
    }
    return Error{.code = ErrorCode::BadArgument,
                 .detail = fmt::format("model '{}' does not take samples of {}: {}", request.spec,
                                       fmt::join(request.sampleShape, "x"), first->detail)};
}

}  // namespace

Result<std::int64_t> trialOutputs(Model &model, const ModelRequest &request)
{
    if (request.sampleShape.empty())
        return std::int64_t{0};
    const KeptGenerator kept;
    const at::NoGradGuard noGrad;
    model.setTraining(false);
    auto outputs = triedOutputs(model, request);
    model.setTraining(true);
    return outputs;
}

Result<ModelPtr> makeScriptModel(const ModelRequest &request)
{
    const std::string file = request.spec.substr(request.spec.find(':') + 1);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored))
        return Error{.code = ErrorCode::NotFound, .detail = "there is no such file", .file = file};
    torch::jit::setTensorExprFuserEnabled(false);  // LibTorch 2.6 hangs in it on modules traced in training
    std::optional<Module> module;
    auto loaded = guarded([&]() -> Result<void> {
        module = torch::jit::load(file, at::Device(at::kCPU));
        return {};
    });
    if (!loaded)
        return Error{.code = ErrorCode::NotACheckpoint,
                     .detail = "not a TorchScript module: " + loaded.error().detail,
                     .advice = "torch.jit.script(model).save(\"model.pt\") in Python makes one.",
                     .file = file};
    if (auto reason = whyNot(*module, file))
        return *reason;
    auto model = std::make_unique<ScriptModel>(request.spec, *module);
    // On a copy: a module traced in training mode updates its BatchNorm in every pass.
    auto outputs = trialOutputs(*model->copy(), request);
    if (!outputs) {
        Error error = outputs.error();
        error.file = file;
        return error;
    }
    model->setOutputs(*outputs);
    return ModelPtr(std::move(model));
}

}  // namespace waypoint
