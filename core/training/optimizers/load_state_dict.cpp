// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value_copy.h"
#include "core/tensor/small_dims.h"
#include "core/training/optimizers/state_dict_reader.h"
#include "core/training/optimizers/update_rule.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unordered_map>

namespace waypoint {

namespace {

constexpr double kMostSteps = 1e15;  ///< beyond, a float64 no longer counts

Error misfit(std::string text) { return Error{ErrorCode::BadArgument, std::move(text)}; }

std::string shapeOf(const at::Tensor &tensor) { return fmt::format("[{}]", fmt::join(tensor.sizes().vec(), ", ")); }

std::string labelOf(const ParameterGroup &group, std::size_t i)
{
    return i < group.names.size() ? group.names[i] : fmt::format("parameter {}", i);
}

}  // namespace

/// Settings and state of one group as the file has them, in the optimizer's order.
struct Optimizer::Loaded
{
    std::vector<GroupSettings> settings;
    std::vector<std::vector<ParameterState>> states;
    std::vector<std::vector<std::string>> names;
    ValueTree kept;
    OptimizerReport report;
};

/// Reads a state_dict for an optimizer without changing it, so that a refused file leaves it as it was.
class StateDictReader
{
public:
    StateDictReader(const Optimizer &optimizer, Value stateDict)
        : m_optimizer(optimizer),
          m_definition(optimizer.m_definition),
          m_stateDict(stateDict),
          m_copy(std::make_unique<ValueCopy>(stateDict.isValid() ? stateDict.tree() : m_loaded.kept, m_loaded.kept))
    {
    }

    Result<void> read(const std::vector<std::string> &names);
    Optimizer::Loaded take() { return std::move(m_loaded); }

private:
    using Slots = std::vector<OptimizerSlot>;

    Result<void> checkCounts() const;
    void match(std::vector<std::string> names);
    bool matchByName(const std::vector<std::string> &names);
    Result<void> readGroup(std::size_t group, Value saved);
    Result<ParameterState> readState(std::size_t group, std::size_t i, Value saved);
    Result<at::Tensor> readEntry(const StateEntry &entry, Value saved, const at::Tensor &parameter,
                                 const std::string &label) const;
    void noteMissing(const std::string &label);
    void closeNotes();
    [[nodiscard]] bool isOwnState(std::string_view key) const
    {
        return std::find(m_definition.ownState.begin(), m_definition.ownState.end(), key)
               != m_definition.ownState.end();
    }
    [[nodiscard]] bool keepsNothing(const GroupSettings &settings) const;

    const Optimizer &m_optimizer;
    const OptimizerDefinition &m_definition;
    Value m_stateDict;
    std::vector<Slots> m_slots;
    Optimizer::Loaded m_loaded;
    std::unique_ptr<ValueCopy> m_copy;
    std::size_t m_missing = 0;
};

Result<void> StateDictReader::read(const std::vector<std::string> &names)
{
    const auto view = loadableView(m_stateDict);
    if (!view)
        return view.error();
    auto note = checkClass(optimizerClass(*view, m_stateDict, {}), m_definition);
    if (!note)
        return note.error();
    if (!note->empty())
        m_loaded.report.notes.push_back(std::move(*note));
    m_slots = view->slots();
    if (auto fits = checkCounts(); !fits)
        return fits;
    match(names);
    for (std::size_t group = 0; group < m_slots.size(); ++group)
        if (auto done = readGroup(group, view->groups[group]); !done)
            return done;
    closeNotes();
    return {};
}

Result<void> StateDictReader::checkCounts() const
{
    const auto &groups = m_optimizer.m_groups;
    if (m_slots.size() != groups.size())
        return misfit(fmt::format("The file's {} has {} parameter groups, and the optimizer has {}",
                                  m_definition.className, m_slots.size(), groups.size()));
    for (std::size_t i = 0; i < groups.size(); ++i)
        if (m_slots[i].size() != groups[i].content.parameters.size())
            return misfit(fmt::format("Group {} of the file's {} has {} parameters, and the optimizer's has {}", i,
                                      m_definition.className, m_slots[i].size(), groups[i].content.parameters.size()));
    return {};
}

/// Names may come from the caller or from the file. Where they fit nothing here, the order decides, as in Python.
void StateDictReader::match(std::vector<std::string> names)
{
    if (names.empty())
        for (const Slots &slots : m_slots)
            for (const OptimizerSlot &slot : slots)
                names.push_back(slot.name);
    const bool named = std::none_of(names.begin(), names.end(), [](const std::string &name) { return name.empty(); });
    if (named && !matchByName(names))
        m_loaded.report.notes.emplace_back(
            "The file names its parameters otherwise; they were matched by order and shape");
}

bool StateDictReader::matchByName(const std::vector<std::string> &names)
{
    std::vector<Slots> ordered(m_slots.size());
    std::size_t first = 0;
    for (std::size_t group = 0; group < m_slots.size(); ++group) {
        const Slots &slots = m_slots[group];
        std::unordered_map<std::string_view, std::size_t> places;
        for (std::size_t i = 0; i < slots.size() && first + i < names.size(); ++i)
            places.emplace(names[first + i], i);
        for (const std::string &name : m_optimizer.m_groups[group].content.names) {
            const auto found = places.find(name);
            if (found == places.end())
                return false;
            ordered[group].push_back(slots[found->second]);
        }
        if (ordered[group].size() != slots.size())
            return false;
        first += slots.size();
    }
    m_slots = std::move(ordered);
    return true;
}

/// SGD without momentum remembers nothing.
bool StateDictReader::keepsNothing(const GroupSettings &settings) const
{
    return std::none_of(m_definition.state.begin(), m_definition.state.end(),
                        [&](const StateEntry &entry) { return entry.neededWith(settings); });
}

Result<void> StateDictReader::readGroup(std::size_t group, Value saved)
{
    const ParameterGroup &content = m_optimizer.m_groups[group].content;
    auto settings = readSettings(saved, m_definition, [this](Value value) { return m_copy->copy(value.id()); });
    if (!settings)
        return settings.error();
    m_loaded.settings.push_back(std::move(*settings));
    std::vector<ParameterState> &states = m_loaded.states.emplace_back();
    std::vector<std::string> &names = m_loaded.names.emplace_back();
    const bool nothingKept = keepsNothing(m_loaded.settings.back());
    for (std::size_t i = 0; i < content.parameters.size(); ++i) {
        const OptimizerSlot &slot = m_slots[group][i];
        auto state = readState(group, i, slot.state);
        if (!state)
            return state.error();
        const bool found = slot.state.isValid() && slot.state.count() > 0;
        m_loaded.report.restored += found || nothingKept ? 1 : 0;
        if (!found && !nothingKept)
            noteMissing(labelOf(content, i));
        states.push_back(std::move(*state));
        if (saved.contains("param_names"))
            names.push_back(slot.name);
    }
    m_loaded.report.parameters += content.parameters.size();
    return {};
}

Result<ParameterState> StateDictReader::readState(std::size_t group, std::size_t i, Value saved)
{
    const ParameterGroup &content = m_optimizer.m_groups[group].content;
    const at::Tensor &parameter = content.parameters[i];
    ParameterState state;
    if (!saved.isValid() || saved.count() == 0) {
        if (m_definition.className == "Adagrad")
            completeState(m_definition, m_loaded.settings[group], parameter, state);
        return state;
    }
    state.tensors.resize(m_definition.state.size());
    for (std::size_t k = 0; k < saved.count(); ++k) {
        const std::string_view key = saved.key(k).text();
        if (isOwnState(key))
            continue;
        const auto entry = std::find_if(m_definition.state.begin(), m_definition.state.end(),
                                        [key](const StateEntry &each) { return each.name == key; });
        if (entry == m_definition.state.end()) {
            const auto plain = settingValue(saved.at(k));
            const bool copied = !plain || saved.at(k).is(ValueKind::Tensor) || saved.at(k).count() > 0;
            state.kept.push_back({std::string(key), copied ? SettingValue(m_copy->copy(saved.at(k).id())) : *plain});
            continue;
        }
        auto tensor = readEntry(*entry, saved.at(k), parameter, labelOf(content, i));
        if (!tensor)
            return tensor.error();
        if (key == "step" && tensor->defined())
            m_loaded.report.steps = std::max(m_loaded.report.steps, tensor->item<double>());
        state.tensors[static_cast<std::size_t>(entry - m_definition.state.begin())] = std::move(*tensor);
    }
    for (std::size_t k = 0; k < state.tensors.size(); ++k) {
        const StateEntry &entry = m_definition.state[k];
        if (!state.tensors[k].defined() && entry.start != StateEntry::Start::Gradient
            && entry.neededWith(m_loaded.settings[group]))
            m_loaded.report.notes.push_back(
                fmt::format("{} of {} is missing and starts fresh", entry.name, labelOf(content, i)));
    }
    completeState(m_definition, m_loaded.settings[group], parameter, state);
    return state;
}

/// `step` is an int or a tensor, by version; None stands for nothing yet.
Result<at::Tensor> StateDictReader::readEntry(const StateEntry &entry, Value saved, const at::Tensor &parameter,
                                              const std::string &label) const
{
    if (saved.kind() == ValueKind::None)
        return at::Tensor();
    if (entry.isScalar()) {
        const auto number = readNumber(saved);
        if (!number)
            return misfit(fmt::format("{} of {} is no number in the file", entry.name, label));
        if (entry.name == "step" && !(*number >= 0 && *number < kMostSteps))
            return misfit(fmt::format("step of {} is {} in the file", label, *number));
        return at::full({}, *number, at::kFloat);
    }
    if (!saved.is(ValueKind::Tensor))
        return misfit(fmt::format("{} of {} is no tensor in the file", entry.name, label));
    auto tensor = readTensor(saved);
    if (!tensor) {
        Error error = tensor.error();
        error.detail = fmt::format("{} of {}: {}", entry.name, label, error.detail);
        return error;
    }
    if (tensor->sizes() != parameter.sizes())
        return misfit(fmt::format("{} of {} has the shape {} in the file, and the parameter has {}", entry.name, label,
                                  shapeOf(*tensor), shapeOf(parameter)));
    return tensor->to(parameter.device(), parameter.scalar_type());
}

void StateDictReader::noteMissing(const std::string &label)
{
    constexpr std::size_t kMost = 10;
    if (++m_missing <= kMost)
        m_loaded.report.notes.push_back(fmt::format("The state of {} is missing and starts fresh", label));
}

void StateDictReader::closeNotes()
{
    OptimizerReport &report = m_loaded.report;
    if (m_missing == 0)
        return;
    if (m_missing == report.parameters) {
        std::erase_if(report.notes, [](const std::string &note) { return note.starts_with("The state of "); });
        report.notes.emplace_back("The file has no state of any parameter: it was saved before the first step");
    } else if (m_missing > 10) {
        report.notes.push_back(fmt::format("The state of {} parameters is missing altogether", m_missing));
    }
}

Result<OptimizerReport> Optimizer::loadStateDict(Value stateDict, const std::vector<std::string> &names)
{
    return guarded([&]() -> Result<OptimizerReport> {
        const at::NoGradGuard noGrad;
        StateDictReader reader(*this, stateDict);
        if (auto read = reader.read(names); !read)
            return read.error();
        Loaded loaded = reader.take();
        if (auto taken = takeExtraState(stateDict); !taken)
            return taken.error();
        m_kept = std::move(loaded.kept);
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            m_groups[i].settings = std::move(loaded.settings[i]);
            m_groups[i].states = std::move(loaded.states[i]);
            m_groups[i].savedNames = std::move(loaded.names[i]);
        }
        return std::move(loaded.report);
    });
}

namespace {

std::optional<std::string> settingText(const SettingValue &value)
{
    if (const auto *flag = std::get_if<bool>(&value))
        return *flag ? "true" : "false";
    if (const auto *integer = std::get_if<std::int64_t>(&value))
        return std::to_string(*integer);
    if (const auto *real = std::get_if<double>(&value))
        return fmt::format("{}", *real);
    if (const auto *text = std::get_if<std::string>(&value))
        return *text;
    if (const auto *pair = std::get_if<std::pair<double, double>>(&value))
        return fmt::format("{},{}", pair->first, pair->second);
    return std::nullopt;
}

SavedGroup savedGroup(const OptimizerDefinition &definition, const GroupSettings &settings,
                      const std::vector<OptimizerSlot> &slots)
{
    SavedGroup group;
    group.lr = settings.number("lr");
    for (const std::string_view key : argumentNames(definition))
        if (const auto text = settingText(*settings.find(key)))
            group.arguments.set(std::string(key), *text);
    for (const OptimizerSlot &slot : slots) {
        group.ids.push_back(idText(slot.id));
        if (!slot.name.empty())
            group.names.push_back(slot.name);
    }
    return group;
}

}  // namespace

Result<SavedOptimizer> savedOptimizer(Value stateDict, std::string_view label)
{
    const auto view = loadableView(stateDict);
    if (!view)
        return view.error();
    const OptimizerClass found = optimizerClass(*view, stateDict, label);
    const OptimizerDefinition *const definition = optimizerDefinition(found.name);
    if (!definition)
        return misfit(found.name.empty()
                          ? "The file's optimizer is of a class that is not known here"
                          : fmt::format("The file's optimizer is {}, which Waypoint cannot continue", found.name));
    SavedOptimizer saved{found.name, found.certainty == Certainty::Certain, found.note, 0, {}, {}};
    const auto slots = view->slots();
    for (std::size_t i = 0; i < view->groups.size(); ++i) {
        const auto settings = readSettings(view->groups[i], *definition, [](Value) { return ValueId(); });
        if (!settings)
            return settings.error();
        saved.groups.push_back(savedGroup(*definition, *settings, slots[i]));
    }
    saved.lr = saved.groups.front().lr;
    saved.arguments = saved.groups.front().arguments;
    return saved;
}

}  // namespace waypoint
