// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/model_parameters.h"

#include "core/base/checked.h"
#include "core/checkpoint/fields.h"
#include "core/tensor/dtype.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

namespace waypoint {

namespace {

/// More would be a file built to be huge: a nested dict can hold itself many times over.
constexpr std::size_t kMostParameters = 2'000'000;
constexpr std::size_t kDeepestNesting = 64;

std::string_view lastPart(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

template<std::size_t N>
bool oneOf(std::string_view word, const std::array<std::string_view, N> &list)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// Buffers of torch.nn's own modules.
bool isBufferName(std::string_view name)
{
    return oneOf(lastPart(name),
                 std::array<std::string_view, 4>{"running_mean", "running_var", "num_batches_tracked", "_extra_state"});
}

/// Names that well-known models give to buffers; one may be a parameter elsewhere.
bool isOftenBuffer(std::string_view name)
{
    constexpr std::array<std::string_view, 22> kNames{"position_ids",
                                                      "token_type_ids",
                                                      "masked_bias",
                                                      "inv_freq",
                                                      "attn_mask",
                                                      "relative_position_index",
                                                      "pe",
                                                      "mask",
                                                      "anchors",
                                                      "anchor_grid",
                                                      "stride",
                                                      "pos_table",

                                                      "freqs",
                                                      "freqs_cis",
                                                      "rotary_emb",
                                                      "original_inv_freq",
                                                      "causal_mask",
                                                      "cos_cached",
                                                      "sin_cached",
                                                      "fake_quant_enabled",
                                                      "relative_coords_table",
                                                      "initted"};
    constexpr std::string_view kGptMask = "attn.bias";
    return oneOf(lastPart(name), kNames) || name.ends_with(kGptMask);
}

bool canHaveGradient(const TensorRef &ref) { return isFloatingPoint(ref.dtype) || isComplex(ref.dtype); }

bool isBiasBeforeWeight(std::string_view before, std::string_view after)
{
    return lastPart(before) == "bias" && lastPart(after) == "weight"
           && before.substr(0, before.size() - 4) == after.substr(0, after.size() - 6);
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// Whether two names differ first in a number that is larger in `a`: "h.10.w" and "h.2.w".
bool hasLargerNumber(std::string_view a, std::string_view b)
{
    std::size_t at = 0;
    while (at < std::min(a.size(), b.size()) && a[at] == b[at])
        ++at;
    while (at > 0 && isDigit(a[at - 1]))
        --at;
    const auto digits = [at](std::string_view text) {
        std::size_t end = at;
        while (end < text.size() && isDigit(text[end]))
            ++end;
        return text.substr(at, end - at);
    };
    const std::string_view first = digits(a);
    const std::string_view second = digits(b);
    if (first.empty() || second.empty() || first.size() == second.size())
        return !first.empty() && !second.empty() && first > second;
    return first.size() > second.size();
}

class Lister
{
public:
    std::vector<ModelParameter> list(Value model)
    {
        if (model.is(ValueKind::Dict))
            walkDicts(model);
        else
            walkModules(model);
        if (m_anyParameter)
            std::erase_if(
                m_list, [&](const ModelParameter &entry) { return !model.tree().tensor(entry.tensor).ref.parameter; });
        dropTied(model.tree());
        return std::move(m_list);
    }

private:
    struct Level
    {
        Value value;
        std::string prefix;
        std::size_t next = 0;
    };

    void add(std::string name, Value tensor)
    {
        if (m_list.size() >= kMostParameters)
            return;
        const TensorRef &ref = tensor.tensor().ref;
        if (!ref.parameter && (isBufferName(name) || !canHaveGradient(ref) || isOfSpectralNorm(name)))
            return;
        m_anyParameter = m_anyParameter || ref.parameter;
        const bool maybeBuffer = !ref.parameter && isOftenBuffer(name);
        m_list.push_back({std::move(name), tensor.id(), maybeBuffer, ref.requiresGrad});
    }

    /// torch.nn.utils.spectral_norm keeps weight_orig and, just after it, the buffers weight_u and weight_v;
    /// weight_norm has a weight_v that is a parameter.
    [[nodiscard]] bool isOfSpectralNorm(std::string_view name) const
    {
        if (m_list.empty() || (!name.ends_with("weight_u") && !name.ends_with("weight_v")))
            return false;
        const std::string_view before = m_list.back().name;
        return before.ends_with("weight_orig")
               && before.substr(0, before.size() - 4) == name.substr(0, name.size() - 1);
    }

    /// A state_dict, or dicts within dicts: depth first, in the order of the file.
    void walkDicts(Value root)
    {
        std::vector<Level> levels{{root, {}}};
        while (!levels.empty()) {
            Level &level = levels.back();
            if (level.next == level.value.count() || m_list.size() >= kMostParameters) {
                levels.pop_back();
                continue;
            }
            const Value key = level.value.key(level.next);
            const Value item = level.value.at(level.next++);
            if (!key.is(ValueKind::Str))
                continue;
            std::string name = level.prefix + std::string(key.text());
            if (item.is(ValueKind::Tensor))
                add(std::move(name), item);
            else if (item.is(ValueKind::Dict) && levels.size() < kDeepestNesting && m_steps++ < kMostParameters)
                levels.push_back({item, name + '.'});
        }
    }

    /// Modules in the order of named_modules(): a module's own parameters come before its children's.
    void walkModules(Value root)
    {
        std::unordered_set<std::uint32_t> seen;
        std::vector<Level> open{{root, {}}};
        while (!open.empty()) {
            const Level module = std::move(open.back());
            open.pop_back();
            if (!seen.insert(module.value.id().index).second)
                continue;
            addOwn(module);
            const Value children = module.value["_modules"];
            for (std::size_t i = children.count(); i > 0; --i)
                if (const Value child = children.at(i - 1); child.is(ValueKind::Object))
                    open.push_back({child, module.prefix + std::string(children.key(i - 1).text()) + '.'});
        }
    }

    void addOwn(const Level &module)
    {
        const Value own = module.value["_parameters"];
        for (std::size_t i = 0; i < own.count(); ++i)
            if (own.at(i).is(ValueKind::Tensor))
                add(module.prefix + std::string(own.key(i).text()), own.at(i));
    }

    [[nodiscard]] bool sharesStorage(const ValueTree &tree) const
    {
        std::vector<bool> seen(tree.storages().size());
        for (const ModelParameter &entry : m_list) {
            const StorageIndex storage = tree.tensor(entry.tensor).ref.storage;
            if (storage >= seen.size())
                continue;
            if (seen[storage])
                return true;
            seen[storage] = true;
        }
        return false;
    }

    /// model.parameters() gives a shared parameter once, under its first name.
    void dropTied(const ValueTree &tree)
    {
        struct Place
        {
            StorageIndex storage;
            std::int64_t offset;
            std::int64_t elements;
            bool operator==(const Place &) const = default;
        };
        struct Hash
        {
            std::size_t operator()(const Place &place) const
            {
                const auto offset = static_cast<std::uint64_t>(place.offset);
                return std::hash<std::uint64_t>()(offset * 0x9e3779b97f4a7c15u + place.storage * 1099511628211u
                                                  + static_cast<std::uint64_t>(place.elements));
            }
        };
        if (!sharesStorage(tree))
            return;
        std::unordered_set<Place, Hash> seen;
        seen.reserve(m_list.size());
        std::erase_if(m_list, [&](const ModelParameter &entry) {
            const TensorRef &ref = tree.tensor(entry.tensor).ref;
            const auto elements = ref.elementCount();
            if (ref.storage == kNoStorage || !elements || *elements == 0)
                return false;
            return !seen.insert({ref.storage, ref.offset, *elements}).second;
        });
    }

    std::vector<ModelParameter> m_list;
    std::size_t m_steps = 0;
    bool m_anyParameter = false;
};

}  // namespace

std::vector<ModelParameter> modelParameters(Value model)
{
    if (!model.is(ValueKind::Dict) && !model.is(ValueKind::Object))
        return {};
    return Lister().list(model);
}

bool areSortedByName(const std::vector<ModelParameter> &parameters)
{
    bool unlikeModules = false;
    for (std::size_t i = 1; i < parameters.size(); ++i) {
        const std::string &before = parameters[i - 1].name;
        const std::string &after = parameters[i].name;
        if (before > after)
            return false;
        unlikeModules = unlikeModules || isBiasBeforeWeight(before, after) || hasLargerNumber(before, after);
    }
    return unlikeModules;
}

std::uint64_t parameterCount(Value model)
{
    std::uint64_t sum = 0;
    for (const ModelParameter &parameter : modelParameters(model)) {
        const auto elements = model.tree().tensor(parameter.tensor).ref.elementCount();
        sum = checkedAdd(sum, static_cast<std::uint64_t>(elements.value_or(0))).value_or(sum);
    }
    return sum;
}

bool isPickledModule(Value value)
{
    if (!value.is(ValueKind::Object))
        return false;
    const Fields fields(value);
    return fields.has("_parameters") && (fields.has("_modules") || fields.has("_buffers"));
}

}  // namespace waypoint
