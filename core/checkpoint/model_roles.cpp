// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/model_roles.h"

#include "core/checkpoint/fields.h"
#include "core/checkpoint/optimizer_view.h"
#include "core/checkpoint/role_words.h"
#include "core/checkpoint/value_roles.h"
#include "core/tensor/dtype.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace waypoint {

namespace {

/// What a look at the direct children of a mapping gives.
struct Census
{
    std::size_t tensors = 0;  ///< with a dimension or more, no random state
    std::size_t scalars = 0;  ///< tensors with none
    std::size_t others = 0;   ///< anything else that counts
    std::size_t dicts = 0;
    std::size_t textKeys = 0;
    std::size_t moduleNames = 0;  ///< "conv1.weight", "bias": as torch.nn names things
    std::size_t dataNames = 0;    ///< "x", "labels", "mean": as data sets and statistics name things
    bool hasGradient = false;     ///< a tensor of floating point, or quantised from it

    [[nodiscard]] std::size_t counted() const { return tensors + scalars + others + dicts; }
};

template<std::size_t N>
bool oneOf(std::string_view word, const std::array<std::string_view, N> &list)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool isModuleName(std::string_view key)
{
    const std::size_t dot = key.rfind('.');
    if (dot != std::string_view::npos && dot > 0)
        return true;
    return key.starts_with("weight") || key.starts_with("bias") || key.ends_with("weight") || key.ends_with("bias");
}

bool isDataName(std::string_view key)
{
    constexpr std::array<std::string_view, 40> kNames{
        "x",        "y",      "X",       "Y",      "x_train",    "y_train",   "x_test",    "y_test",
        "X_train",  "X_test", "images",  "labels", "image",      "label",     "data",      "target",
        "targets",  "inputs", "outputs", "input",  "output",     "train_x",   "train_y",   "test_x",
        "test_y",   "mean",   "std",     "var",    "min",        "max",       "input_ids", "attention_mask",
        "features", "boxes",  "masks",   "scores", "edge_index", "edge_attr", "count",     "train"};
    return oneOf(key, kNames);
}

/// Quantised layers keep (weight, bias) under such a key (torch.ao.nn.quantized).
bool isPackedParameters(std::string_view key, Value value)
{
    return key.ends_with("_packed_params") && (value.is(ValueKind::Tuple) || value.is(ValueKind::Object));
}

/// What a state_dict may have beside tensors without being less of one.
bool isExtra(std::string_view key, Value value)
{
    return value.is(ValueKind::None) || key.ends_with("_extra_state") || key.ends_with("_packed_params.dtype")
           || key == "_metadata" || key.ends_with("num_batches_tracked");
}

void countTensor(const TensorRef &ref, bool random, Census &census)
{
    if (random) {
        ++census.others;
        return;
    }
    ++(ref.shape.empty() ? census.scalars : census.tensors);
    const bool gradient = isFloatingPoint(ref.dtype) || isComplex(ref.dtype) || isQuantized(ref.dtype)
                          || ref.dtype == DType::Int8 || ref.dtype == DType::Unknown;
    census.hasGradient = census.hasGradient || (gradient && !ref.shape.empty());
}

Census censusOf(Value dict)
{
    Census census;
    for (std::size_t i = 0; i < dict.count(); ++i) {
        const Value key = dict.key(i);
        const Value value = dict.at(i);
        const std::string_view name = key.text();
        census.textKeys += key.is(ValueKind::Str) ? 1 : 0;
        if (value.is(ValueKind::Tensor)) {
            const TensorRef &ref = value.tensor().ref;
            countTensor(ref, ref.dtype == DType::UInt8 && isRng(value, name), census);
            census.moduleNames += isModuleName(name) ? 1 : 0;
            census.dataNames += isDataName(name) ? 1 : 0;
        } else if (isPackedParameters(name, value)) {
            ++census.tensors;
            ++census.moduleNames;
            census.hasGradient = true;
        } else if (value.is(ValueKind::Dict) && value.count() > 0 && !isExtra(name, value)) {
            ++census.dicts;
        } else if (!isExtra(name, value)) {
            ++census.others;
        }
    }
    return census;
}

std::optional<ModelFinding> flatModel(Value dict)
{
    if (isParameterState(dict))
        return std::nullopt;
    const Census census = censusOf(dict);
    const std::size_t tensors = census.tensors + census.scalars;
    if (census.tensors == 0 || 2 * census.textKeys <= dict.count() || 2 * tensors < census.counted())
        return std::nullopt;
    if (census.dicts > 0 && (census.dicts >= tensors || census.moduleNames == 0))
        return std::nullopt;
    if (!census.hasGradient && census.moduleNames == 0)
        return std::nullopt;
    if (census.dataNames == tensors)
        return std::nullopt;
    ModelFinding finding;
    const bool named = 2 * census.moduleNames >= tensors;
    if (!named || 10 * tensors < 9 * census.counted())
        finding.certainty = Certainty::Likely;
    // torch.optim.swa_utils.AveragedModel counts the models it has averaged.
    finding.averaged = dict.contains("n_averaged");
    return finding;
}

/// Names under which people save several whole models side by side.
bool isModelName(std::string_view key)
{
    const auto words = wordsOf(key);
    return hasWord(words,
                   {"model",    "models",    "net",     "nets",    "netg",   "netd",    "generator", "discriminator",
                    "gen",      "disc",      "actor",   "critic",  "policy", "encoder", "decoder",   "state",
                    "dict",     "optimizer", "teacher", "student", "target", "online",  "ema",       "module",
                    "backbone", "head",      "q",       "qf",      "value",  "params"});
}

/// The state_dict of a module with children has keys with dots; that of a single layer has none.
bool isWholeStateDict(Value dict)
{
    for (std::size_t i = 0; i < dict.count(); ++i)
        if (dict.at(i).is(ValueKind::Tensor) && dict.key(i).text().find('.') != std::string_view::npos)
            return true;
    return false;
}

/// Dicts in dicts: "layer1.0.conv1" -> {"centroids", "assignments", "k"}. Children that are whole state_dicts, or are
/// called as models are, stay models of their own.
std::optional<ModelFinding> nestedModel(const EntryTree &entries, EntryId id, const Contents &contents)
{
    const EntryTree::Entry &entry = entries[id];
    std::size_t layers = 0;
    std::size_t dotted = 0;
    for (EntryId child = entry.firstChild; child < entry.firstChild + entry.childCount; ++child) {
        const Value value = entries.value(child);
        const std::string_view key = entries.key(child).text();
        if (value.is(ValueKind::Tensor) && isModuleName(key))
            continue;
        if (!value.is(ValueKind::Dict) || !contents.isDictTree(child) || !contents.hasTensor(child))
            return std::nullopt;
        if (isModelName(key) || isWholeStateDict(value))
            return std::nullopt;
        ++layers;
        dotted += key.find('.') != std::string_view::npos ? 1 : 0;
    }
    if (layers < 3 && dotted == 0)
        return std::nullopt;
    return ModelFinding{dotted > 0 ? Certainty::Certain : Certainty::Likely, true, false};
}

}  // namespace

Contents::Contents(const EntryTree &entries) : m_flags(entries.size(), 0)
{
    // Rows stand level by level: children come after their parent, so backwards is from the leaves up.
    for (std::size_t i = entries.size(); i > 0; --i) {
        const auto id = static_cast<EntryId>(i - 1);
        const Value value = entries.value(id);
        std::uint8_t &own = m_flags[id];
        switch (value.kind()) {
        case ValueKind::Tensor:
            own = static_cast<std::uint8_t>(kData | (value.tensor().ref.shape.empty() ? 0 : kTensor));
            break;
        case ValueKind::Array:
        case ValueKind::Storage:
        case ValueKind::Persistent:
            own |= kData | kNoDictTree;
            break;
        case ValueKind::List:
        case ValueKind::Tuple:
        case ValueKind::Set:
        case ValueKind::Object:
            own |= kNoDictTree;
            break;
        default:
            break;
        }
        if (id != kRootEntry)
            m_flags[entries[id].parent] |= own;
    }
}

std::optional<ModelFinding> findModel(const EntryTree &entries, EntryId id, const Contents &contents)
{
    const Value value = entries.value(id);
    if (!value.is(ValueKind::Dict) || value.count() == 0 || entries[id].childCount == 0 || !contents.hasTensor(id))
        return std::nullopt;
    if (auto flat = flatModel(value))
        return flat;
    return contents.isDictTree(id) ? nestedModel(entries, id, contents) : std::nullopt;
}

}  // namespace waypoint
