// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/parameter_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace waypoint {

namespace {

/// A state of more items than this is none of a parameter's averages.
constexpr std::size_t kMostStateItems = 32;

/// Numbers about a parameter that are no picture of it, though they are tensors.
bool isCounter(std::string_view key)
{
    return key == "step" || key == "mu_product" || key == "eta" || key == "mu" || key == "t";
}

SmallDims lastDimensionFrom(const SmallDims &rows, std::int64_t columns, bool replace)
{
    std::vector<std::int64_t> dims(rows.begin(), rows.end());
    if (replace && !dims.empty())
        dims.pop_back();
    dims.push_back(columns);
    return SmallDims(std::span<const std::int64_t>(dims));
}

/// Adafactor keeps means of rows and columns in place of the whole (torch: with the other dimension as 1).
std::optional<SmallDims> factoredShape(Value state)
{
    const Value row = state["row_var"];
    const Value column = state["col_var"];
    if (row.is(ValueKind::Tensor) && column.is(ValueKind::Tensor) && !column.tensor().ref.shape.empty())
        return lastDimensionFrom(row.tensor().ref.shape, *(column.tensor().ref.shape.end() - 1), true);
    const Value oldRow = state["exp_avg_sq_row"];
    const Value oldColumn = state["exp_avg_sq_col"];
    if (oldRow.is(ValueKind::Tensor) && oldColumn.is(ValueKind::Tensor) && !oldColumn.tensor().ref.shape.empty())
        return lastDimensionFrom(oldRow.tensor().ref.shape, *(oldColumn.tensor().ref.shape.end() - 1), false);
    return std::nullopt;
}

/// The shape that all of a parameter's averages share.
std::optional<SmallDims> commonShape(Value state)
{
    const SmallDims *common = nullptr;
    for (std::size_t i = 0; i < state.count(); ++i) {
        const Value item = state.at(i);
        if (!item.is(ValueKind::Tensor) || isCounter(state.key(i).text()))
            continue;
        const SmallDims &shape = item.tensor().ref.shape;
        if (common && !(*common == shape))
            return std::nullopt;
        common = &shape;
    }
    return common ? std::optional(*common) : std::nullopt;
}

ShapeNumber stateShape(Value state, ShapeNumbers &numbers)
{
    if (!state.is(ValueKind::Dict) || state.count() > kMostStateItems)
        return kUnknownShape;
    // LBFGS keeps one flat vector for all parameters under the first of them.
    if (state.contains("prev_flat_grad"))
        return kUnknownShape;
    auto shape = commonShape(state);
    if (!shape)
        shape = factoredShape(state);
    return shape ? numbers.number(shape->dims()) : kUnknownShape;
}

bool sharesAllState(const OptimizerView &view)
{
    return view.state.is(ValueKind::Dict) && view.state.count() == 1 && view.state.at(0).contains("prev_flat_grad");
}

ParameterNames noNames(MatchKind kind, std::string problem) { return {kind, {}, 0, std::move(problem)}; }

std::string mismatch(std::size_t optimizer, std::size_t model)
{
    if (optimizer > model)
        return fmt::format("It has {} parameters and the model {}, so they can't be named", optimizer, model);
    return "Shapes in its state contradict the model's, so its parameters can't be named";
}

/// Which of the model's tensors could be parameters, from the likeliest reading to the widest.
std::vector<std::vector<std::uint32_t>> readings(const std::vector<ModelParameter> &parameters)
{
    std::vector<std::uint32_t> withGradient;
    std::vector<std::uint32_t> sure;
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < parameters.size(); ++i) {
        all.push_back(i);
        if (!parameters[i].maybeBuffer)
            sure.push_back(i);
        if (parameters[i].requiresGrad)
            withGradient.push_back(i);
    }
    std::vector<std::vector<std::uint32_t>> result;
    if (!withGradient.empty() && withGradient.size() < sure.size())
        result.push_back(std::move(withGradient));
    if (sure.size() < all.size())
        result.push_back(std::move(sure));
    result.push_back(std::move(all));
    return result;
}

struct ReadingMatch
{
    ParameterMatch match;
    std::vector<std::uint32_t> reading;
};

ReadingMatch matchReadings(const OptimizerShapes &optimizer, const ModelShapes &model)
{
    const auto choices = readings(model.parameters);
    const auto attempt = [&](const std::vector<std::uint32_t> &reading) {
        std::vector<ShapeNumber> shapes;
        shapes.reserve(reading.size());
        for (const std::uint32_t i : reading)
            shapes.push_back(model.shapes[i]);
        return model.inOrder ? matchParameters(optimizer.shapes, shapes) : matchByShapeAlone(optimizer.shapes, shapes);
    };
    // A reading with just as many parameters says more than one of which some would have to be frozen.
    for (const bool sameCount : {true, false})
        for (const auto &reading : choices) {
            const bool same = reading.size() == optimizer.count();
            if (same != sameCount || reading.size() < optimizer.count())
                continue;
            ParameterMatch match = attempt(reading);
            if (match.kind != MatchKind::None)
                return {std::move(match), reading};
        }
    return {};
}

/// Pickled together, the optimizer holds the very Parameters of the module.
std::optional<ParameterNames> namesByIdentity(const OptimizerShapes &optimizer, const ModelShapes &model)
{
    std::unordered_map<std::uint32_t, const std::string *> names;
    for (const ModelParameter &parameter : model.parameters)
        names.emplace(parameter.tensor.index, &parameter.name);
    ParameterNames result{MatchKind::One, {}, 0, {}};
    for (const auto &group : optimizer.slots)
        for (const OptimizerSlot &slot : group) {
            const auto found = names.find(slot.id.id().index);
            if (!slot.id.is(ValueKind::Tensor) || found == names.end())
                return std::nullopt;
            result.names.push_back(*found->second);
        }
    result.ofModel = model.parameters.size();
    return result.names.empty() ? std::nullopt : std::optional(std::move(result));
}

/// Whether the state's entries are those of the first parameters, one after the other.
bool isInOrder(Value state, const OptimizerShapes &optimizer)
{
    std::size_t next = 0;
    for (const auto &group : optimizer.slots)
        for (const OptimizerSlot &slot : group)
            if (next < state.count() && !sameId(state.key(next++), slot.id))
                return false;
    return next == state.count();
}

}  // namespace

ShapeNumber ShapeNumbers::number(std::span<const std::int64_t> shape)
{
    m_key.assign(reinterpret_cast<const char *>(shape.data()), shape.size_bytes());
    const auto found = m_numbers.find(m_key);
    if (found != m_numbers.end())
        return found->second;
    return m_numbers.emplace(m_key, static_cast<ShapeNumber>(m_numbers.size())).first->second;
}

ModelShapes::ModelShapes(Value model, ShapeNumbers &numbers) : parameters(modelParameters(model))
{
    inOrder = !areSortedByName(parameters);
    shapes.reserve(parameters.size());
    for (const ModelParameter &parameter : parameters)
        shapes.push_back(numbers.number(model.tree().tensor(parameter.tensor).ref.shape.dims()));
}

OptimizerShapes::OptimizerShapes(const OptimizerView &view, ShapeNumbers &numbers) : slots(view.slots())
{
    for (const auto &group : slots) {
        shapes.emplace_back().reserve(group.size());
        for (const OptimizerSlot &slot : group)
            shapes.back().push_back(stateShape(slot.state, numbers));
    }
}

std::size_t OptimizerShapes::count() const
{
    std::size_t sum = 0;
    for (const auto &group : slots)
        sum += group.size();
    return sum;
}

ParameterNames ownNames(const OptimizerShapes &optimizer)
{
    ParameterNames result{MatchKind::One, {}, 0, {}};
    for (const auto &group : optimizer.slots)
        for (const OptimizerSlot &slot : group) {
            if (slot.name.empty())
                return {};
            result.names.push_back(slot.name);
        }
    return result.names.empty() ? ParameterNames{} : result;
}

ParameterNames namesFrom(const OptimizerShapes &optimizer, const ModelShapes &model)
{
    if (auto identical = namesByIdentity(optimizer, model))
        return std::move(*identical);
    const ReadingMatch found = matchReadings(optimizer, model);
    const bool countsFit = optimizer.count() > 0 && optimizer.count() <= model.parameters.size();
    if (found.match.kind == MatchKind::None && !model.inOrder && countsFit)
        return noNames(MatchKind::Many,
                       "The model's tensors are sorted by name here, and shapes alone don't name its parameters");
    if (found.match.kind == MatchKind::None)
        return noNames(MatchKind::None, mismatch(optimizer.count(), model.parameters.size()));
    if (found.match.kind == MatchKind::Many)
        return noNames(MatchKind::Many,
                       "Which of the model's parameters is which can't be told: more than one order fits");
    ParameterNames result{MatchKind::One, {}, 0, {}};
    result.ofModel = found.reading.size();
    result.names.reserve(found.match.order.size());
    for (const std::uint32_t i : found.match.order)
        result.names.push_back(model.parameters[found.reading[i]].name);
    return result;
}

std::vector<std::string> inStateOrder(const OptimizerView &view, const OptimizerShapes &optimizer,
                                      std::vector<std::string> names)
{
    const bool indexed = view.kind == OptimizerView::Kind::Torch || view.kind == OptimizerView::Kind::Pickled
                         || view.kind == OptimizerView::Kind::Cpp;
    const Value state = view.state;
    if (!indexed || !state.is(ValueKind::Dict) || state.count() == 0 || sharesAllState(view))
        return names;
    if (isInOrder(state, optimizer)) {
        names.resize(state.count());
        return names;
    }
    std::unordered_map<std::string, std::size_t> place;
    std::size_t next = 0;
    for (const auto &group : optimizer.slots)
        for (const OptimizerSlot &slot : group)
            place.emplace(idText(slot.id), next++);
    std::vector<std::string> ordered;
    ordered.reserve(state.count());
    for (std::size_t i = 0; i < state.count(); ++i) {
        const auto found = place.find(idText(state.key(i)));
        if (found == place.end())
            return {};
        ordered.push_back(names[found->second]);
    }
    return ordered;
}

}  // namespace waypoint
