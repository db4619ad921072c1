// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/averaged_weights.h"

#include "core/base/printable.h"
#include "core/checkpoint/model_parameters.h"
#include "core/checkpoint/parameter_names.h"
#include "core/checkpoint/role_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

constexpr std::string_view kInner = "model_ema.";
constexpr std::size_t kNamesTried = 8;  ///< of a model, to find out by which prefix an average differs

/// What wrappers put before all names of a model.
constexpr std::array<std::string_view, 5> kWrappers{"", "module.", "_orig_mod.", "model.", "net."};

using Names = std::unordered_map<std::string, ValueId>;

bool isTensor(const Checkpoint &checkpoint, ValueId id) { return checkpoint.values.kind(id) == ValueKind::Tensor; }

bool sameShape(const Checkpoint &checkpoint, ValueId a, ValueId b)
{
    return checkpoint.values.tensor(a).ref.shape == checkpoint.values.tensor(b).ref.shape;
}

Names tensorsOf(const Checkpoint &checkpoint, const StateDict &dict)
{
    Names names;
    names.reserve(dict.items.size());
    for (const StateDictItem &item : dict.items)
        if (isTensor(checkpoint, item.value))
            names.emplace(item.name, item.value);
    return names;
}

std::string withoutDots(std::string_view name)
{
    std::string plain(name);
    std::erase(plain, '.');
    return plain;
}

/// How the average's name of a tensor is made from the model's.
struct Naming
{
    std::string off;  ///< prefix of the model's names
    std::string on;   ///< prefix of the average's
    bool operator==(const Naming &) const = default;

    [[nodiscard]] std::optional<std::string> of(const std::string &name) const
    {
        if (!name.starts_with(off))
            return std::nullopt;
        return on + name.substr(off.size());
    }
};

/// Namings under which at least one of the first names of the model is in the average.
std::vector<Naming> namings(const StateDict &model, const Names &average)
{
    std::vector<Naming> found;
    for (std::size_t i = 0; i < std::min(kNamesTried, model.items.size()); ++i) {
        const std::string &name = model.items[i * model.items.size() / std::min(kNamesTried, model.items.size())].name;
        for (const std::string_view wrapper : kWrappers) {
            if (!name.starts_with(wrapper))
                continue;
            const std::string rest = name.substr(wrapper.size());
            for (const auto &[other, value] : average) {
                if (!other.ends_with(rest))
                    continue;
                const std::string prefix = other.substr(0, other.size() - rest.size());
                const Naming naming{std::string(wrapper), prefix};
                const bool whole = prefix.empty() || prefix.ends_with('.');
                if (whole && std::find(found.begin(), found.end(), naming) == found.end())
                    found.push_back(naming);
            }
        }
    }
    // The order of a hash table must not decide between two that fit equally well.
    std::sort(found.begin(), found.end(), [](const Naming &a, const Naming &b) {
        return std::pair(a.on.size() + a.off.size(), a.on) < std::pair(b.on.size() + b.off.size(), b.on);
    });
    return found;
}

/// Where a tensor's elements are: equal for tied weights.
using Place = std::tuple<StorageIndex, std::int64_t, std::int64_t>;

std::optional<Place> placeOf(const Checkpoint &checkpoint, ValueId id)
{
    const TensorRef &ref = checkpoint.values.tensor(id).ref;
    const auto count = ref.elementCount();
    if (ref.storage == kNoStorage || !count || *count == 0)
        return std::nullopt;
    return Place(ref.storage, ref.offset, *count);
}

/// Averages of parameters have a tied weight once, under its first name; its other names show the same tensor.
AveragedWeights replaced(const Checkpoint &checkpoint, const StateDict &model, const Names &average,
                         const std::function<std::optional<std::string>(const std::string &)> &nameOf)
{
    AveragedWeights made{.dict = model};
    std::map<Place, ValueId> averages;
    std::vector<StateDictItem *> others;
    for (StateDictItem &item : made.dict.items) {
        if (!isTensor(checkpoint, item.value))
            continue;
        const std::optional<std::string> name = nameOf(item.name);
        const auto found = name ? average.find(*name) : average.end();
        if (found == average.end() || !sameShape(checkpoint, found->second, item.value)) {
            others.push_back(&item);
            continue;
        }
        if (const auto place = placeOf(checkpoint, item.value))
            averages.emplace(*place, found->second);
        item.value = found->second;
        ++made.averaged;
    }
    for (StateDictItem *item : others) {
        const auto place = placeOf(checkpoint, item->value);
        const auto found = place ? averages.find(*place) : averages.end();
        const bool isTied = found != averages.end() && sameShape(checkpoint, found->second, item->value);
        if (isTied)
            item->value = found->second;
        ++(isTied ? made.averaged : made.kept);
    }
    return made;
}

/// LitEma calls the average of "diffusion_model.out.weight" model_ema.diffusion_modeloutweight (ldm/modules/ema.py),
/// and what it averages is a part of the model: "model.diffusion_model.out.weight".
AveragedWeights replacedWithoutDots(const Checkpoint &checkpoint, const StateDict &model, const Names &average)
{
    return replaced(checkpoint, model, average, [&](const std::string &name) -> std::optional<std::string> {
        for (std::size_t start = 0; start != std::string::npos && start < name.size();) {
            if (std::string plain = withoutDots(std::string_view(name).substr(start)); average.contains(plain))
                return plain;
            const std::size_t dot = name.find('.', start);
            start = dot == std::string::npos ? dot : dot + 1;
        }
        return std::nullopt;
    });
}

/// shadow_params of torch_ema, or the section itself: tensors in a list.
Value tensorList(Value average)
{
    const Value shadow = average["shadow_params"];
    const Value list = shadow.isValid() ? shadow : average;
    const bool isList = list.is(ValueKind::List) || list.is(ValueKind::Tuple);
    return isList ? list : Value();
}

std::string pathOf(const Checkpoint &checkpoint, const Section &section)
{
    return printable(checkpoint.entries.pathText(section.entry));
}

/// The parameters that a part of a model can only be: an unknown buffer may stand among them.
std::vector<ModelParameter> onlyOnesLike(const Checkpoint &checkpoint, const std::vector<ModelParameter> &all,
                                         Value list)
{
    ShapeNumbers numbers;
    std::vector<ShapeNumber> model;
    for (const ModelParameter &parameter : all)
        model.push_back(numbers.number(checkpoint.values.tensor(parameter.tensor).ref.shape.dims()));
    std::vector<ShapeNumber> shapes;
    for (std::size_t i = 0; i < list.count(); ++i)
        shapes.push_back(list.at(i).is(ValueKind::Tensor) ? numbers.number(list.at(i).tensor().ref.shape.dims())
                                                          : kUnknownShape);
    const ParameterMatch match = matchParameters(std::span(&shapes, 1), model);
    std::vector<ModelParameter> found;
    if (match.kind == MatchKind::One)
        for (const std::uint32_t i : match.order)
            found.push_back(all[i]);
    return found;
}

/// Parameters whose shapes are those of the list, in order: all, those that are trained, those that are surely no
/// buffers, or the only ones that fit.
std::vector<ModelParameter> parametersLike(const Checkpoint &checkpoint, const Section &model, Value list)
{
    std::vector<ModelParameter> all = modelParameters(checkpoint.entries.value(model.entry));
    const auto fits = [&](const std::vector<ModelParameter> &some) {
        if (some.size() != list.count())
            return false;
        for (std::size_t i = 0; i < some.size(); ++i)
            if (!list.at(i).is(ValueKind::Tensor) || !sameShape(checkpoint, list.at(i).id(), some[i].tensor))
                return false;
        return true;
    };
    std::vector<ModelParameter> trained = all;
    std::erase_if(trained, [](const ModelParameter &parameter) { return !parameter.requiresGrad; });
    std::vector<ModelParameter> sure = all;
    std::erase_if(sure, [](const ModelParameter &parameter) { return parameter.maybeBuffer; });
    for (const auto *some : {&all, &trained, &sure})
        if (fits(*some))
            return *some;
    return onlyOnesLike(checkpoint, all, list);
}

Result<AveragedWeights> byOrder(const Checkpoint &checkpoint, const Section &model, const Section &average, Value list)
{
    const std::vector<ModelParameter> parameters = parametersLike(checkpoint, model, list);
    if (parameters.empty())
        return Error{ErrorCode::BadArgument,
                     fmt::format("the average '{}' has {} tensors without names, and they do not fit the parameters of "
                                 "'{}' one by one",
                                 pathOf(checkpoint, average), list.count(), pathOf(checkpoint, model)),
                     {},
                     "Export the model's own weights.",
                     {}};
    Names names;
    for (std::size_t i = 0; i < parameters.size(); ++i)
        names.emplace(parameters[i].name, list.at(i).id());
    return replaced(checkpoint, weightsOf(checkpoint, model), names,
                    [](const std::string &name) { return std::optional(name); });
}

/// Items under one prefix alone, without it.
StateDict under(const StateDict &dict, std::string_view prefix)
{
    StateDict made = dict;
    std::erase_if(made.items, [&](const StateDictItem &item) { return !item.name.starts_with(prefix); });
    for (StateDictItem &item : made.items) {
        item.name.erase(0, prefix.size());
        item.key = {};
    }
    made.attributes = {};
    return made;
}

}  // namespace

bool isAverage(const Checkpoint &checkpoint, const Section &section)
{
    if (section.role != Role::Module)
        return section.role == Role::Ema;
    for (EntryId id = section.entry; id != kRootEntry && id != kNoEntry; id = checkpoint.entries[id].parent)
        if (checkpoint.entries.isNamed(id) && saysAveraged(checkpoint.entries.label(id)))
            return true;
    return false;
}

StateDict weightsOf(const Checkpoint &checkpoint, const Section &section)
{
    const Value value = checkpoint.entries.value(section.entry);
    if (value.is(ValueKind::Object))
        return stateDictOfModule(value, value.className().starts_with("__torch__."));
    return value.is(ValueKind::Dict) ? stateDictOfDict(value) : StateDict();
}

Result<AveragedWeights> averagedWeights(const Checkpoint &checkpoint, const Section &model, const Section &average)
{
    const Value list = tensorList(checkpoint.entries.value(average.entry));
    if (list.isValid())
        return byOrder(checkpoint, model, average, list);
    const StateDict own = weightsOf(checkpoint, model);
    const Names names = tensorsOf(checkpoint, weightsOf(checkpoint, average));
    AveragedWeights best;
    for (const Naming &naming : namings(own, names)) {
        AveragedWeights made =
            replaced(checkpoint, own, names, [&](const std::string &name) { return naming.of(name); });
        if (made.averaged > best.averaged)
            best = std::move(made);
    }
    if (best.averaged == 0)
        best = replacedWithoutDots(checkpoint, own, names);
    if (best.averaged == 0)
        return Error{ErrorCode::BadArgument,
                     fmt::format("none of the tensors of the average '{}' is called, and as large, as one of '{}'",
                                 pathOf(checkpoint, average), pathOf(checkpoint, model)),
                     {},
                     "Export the average by itself: it is a section of its own.",
                     {}};
    return best;
}

std::optional<AveragedWeights> averageWithin(const Checkpoint &checkpoint, const Section &model)
{
    StateDict dict = weightsOf(checkpoint, model);
    const Names names = tensorsOf(checkpoint, under(dict, kInner));
    std::erase_if(dict.items, [](const StateDictItem &item) { return item.name.starts_with(kInner); });
    if (names.empty())
        return std::nullopt;
    AveragedWeights made = replacedWithoutDots(checkpoint, dict, names);
    return made.averaged == 0 ? std::nullopt : std::optional(std::move(made));
}

Result<AveragedWeights> averageAlone(const Checkpoint &checkpoint, const Section &average)
{
    if (tensorList(checkpoint.entries.value(average.entry)).isValid())
        return Error{ErrorCode::BadArgument,
                     fmt::format("the tensors of the average '{}' have no names, and there is no model in the file to "
                                 "name them by",
                                 pathOf(checkpoint, average)),
                     {},
                     "Export that section as it is.",
                     {}};
    AveragedWeights made{.dict = weightsOf(checkpoint, average)};
    StateDict &dict = made.dict;
    for (const std::string_view wrapper : {"ema_model.", "module."}) {
        // torch.optim.swa_utils.AveragedModel counts in n_averaged, ema_pytorch in step and initted.
        StateDict inner = under(dict, wrapper);
        const std::size_t counters = dict.items.size() - inner.items.size();
        const bool isWrapper = wrapper == "ema_model." || counters <= 2;
        if (!inner.items.empty() && isWrapper)
            dict = std::move(inner);
    }
    std::erase_if(dict.items, [&](const StateDictItem &item) { return item.name == "n_averaged"; });
    made.averaged = dict.items.size();
    return made;
}

}  // namespace waypoint
