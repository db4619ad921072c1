// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/optimizer_view.h"
#include "core/checkpoint/parameter_names.h"
#include "core/training/run/resuming.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_set>

// The optimizer: its class, its groups, its state.
namespace waypoint {

/// Class and settings of the optimizer, from the file where it has one.
Result<void> Resuming::takeOptimizerSettings()
{
    if (!m_saved.optimizer.isValid()) {
        if (!m_saved.epoch)
            m_report.action = "new run from weights";
        m_report.missing.push_back("There is no optimizer state in the file: the optimizer starts fresh.");
        return {};
    }
    auto saved = savedOptimizer(m_saved.optimizer, m_saved.optimizerPath);
    if (!saved)
        return notContinued(saved.error());
    if (auto same = checkOptimizerClass(*saved); !same)
        return same;
    if (!m_request.gives("optimizer"))
        config().optimizer = saved->className;
    config().optimizerArgs = saved->arguments;
    const bool usable = std::isfinite(saved->lr) && saved->lr >= 0;
    if (!usable && !m_request.gives("lr"))
        return Error{.code = ErrorCode::Corrupt,
                     .detail = fmt::format("the optimizer's learning rate is {}", saved->lr),
                     .advice = "Give another: --lr.",
                     .file = m_run.resumedFrom.string()};
    if (usable)
        config().lr = saved->lr;  // --lr is applied later, to all groups
    RunConfig asGiven;
    m_request.applyTo(asGiven);
    for (const auto &[key, text] : asGiven.optimizerArgs.items())
        config().optimizerArgs.set(key, text);
    m_settings = std::move(*saved);
    return {};
}

Result<void> Resuming::checkOptimizerClass(const SavedOptimizer &saved) const
{
    const std::string_view asked = optimizerClassName(m_run.state.config.optimizer);
    if (!m_request.gives("optimizer") || asked.empty() || asked == saved.className)
        return {};
    if (!saved.certain && mayBeEither(asked, saved.className))
        return {};
    return contradiction(fmt::format("the checkpoint's optimizer is {}, not {}", saved.className, asked),
                         "Leave --optimizer out; or begin anew with these weights: start --init FILE.");
}

/// Which of two classes it is matters only where they compute differently: Adam and AdamW do not without weight decay.
void Resuming::noteClass()
{
    const Optimizer &optimizer = *state().optimizer;
    bool decays = !optimizer.className().starts_with("Adam") || optimizer.className() == "Adamax";
    for (std::size_t i = 0; i < optimizer.groupCount(); ++i)
        decays = decays || optimizer.settings(i).number("weight_decay") != 0;
    if (!m_settings.note.empty() && decays)
        m_report.conflicts.push_back(
            m_request.gives("optimizer") ? fmt::format(
                "The file leaves open which class its optimizer is; it goes on as {}.", optimizer.className())
                                         : fmt::format("The optimizer is taken for {}; --optimizer says otherwise. {}.",
                                                       optimizer.className(), m_settings.note));
}

/// By the model that was made: it knows its order and its buffers where a file sorts its tensors or has others beside.
void Resuming::nameParameters()
{
    const auto view = optimizerView(m_saved.optimizer);
    const std::vector<ParameterGroup> all = parameterGroups(state().tensors, false);
    if (!m_saved.parameterNames.empty() || !view || all.empty())
        return;
    ShapeNumbers numbers;
    ModelShapes model;
    for (std::size_t i = 0; i < all[0].names.size(); ++i) {
        const at::IntArrayRef shape = all[0].parameters[i].sizes();
        model.parameters.push_back({.name = all[0].names[i], .tensor = {}});
        model.shapes.push_back(numbers.number({shape.data(), shape.size()}));
    }
    if (auto found = namesFrom(OptimizerShapes(*view, numbers), model); found.kind == MatchKind::One)
        m_saved.parameterNames = std::move(found.names);
    else if (m_settings.groups.size() > 1)
        guessGroups(all);
}

/// SGD without momentum remembers no shapes. Two groups, one without weight decay, are by custom matrices, and biases
/// and norms.
void Resuming::guessGroups(const std::vector<ParameterGroup> &all)
{
    std::vector<std::string> matrices;
    std::vector<std::string> vectors;
    for (std::size_t i = 0; i < all[0].names.size(); ++i)
        (all[0].parameters[i].dim() > 1 ? matrices : vectors).push_back(all[0].names[i]);
    const auto &groups = m_settings.groups;
    const auto decays = [&](std::size_t i) { return groups[i].arguments.text("weight_decay", "0") != "0"; };
    const std::size_t decayed = decays(0) ? 0 : 1;
    if (groups.size() == 2 && decays(0) != decays(1) && groups[decayed].ids.size() == matrices.size()
        && groups[1 - decayed].ids.size() == vectors.size()) {
        std::vector<std::string> &names = m_saved.parameterNames;
        names = decayed == 0 ? matrices : vectors;
        const auto &rest = decayed == 0 ? vectors : matrices;
        names.insert(names.end(), rest.begin(), rest.end());
        m_report.conflicts.emplace_back(
            "Which parameters are in which group can't be told from the file: weight decay is taken to be for "
            "matrices, and none for biases and norms.");
        return;
    }
    const bool alike = std::all_of(groups.begin(), groups.end(), [&](const SavedGroup &group) {
        return group.lr == groups[0].lr && group.arguments == groups[0].arguments;
    });
    if (!alike)
        m_report.conflicts.emplace_back(
            "Which parameters are in which group can't be told from the file: they are taken in the model's order.");
}

/// What the saved optimizer left out was not trained.
void Resuming::freezeOthers()
{
    std::unordered_set<const void *> trained;
    for (std::size_t i = 0; i < state().optimizer->groupCount(); ++i)
        for (const at::Tensor &parameter : state().optimizer->group(i).parameters)
            trained.insert(parameter.unsafeGetTensorImpl());
    std::vector<std::string> frozen;
    for (const ModelTensor &entry : state().tensors)
        if (entry.parameter && !trained.contains(entry.tensor.unsafeGetTensorImpl())) {
            at::Tensor parameter = entry.tensor;
            parameter.requires_grad_(false);
            frozen.push_back(entry.name);
        }
    if (!frozen.empty())
        m_report.restored.push_back(fmt::format(
            "{} parameters that the optimizer leaves out stay as they are: {}{}", frozen.size(),
            fmt::join(frozen.begin(), frozen.begin() + std::min<std::ptrdiff_t>(8, std::ssize(frozen)), ", "),
            frozen.size() > 8 ? ", ..." : ""));
}

/// The model's parameters in the groups and in the order that the file has them in: Python knows them by their order.
Result<std::vector<ParameterGroup>> Resuming::savedGroups() const
{
    std::vector<ParameterGroup> all = parameterGroups(m_run.state.tensors, false);
    if (all.empty())
        return all;
    std::map<std::string, at::Tensor, std::less<>> byName;
    for (std::size_t i = 0; i < all[0].names.size(); ++i)
        byName.emplace(all[0].names[i], all[0].parameters[i]);
    const bool named = !m_saved.parameterNames.empty();
    const std::vector<std::string> &names = named ? m_saved.parameterNames : all[0].names;
    std::size_t held = 0;
    for (const SavedGroup &group : m_settings.groups)
        held += group.ids.size();
    if (!named && held != names.size())
        return contradiction(
            fmt::format(
                "the optimizer holds {} parameters and the model has {}: which these are can't be told from the file",
                held, names.size()),
            "To begin anew with these weights: start --init FILE.");
    const bool known =
        std::all_of(names.begin(), names.end(), [&](const std::string &name) { return byName.contains(name); });
    if (m_settings.groups.size() < 2 && (!named || !known))
        return all;
    std::vector<ParameterGroup> groups;
    std::size_t next = 0;
    for (const SavedGroup &saved : m_settings.groups) {
        ParameterGroup &group = groups.emplace_back();
        for (std::size_t i = 0; i < saved.ids.size(); ++i, ++next) {
            const std::string name = next < names.size() ? names[next] : saved.ids[i];
            const auto found = byName.find(name);
            if (found == byName.end())
                return contradiction(fmt::format("the optimizer has a parameter '{}' that the model lacks", name),
                                     "Choose the optimizer of this model with --optimizer-section.");
            group.names.push_back(name);
            group.parameters.push_back(found->second);
        }
    }
    return groups;
}

Result<void> Resuming::prepareOptimizer()
{
    const bool saved = m_saved.optimizer.isValid();
    if (saved)
        nameParameters();
    auto groups = saved ? savedGroups() : parameterGroups(state().tensors, config().noDecay);
    if (!groups)
        return notContinued(groups.error());
    m_report.preparing = optimizerClassName(config().optimizer).empty() ? "optimizer" : "optimizer_arg";
    auto optimizer = makeOptimizer(config().optimizer, std::move(*groups), config().lr, config().optimizerArgs);
    if (!optimizer)
        return optimizer.error();
    m_report.preparing.clear();
    state().optimizer = std::move(*optimizer);
    config().lr = state().optimizer->lr(0);
    if (!saved)
        return {};
    std::vector<GroupSettings> made;
    for (std::size_t i = 0; i < state().optimizer->groupCount(); ++i)
        made.push_back(state().optimizer->settings(i));
    auto loaded = state().optimizer->loadStateDict(m_saved.optimizer, m_saved.parameterNames);
    if (!loaded)
        return notContinued(loaded.error());
    overrideSettings(made);
    freezeOthers();
    m_optimizer = std::move(*loaded);
    m_report.optimizerRestored = m_optimizer.restored;
    m_report.restored.push_back(fmt::format("optimizer {}: state of {} of {} parameters",
                                            state().optimizer->className(), m_optimizer.restored,
                                            m_optimizer.parameters));
    for (const std::string &note : m_optimizer.notes)
        if (note != m_settings.note && !note.starts_with("The file's optimizer could be"))
            m_report.missing.push_back(note + '.');
    noteClass();
    return overrideRate();
}

/// Settings given as options replace the file's, in every group. `made`: what the optimizer was made with before it was
/// loaded.
void Resuming::overrideSettings(const std::vector<GroupSettings> &made)
{
    RunConfig asked;
    m_request.applyTo(asked);
    for (const auto &[key, text] : asked.optimizerArgs.items()) {
        for (std::size_t i = 0; i < made.size(); ++i) {
            const bool spared =
                key == "weight_decay" && config().noDecay && state().optimizer->settings(i).number("weight_decay") == 0;
            if (const SettingValue *value = made[i].find(key); value && !spared)
                state().optimizer->change(i, {key, *value});
        }
        m_report.conflicts.push_back(fmt::format("--optimizer-arg {}={} replaces what the checkpoint has.", key, text));
    }
}

Result<void> Resuming::overrideRate()
{
    config().lr = state().optimizer->lr(0);
    if (!m_request.gives("lr"))
        return {};
    if (m_saved.scheduler.isValid() && !m_request.gives("scheduler"))
        return contradiction(
            fmt::format("--lr would be undone by the checkpoint's {} at its next step",
                        m_saved.schedulerClass.empty() ? "schedule" : m_saved.schedulerClass),
            "Give --scheduler too, for a new schedule from that rate; --scheduler none keeps it constant.");
    RunConfig asked;
    m_request.applyTo(asked);
    const double factor = asked.lr / state().optimizer->lr(0);
    m_report.conflicts.push_back(
        fmt::format("--lr changes the learning rate from {:.6g} to {:.6g}.", config().lr, asked.lr));
    for (std::size_t i = 0; i < state().optimizer->groupCount(); ++i)
        state().optimizer->setLr(i, i == 0 || !std::isfinite(factor) ? asked.lr : state().optimizer->lr(i) * factor);
    config().lr = asked.lr;
    return {};
}

}  // namespace waypoint
