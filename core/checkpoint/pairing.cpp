// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/pairing.h"

#include "core/checkpoint/parameter_names.h"
#include "core/checkpoint/role_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace waypoint {

namespace {

using Index = std::size_t;  ///< into the sections

/// Ways to put several models behind each other are tried up to this many models.
constexpr std::size_t kMostModelsTogether = 4;
/// Comparing everything with everything is for files with a few models, not for files built to take time.
constexpr std::size_t kMostModelsCompared = 32;
constexpr std::size_t kMostOptimizersNamed = 64;

/// A model and all that is known of its parameters, made when it is first asked for.
class Pairing
{
public:
    explicit Pairing(Checkpoint &checkpoint)
        : m_entries(checkpoint.entries), m_sections(checkpoint.sections), m_format(checkpoint.format)
    {
        const std::vector<Section> &sections = m_sections;
        for (Index i = 0; i < sections.size(); ++i) {
            m_words.push_back(distinguishingWords(wordsOfPath(sections[i].entry)));
            if (sections[i].role == Role::Model || sections[i].role == Role::Module)
                m_models.push_back(i);
            if (sections[i].role == Role::Optimizer)
                m_optimizers.push_back(i);
        }
        // ultralytics and others keep only the average of the model.
        for (Index i = 0; m_models.empty() && i < sections.size(); ++i)
            if (sections[i].role == Role::Ema && m_entries.value(sections[i].entry).is(ValueKind::Dict))
                m_averagesOnly.push_back(i);
    }

    void run()
    {
        for (std::size_t i = 0; i < std::min(m_optimizers.size(), kMostOptimizersNamed); ++i)
            pairOptimizer(m_optimizers[i]);
        nameTogether();
        for (Index i = 0; i < m_sections.size(); ++i) {
            if (m_sections[i].role == Role::Scheduler)
                pairScheduler(i);
            else if (m_sections[i].role == Role::Ema)
                pairAverage(i);
        }
    }

private:
    struct Optimizer
    {
        OptimizerView view;
        OptimizerShapes shapes;
    };

    /// An optimizer that fits a model, and why its parameters have no names where more than one order fits.
    struct Trained
    {
        Index optimizer;
        std::string problem;
    };

    [[nodiscard]] const std::vector<Index> &models() const { return m_models.empty() ? m_averagesOnly : m_models; }

    std::string wordsOfPath(EntryId id) const
    {
        std::string words;
        for (; id != kRootEntry; id = m_entries[id].parent)
            if (m_entries.isNamed(id))
                words = m_entries.label(id).substr(0, 64) + '/' + words;
        return words;
    }

    const ModelShapes &shapesOf(Index model)
    {
        auto found = m_shapes.find(model);
        if (found == m_shapes.end()) {
            found = m_shapes.emplace(model, ModelShapes(m_entries.value(m_sections[model].entry), m_numbers)).first;
            found->second.inOrder = found->second.inOrder && !isSafetensors(m_sections[model].entry);
        }
        return found->second;
    }

    /// Their tensors are sorted by dtype and name (safetensors/src/tensor.rs, prepare).
    [[nodiscard]] bool isSafetensors(EntryId id) const
    {
        if (m_format == Format::Safetensors || m_format == Format::SafetensorsIndex)
            return true;
        for (; m_format == Format::Archive && id != kRootEntry; id = m_entries[id].parent)
            if (m_entries.label(id).ends_with(".safetensors"))
                return true;
        return false;
    }

    const Optimizer &optimizerOf(Index section)
    {
        auto found = m_views.find(section);
        if (found == m_views.end()) {
            const auto view = optimizerView(m_entries.value(m_sections[section].entry));
            found = m_views.emplace(section, Optimizer{*view, OptimizerShapes(*view, m_numbers)}).first;
        }
        return found->second;
    }

    void setNames(Index optimizer, std::vector<std::string> names)
    {
        const Optimizer &known = optimizerOf(optimizer);
        const bool some = !names.empty();
        m_sections[optimizer].parameters = inStateOrder(known.view, known.shapes, std::move(names));
        if (m_sections[optimizer].parameters.empty() && some)
            addNote(m_sections[optimizer], "Its state has entries that none of its groups has, so they can't be named");
    }

    void pairWith(Index section, Index other) { m_sections[section].pairsWith.push_back(m_sections[other].entry); }

    // --- optimizers ---

    void pairOptimizer(Index optimizer)
    {
        const Optimizer &known = optimizerOf(optimizer);
        if (known.view.kind == OptimizerView::Kind::Zero) {
            if (const auto model = modelFor(optimizer))
                pairWith(optimizer, *model);
            return;
        }
        const ParameterNames own = ownNames(known.shapes);
        if (own.kind == MatchKind::One)
            setNames(optimizer, own.names);
        if (models().empty()) {
            if (own.kind != MatchKind::One)
                addNote(m_sections[optimizer], "There is no model in the file to name its parameters by");
            return;
        }
        const auto model = own.kind == MatchKind::One ? modelWithNames(optimizer, own.names) : modelFor(optimizer);
        if (model)
            pairWith(optimizer, *model);
        if (own.kind == MatchKind::One)
            return;
        if (model)
            nameFrom(optimizer, *model);
        else if (!nameFromSeveral(optimizer))
            addNote(m_sections[optimizer], "Which of the models it trains can't be told");
    }

    void nameFrom(Index optimizer, Index model)
    {
        ParameterNames found = namesFrom(optimizerOf(optimizer).shapes, shapesOf(model));
        if (found.kind == MatchKind::None) {
            addNote(m_sections[optimizer], found.problem);
            return;
        }
        m_trained[model].push_back({optimizer, found.problem});
        if (found.kind == MatchKind::Many)
            return;
        noteCounts(optimizer, found.names.size(), found.ofModel);
        setNames(optimizer, std::move(found.names));
    }

    void noteCounts(Index optimizer, std::size_t named, std::size_t ofModel)
    {
        if (named < ofModel)
            addNote(m_sections[optimizer], fmt::format("It trains {} of the model's {} parameters", named, ofModel));
    }

    /// By name first, then because there is no other, then by shape.
    std::optional<Index> modelFor(Index optimizer)
    {
        std::vector<Index> sameName;
        for (const Index model : models())
            if (m_words[model] == m_words[optimizer])
                sameName.push_back(model);
        if (sameName.size() > 1)
            std::erase_if(sameName, [&](Index model) { return !areSiblings(model, optimizer); });
        if (sameName.size() == 1
            && (!m_words[optimizer].empty() || models().size() == 1 || fits(optimizer, sameName[0])))
            return sameName.front();
        if (models().size() == 1)
            return onlyModelFor(optimizer);
        std::vector<Index> fitting;
        for (const Index model : models())
            if (models().size() <= kMostModelsCompared && fits(optimizer, model))
                fitting.push_back(model);
        return fitting.size() == 1 ? std::optional(fitting.front()) : std::nullopt;
    }

    /// The only model there is, unless names and shapes both speak against it: "netG" and "optimizerD".
    std::optional<Index> onlyModelFor(Index optimizer)
    {
        const Index model = models().front();
        const bool otherName = !m_words[model].empty() && !m_words[optimizer].empty();
        if (otherName && !fits(optimizer, model))
            return std::nullopt;
        return model;
    }

    [[nodiscard]] bool areSiblings(Index a, Index b) const
    {
        return m_entries[m_sections[a].entry].parent == m_entries[m_sections[b].entry].parent;
    }

    bool fits(Index optimizer, Index model)
    {
        const Optimizer &known = optimizerOf(optimizer);
        return known.view.kind == OptimizerView::Kind::Zero
               || namesFrom(known.shapes, shapesOf(model)).kind != MatchKind::None;
    }

    /// An optimizer that names its parameters trains the model that has them.
    std::optional<Index> modelWithNames(Index optimizer, const std::vector<std::string> &names)
    {
        std::vector<Index> having;
        for (const Index model : models()) {
            if (having.size() > kMostModelsCompared)
                break;
            const auto &parameters = shapesOf(model).parameters;
            const auto isFirst = [&](const ModelParameter &parameter) { return parameter.name == names.front(); };
            if (std::any_of(parameters.begin(), parameters.end(), isFirst))
                having.push_back(model);
        }
        if (having.size() > 1)
            std::erase_if(having, [&](Index model) { return m_words[model] != m_words[optimizer]; });
        if (having.empty() && models().size() == 1)
            return models().front();
        return having.size() == 1 ? std::optional(having.front()) : std::nullopt;
    }

    /// One optimizer over several models, as in itertools.chain(encoder.parameters(), decoder.parameters()).
    bool nameFromSeveral(Index optimizer)
    {
        std::vector<Index> order = models();
        if (order.size() < 2 || order.size() > kMostModelsTogether)
            return false;
        std::vector<std::pair<std::vector<std::string>, std::vector<Index>>> ways;
        do {
            auto names = namesFromSequence(optimizer, order);
            if (names && (ways.empty() || ways.front().first != *names))
                ways.emplace_back(std::move(*names), order);
        } while (std::next_permutation(order.begin(), order.end()));
        if (ways.size() != 1)
            return false;
        for (const Index model : ways.front().second)
            pairWith(optimizer, model);
        setNames(optimizer, ways.front().first);
        addNote(m_sections[optimizer], "It trains several models; their keys stand before the names");
        return true;
    }

    std::optional<std::vector<std::string>> namesFromSequence(Index optimizer, const std::vector<Index> &order)
    {
        ModelShapes together;
        for (const Index model : order) {
            const ModelShapes &one = shapesOf(model);
            for (ModelParameter parameter : one.parameters) {
                parameter.name = m_entries.label(m_sections[model].entry) + '.' + parameter.name;
                together.parameters.push_back(std::move(parameter));
            }
            together.shapes.insert(together.shapes.end(), one.shapes.begin(), one.shapes.end());
        }
        const Optimizer &known = optimizerOf(optimizer);
        if (known.shapes.count() != together.parameters.size())
            return std::nullopt;
        ParameterNames found = namesFrom(known.shapes, together);
        return found.kind == MatchKind::One ? std::optional(std::move(found.names)) : std::nullopt;
    }

    /// Where one of several optimizers of a model (Lightning's list, a GAN in one module) leaves more than one answer,
    /// that they share the model out among them may leave only one.
    void nameTogether()
    {
        for (auto &[model, trained] : m_trained) {
            ParameterNames found;
            if (trained.size() > 1)
                found = namesFrom(shapesTogether(trained), shapesOf(model));
            auto next = found.names.begin();
            for (const Trained &one : trained) {
                const auto count = static_cast<std::ptrdiff_t>(optimizerOf(one.optimizer).shapes.count());
                const bool named = one.problem.empty();
                if (found.kind == MatchKind::One && !named)
                    setNames(one.optimizer, {next, next + count});
                else if (!named)
                    addNote(m_sections[one.optimizer], one.problem);
                next += found.kind == MatchKind::One ? count : 0;
            }
        }
    }

    OptimizerShapes shapesTogether(const std::vector<Trained> &trained)
    {
        OptimizerShapes together;
        for (const Trained &one : trained) {
            const OptimizerShapes &shapes = optimizerOf(one.optimizer).shapes;
            together.slots.insert(together.slots.end(), shapes.slots.begin(), shapes.slots.end());
            together.shapes.insert(together.shapes.end(), shapes.shapes.begin(), shapes.shapes.end());
        }
        return together;
    }

    // --- schedulers and averages ---

    void pairScheduler(Index scheduler)
    {
        if (m_optimizers.size() == 1)
            return pairWith(scheduler, m_optimizers.front());
        std::vector<Index> sameName;
        for (const Index optimizer : m_optimizers)
            if (m_words[optimizer] == m_words[scheduler])
                sameName.push_back(optimizer);
        if (sameName.size() == 1)
            return pairWith(scheduler, sameName.front());
        const std::vector<Index> &candidates = sameName.empty() ? m_optimizers : sameName;
        if (const auto atSamePlace = bySamePlaceInList(scheduler, candidates))
            return pairWith(scheduler, *atSamePlace);
        std::vector<Index> sameRate;
        for (const Index optimizer : candidates)
            if (candidates.size() <= kMostOptimizersNamed && hasRatesOf(optimizer, scheduler))
                sameRate.push_back(optimizer);
        if (sameRate.size() == 1)
            pairWith(scheduler, sameRate.front());
        else if (!m_optimizers.empty())
            addNote(m_sections[scheduler], "Which of the optimizers it steers can't be told");
    }

    /// lr_schedulers[1] and optimizer_states[1], where both lists are equally long.
    [[nodiscard]] std::optional<Index> bySamePlaceInList(Index scheduler, const std::vector<Index> &candidates) const
    {
        const EntryTree::Entry &entry = m_entries[m_sections[scheduler].entry];
        if (m_entries.isNamed(m_sections[scheduler].entry) || entry.parent == kNoEntry)
            return std::nullopt;
        const EntryTree::Entry &list = m_entries[entry.parent];
        const EntryId place = m_sections[scheduler].entry - list.firstChild;
        for (const Index optimizer : candidates) {
            const EntryId id = m_sections[optimizer].entry;
            if (m_entries.isNamed(id) || m_entries[id].parent == kNoEntry)
                continue;
            const EntryTree::Entry &other = m_entries[m_entries[id].parent];
            if (other.childCount == list.childCount && id - other.firstChild == place)
                return optimizer;
        }
        return std::nullopt;
    }

    /// The rates the scheduler set last are those in the optimizer's groups.
    bool hasRatesOf(Index optimizer, Index scheduler)
    {
        const Value rates = m_entries.value(m_sections[scheduler].entry)["_last_lr"];
        const auto &groups = optimizerOf(optimizer).view.groups;
        if (rates.count() != groups.size() || groups.empty())
            return false;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            const auto rate = rates.at(i).number();
            if (!rate || rate != groups[i]["lr"].number())
                return false;
        }
        return true;
    }

    void pairAverage(Index average)
    {
        if (m_models.size() == 1)
            return pairWith(average, m_models.front());
        std::vector<Index> sameName;
        for (const Index model : m_models)
            if (m_words[model] == m_words[average])
                sameName.push_back(model);
        if (sameName.size() == 1)
            pairWith(average, sameName.front());
    }

    const EntryTree &m_entries;
    std::vector<Section> &m_sections;
    Format m_format;
    std::vector<std::string> m_words;  ///< per section: what its path says beside its role
    std::vector<Index> m_models;
    std::vector<Index> m_averagesOnly;
    std::vector<Index> m_optimizers;
    ShapeNumbers m_numbers;
    std::map<Index, ModelShapes> m_shapes;
    std::map<Index, Optimizer> m_views;
    std::map<Index, std::vector<Trained>> m_trained;  ///< by model
};

}  // namespace

void pairSections(Checkpoint &checkpoint) { Pairing(checkpoint).run(); }

void addNote(Section &section, std::string_view sentence)
{
    if (!section.note.empty())
        section.note += ". ";
    section.note += sentence;
}

}  // namespace waypoint
