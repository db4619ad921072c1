// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/value_roles.h"

#include "core/checkpoint/role_words.h"
#include "core/tensor/dtype.h"

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

/// at::get_generator_state of the CPU generator: legacy Mersenne twister and its normal cache.
constexpr std::int64_t kCpuGeneratorBytes = 5056;
/// Seed and offset of a CUDA generator; before 1.8 with 800 bytes of states in front.
constexpr std::int64_t kCudaGeneratorBytes = 16;
constexpr std::int64_t kOldCudaGeneratorBytes = 816;
/// random.getstate(): the twister's 624 words and its position.
constexpr std::size_t kPythonStateWords = 625;
/// Enough of a long list to know what it is.
constexpr std::size_t kLookedAt = 50;

bool isByteTensor(Value value, std::int64_t bytes)
{
    if (!value.is(ValueKind::Tensor))
        return false;
    const TensorRef &ref = value.tensor().ref;
    return ref.dtype == DType::UInt8 && ref.shape.size() == 1 && ref.shape[0] == bytes;
}

bool saysRandom(std::string_view label)
{
    return hasWord(wordsOf(label), {"rng", "random", "cuda", "generator", "generators", "gpu", "seed"});
}

bool isNumpyState(Value value)
{
    if (value.is(ValueKind::Dict) && value.count() < 16 && value["bit_generator"].is(ValueKind::Str))
        return value.contains("state");
    const bool sequence = value.is(ValueKind::Tuple) || value.is(ValueKind::List);
    return sequence && value.count() >= 3 && value.at(0).text() == "MT19937";
}

bool isPythonState(Value value)
{
    const bool sequence = value.is(ValueKind::Tuple) || value.is(ValueKind::List);
    return sequence && value.count() == 3 && value.at(0).integer() && value.at(1).count() == kPythonStateWords;
}

/// A state that is one in itself, not a container of states.
bool isPlainRng(Value value, std::string_view label)
{
    if (isByteTensor(value, kCpuGeneratorBytes) || isByteTensor(value, kOldCudaGeneratorBytes))
        return true;
    if (isByteTensor(value, kCudaGeneratorBytes))
        return saysRandom(label);
    return isNumpyState(value) || isPythonState(value);
}

bool isRngList(Value value, std::string_view label)
{
    const bool sequence = value.is(ValueKind::List) || value.is(ValueKind::Tuple);
    if (!sequence || value.count() == 0 || value.count() > 4096)
        return false;
    for (std::size_t i = 0; i < value.count(); ++i)
        if (!isPlainRng(value.at(i), label))
            return false;
    return true;
}

/// {python, numpy, torch, cuda}, {random_state, numpy_random_seed, torch_manual_seed, step}: nothing else beside.
bool isRngDict(Value value)
{
    if (!value.is(ValueKind::Dict) || value.count() == 0 || value.count() > 64)
        return false;
    std::size_t states = 0;
    for (std::size_t i = 0; i < value.count(); ++i) {
        const Value item = value.at(i);
        const std::string_view key = value.key(i).text();
        if (isPlainRng(item, key) || isRngList(item, key))
            ++states;
        else if (item.is(ValueKind::Tensor) && saysRandom(key))
            continue;
        else if (!item.is(ValueKind::None) && !(item.is(ValueKind::Int) && key == "step")
                 && !(item.is(ValueKind::List) && item.count() == 0))
            return false;
    }
    return states > 0;
}

bool hasTwoElements(std::span<const std::int64_t> shape)
{
    return (shape.size() == 1 && shape[0] >= 2) || (shape.size() == 2 && shape[0] >= 2 && shape[1] <= 16);
}

/// Records that have several values per step name them in a dict.
bool isRecord(Value value)
{
    if (!value.is(ValueKind::Dict) || value.count() == 0 || value.count() > 256)
        return false;
    std::size_t numbers = 0;
    for (std::size_t i = 0; i < value.count(); ++i)
        numbers += value.key(i).is(ValueKind::Str) && isNumber(value.at(i)) ? 1 : 0;
    return 2 * numbers > value.count();
}

/// Lists of numbers that mean something else, mostly settings.
bool saysNoCurve(std::string_view label)
{
    return hasWord(wordsOf(label),
                   {"mean",    "std",       "weights", "weight",  "betas",  "milestones", "size",    "sizes",
                    "shape",   "dims",      "dim",     "anchors", "layers", "channels",   "classes", "names",
                    "scales",  "ratios",    "range",   "bounds",  "gpus",   "gpu",        "devices", "device",
                    "ids",     "milestone", "stages",  "hidden",  "input",  "output",     "stride",  "kernel",
                    "indices", "idx",       "idxs",    "seeds",   "vocab",  "labels",     "version"});
}

std::optional<Certainty> listCurve(Value list, std::string_view label)
{
    if (list.count() < 2)
        return std::nullopt;
    bool numbers = true;
    bool fractions = false;
    bool records = true;
    for (std::size_t i = 0; i < std::min(list.count(), kLookedAt); ++i) {
        const Value item = list.at(i);
        numbers = numbers && isNumber(item);
        fractions = fractions || !isWholeNumber(item);
        records = records && isRecord(item);
    }
    if (records || (numbers && saysCurve(label)))
        return Certainty::Certain;
    // Numbers with a fraction under no telling name are more often a record than a setting; integers are not.
    if (numbers && fractions && list.count() >= 3 && !saysNoCurve(label) && !label.empty())
        return Certainty::Likely;
    return std::nullopt;
}

std::optional<Certainty> arrayCurve(Value value, std::string_view label)
{
    const bool array = value.is(ValueKind::Array);
    const SmallDims &shape = array ? value.tree().array(value.id()).shape : value.tensor().ref.shape;
    const bool curve = saysCurve(label) && hasTwoElements(shape.dims());
    return curve ? std::optional(Certainty::Certain) : std::nullopt;
}

/// A dict of columns: {"train_loss": [...], "val_loss": [...]}.
std::optional<Certainty> dictCurve(Value value, std::string_view label)
{
    if (value.count() == 0 || value.count() > 512)
        return std::nullopt;
    bool telling = saysCurve(label);
    for (std::size_t i = 0; i < value.count(); ++i) {
        const Value column = value.at(i);
        const std::string_view name = value.key(i).text();
        const bool history = column.className().ends_with("HistoryBuffer");
        const bool sequence = column.is(ValueKind::List) || column.is(ValueKind::Array);
        if (!history && !(sequence && curveCertainty(column, saysCurve(label) ? label : name)))
            return std::nullopt;
        telling = telling || history || saysCurve(name);
    }
    return telling ? std::optional(Certainty::Certain) : std::nullopt;
}

}  // namespace

bool isNumber(Value value)
{
    switch (value.isValid() ? value.kind() : ValueKind::None) {
    case ValueKind::Int:
    case ValueKind::BigInt:
    case ValueKind::Float:
        return true;
    case ValueKind::Tensor: {
        const TensorRef &ref = value.tensor().ref;
        return ref.shape.size() <= 1 && ref.elementCount() == 1 && !isComplex(ref.dtype) && ref.dtype != DType::Bool;
    }
    case ValueKind::Array: {
        const SmallDims &shape = value.tree().array(value.id()).shape;
        return shape.empty() || (shape.size() == 1 && shape[0] == 1);
    }
    default:
        return false;
    }
}

bool isWholeNumber(Value value)
{
    if (value.is(ValueKind::Int) || value.is(ValueKind::BigInt))
        return true;
    if (value.is(ValueKind::Float)) {
        // Some trainers count epochs in fractions, and JSON knows no difference.
        const double number = *value.number();
        return number >= -1 && number < 9e15 && number == static_cast<double>(static_cast<std::int64_t>(number));
    }
    if (value.is(ValueKind::Tensor))
        return isNumber(value) && !isFloatingPoint(value.tensor().ref.dtype);
    return false;
}

bool isRng(Value value, std::string_view label)
{
    if (isPlainRng(value, label) || isRngList(value, label) || isRngDict(value))
        return true;
    const bool sequence = value.is(ValueKind::List) || value.is(ValueKind::Tuple);
    if (!sequence || value.count() == 0 || value.count() > 4096)
        return false;
    for (std::size_t i = 0; i < value.count(); ++i)
        if (!isRngDict(value.at(i)) && !(isPlainRng(value.at(i), label) || isRngList(value.at(i), label)))
            return false;
    return true;
}

bool isScaler(Value value, const Fields &fields)
{
    if (fields.hasAll({"scale", "growth_factor", "backoff_factor", "growth_interval"}))
        return true;
    if (value.is(ValueKind::Object))
        return value.className().ends_with("LossScaler") || value.className().ends_with("GradScaler");
    // apex.amp.state_dict(): {"loss_scaler0": {"loss_scale", "unskipped"}}.
    const Fields apex(fields["loss_scaler0"]);
    return apex.hasAll({"loss_scale", "unskipped"});
}

std::optional<Certainty> curveCertainty(Value value, std::string_view label)
{
    switch (value.isValid() ? value.kind() : ValueKind::None) {
    case ValueKind::List:
        return listCurve(value, label);
    case ValueKind::Array:
    case ValueKind::Tensor:
        return arrayCurve(value, label);
    case ValueKind::Dict:
        return dictCurve(value, label);
    default:
        return std::nullopt;
    }
}

bool isSettingsClass(std::string_view className)
{
    const std::string_view name = className.substr(className.rfind('.') + 1);
    constexpr std::array<std::string_view, 14> kNames{"Namespace",  "AttributeDict",
                                                      "EasyDict",   "AttrDict",
                                                      "DictConfig", "ListConfig",
                                                      "ConfigDict", "CfgNode",
                                                      "Munch",      "Box",
                                                      "DotMap",     "SimpleNamespace",
                                                      "CN",         "IterableSimpleNamespace"};
    if (std::find(kNames.begin(), kNames.end(), name) != kNames.end())
        return true;
    constexpr std::array<std::string_view, 9> kEndings{"Config",  "Args",   "Arguments", "Options", "Settings",
                                                       "HParams", "Params", "Hparams",   "Cfg"};
    return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view end) { return name.ends_with(end); });
}

std::size_t settingsKeys(const Fields &fields)
{
    constexpr std::array<std::string_view, 52> kNames{"lr",
                                                      "learning_rate",
                                                      "batch_size",
                                                      "epochs",
                                                      "num_epochs",
                                                      "max_epochs",
                                                      "n_epochs",
                                                      "weight_decay",
                                                      "momentum",
                                                      "dropout",
                                                      "hidden_size",
                                                      "hidden_dim",
                                                      "num_layers",
                                                      "n_layers",
                                                      "n_layer",
                                                      "n_head",
                                                      "n_embd",
                                                      "num_heads",
                                                      "seed",
                                                      "num_classes",
                                                      "n_classes",
                                                      "in_channels",
                                                      "out_channels",
                                                      "embed_dim",
                                                      "embedding_dim",
                                                      "input_size",
                                                      "output_size",
                                                      "input_dim",
                                                      "output_dim",
                                                      "num_workers",
                                                      "workers",
                                                      "max_steps",
                                                      "warmup_steps",
                                                      "gpu",
                                                      "gpus",
                                                      "device",
                                                      "dataset",
                                                      "data_dir",
                                                      "save_dir",
                                                      "gamma",
                                                      "block_size",
                                                      "vocab_size",
                                                      "activation",
                                                      "train_batch_size",
                                                      "lr_decay",
                                                      "img_size",
                                                      "image_size",
                                                      "optim",
                                                      "hidden_layers",
                                                      "hidden_channels",
                                                      "depth",
                                                      "patch_size"};
    return static_cast<std::size_t>(
        std::count_if(kNames.begin(), kNames.end(), [&](auto name) { return fields.has(name); }));
}

}  // namespace waypoint
