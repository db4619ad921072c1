// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/pickle/value.h"
#include "core/training/torch_headers.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// One entry of a model's state_dict.
struct ModelTensor
{
    std::string name;        ///< Python's: "conv1.weight"
    at::Tensor tensor;       ///< the live one
    bool parameter = false;  ///< else a buffer
    bool norm = false;       ///< of a normalisation layer (BatchNorm, LayerNorm, GroupNorm): for --no-decay
};

/// A network that can be trained, however it came to be.
class Model
{
public:
    virtual ~Model() = default;

    /// The `--model` text that makes it again: "lenet2:10", "script:/data/net.pt".
    [[nodiscard]] const std::string &spec() const { return m_spec; }

    /// Batch of samples (N, ...) to outputs (N, outputs). Throws what LibTorch throws.
    virtual at::Tensor forward(const at::Tensor &input) = 0;
    /// Dropout and BatchNorm: as in training, or as in evaluation.
    virtual void setTraining(bool on) = 0;
    /// Moves parameters and buffers; tensors handed out before are stale where the device changes.
    virtual void moveTo(const at::Device &device) = 0;
    /// In the order of Python's state_dict(); parameters among them in the order of Python's parameters(), tied ones
    /// once. Buffers that Python does not save are left out.
    [[nodiscard]] virtual std::vector<ModelTensor> tensors() const = 0;

    /// Outputs per sample where the layout tells (classes); 0 where it does not.
    [[nodiscard]] virtual std::int64_t outputs() const { return 0; }
    /// Something to know before training it (traced in eval mode: dropout never drops); empty mostly.
    [[nodiscard]] virtual std::string note() const { return {}; }

protected:
    explicit Model(std::string spec) : m_spec(std::move(spec)) {}

private:
    std::string m_spec;
};

using ModelPtr = std::unique_ptr<Model>;

/// What a model is wanted for.
struct ModelRequest
{
    std::string spec;                       ///< --model
    std::vector<std::int64_t> sampleShape;  ///< {4}, {3, 32, 32}; empty: not known
    std::int64_t outputs = 0;               ///< classes or target size; 0: the model's own default
};

/// Makes the model, freshly initialised: its own draws come from LibTorch's default CPU generator in the order Python's
/// constructor draws, so torch::manual_seed(s) before gives the very weights that torch.manual_seed(s) gives in Python.
/// (script: and module: bring theirs.) BadArgument names the models there are; a sample shape that does not fit is
/// BadArgument with both shapes; a file's errors name the file. For a class that cannot be rebuilt the advice is the
/// two Python lines that make a TorchScript file of it.
Result<ModelPtr> makeModel(const ModelRequest &request);

/// A line of `waypoint-train models`.
struct ModelDescription
{
    std::string name;          ///< "resnet18"
    std::string description;   ///< one sentence
    std::string sample;        ///< "3x224x224", "4": what it takes
    std::int64_t outputs = 0;  ///< by default
    std::int64_t parameters = 0;
};
[[nodiscard]] std::vector<ModelDescription> registeredModels();

/// The registered models whose names and shapes are those of a saved state_dict (prefixes such as "module." aside),
/// with the outputs its last layer has: "cifar-net", "lenet2:100", "mlp:4-16-3".
[[nodiscard]] std::vector<ModelRequest> modelsThatFit(Value stateDict);

/// What happened to each name when weights were loaded.
struct WeightsReport
{
    std::size_t loaded = 0;               ///< tensors
    std::size_t wanted = 0;               ///< tensors the model has
    std::vector<std::string> missing;     ///< in the model, not in the file
    std::vector<std::string> unexpected;  ///< in the file, not in the model
    struct Mismatch
    {
        std::string name;
        std::vector<std::int64_t> inFile;
        std::vector<std::int64_t> inModel;
    };
    std::vector<Mismatch> mismatched;  ///< skipped
    std::string strippedPrefix;        ///< "module." where one was taken off all names
    std::string addedPrefix;           ///< "module." where the model has one that the file has not

    [[nodiscard]] bool allMatched() const { return missing.empty() && unexpected.empty() && mismatched.empty(); }
    /// As PyTorch words it: "<All keys matched successfully>", or the lists, on one line (at most 20 names each).
    [[nodiscard]] std::string text() const;
};

/// Compares without loading anything: for plans. `saved` is a state_dict (flat or nested dicts of tensors), a pickled
/// module or a TorchScript module's value.
[[nodiscard]] WeightsReport compareWeights(const std::vector<ModelTensor> &tensors, Value saved);

/// Copies saved tensors into the model's, converted to its dtypes. A missing num_batches_tracked (before 0.4.1) is no
/// defect. Tensor by tensor, so that memory is never twice the model. Errors only where a tensor's bytes cannot be
/// read; what did not fit is in the report, and whether that is fatal (strict) is the caller's to say.
Result<WeightsReport> loadWeights(const std::vector<ModelTensor> &tensors, Value saved);

}  // namespace waypoint
