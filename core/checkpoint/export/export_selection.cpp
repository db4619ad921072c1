// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/export_selection.h"

#include "core/base/printable.h"
#include "core/checkpoint/export/averaged_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kNamed = 8;  ///< things that a note lists; the rest is counted

std::string listed(const std::vector<std::string> &names)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i)
        text += fmt::format("{}{}", i == 0 ? "" : ", ", printable(names[i], 60));
    if (names.size() > kNamed)
        text += fmt::format(" and {} more", names.size() - kNamed);
    return text;
}

/// One choice of parts.
class Selecting
{
public:
    Selecting(const Checkpoint &checkpoint, const ExportOptions &options) : m_checkpoint(checkpoint), m_options(options)
    {
    }

    Result<ExportSelection> run()
    {
        for (const EntryId section : m_options.sections)
            if (section >= m_checkpoint.entries.size())
                return Error{ErrorCode::BadArgument, "a section to export is not in the file"};
        if (const Result<void> chosen = choose(); !chosen)
            return chosen.error();
        nameParts();
        return std::move(m_made);
    }

private:
    using Sections = std::vector<const Section *>;

    Result<void> choose()
    {
        findModels();
        if (m_options.useEma)
            return chooseAverages();
        if (m_options.weightsOnly)
            return chooseWeights();
        // Formats without keys for numbers and texts are for weights; who wants other tensors names their section.
        if (isFlat(m_options) && m_options.sections.empty() && m_options.match.empty() && !m_models.empty()) {
            m_hasOnlyTensors = true;
            return chooseWeights();
        }
        chooseWhole();
        return {};
    }

    void chooseWhole()
    {
        if (m_options.sections.empty())
            m_made.parts.push_back({{}, kRootEntry, {}});
        for (const EntryId section : m_options.sections)
            m_made.parts.push_back({{}, section, {}});
    }

    Result<void> chooseWeights()
    {
        Sections chosen = m_models;
        if (chosen.empty()) {
            chosen = m_averages;
            if (!chosen.empty() && m_options.sections.empty())
                note("The file has no other weights than the average, {}", pathOf(*chosen.front()));
        }
        if (chosen.empty())
            return chooseUnknown();
        for (const Section *section : chosen)
            add(*section, weightsOf(m_checkpoint, *section));
        noteSwapped(chosen);
        noteLeftOut();
        return {};
    }

    /// No model was recognised: a section that was named counts as one where it has names.
    Result<void> chooseUnknown()
    {
        for (const EntryId entry : m_options.sections) {
            const Value value = m_checkpoint.entries.value(entry);
            if (!value.is(ValueKind::Dict))
                continue;
            m_made.parts.push_back({{}, entry, onlyWeights(stateDictOfDict(value))});
        }
        if (!m_made.parts.empty())
            return {};
        return Error{ErrorCode::BadArgument,
                     m_options.sections.empty() ? "no model was found in the file, so its weights cannot be told "
                                                  "from its other tensors"
                                                : "there is no model in the chosen section",
                     {},
                     "Export everything, or choose another section.",
                     {}};
    }

    // --- averages ---

    Result<void> chooseAverages()
    {
        if (isSwapped())
            return chooseSwapped();
        for (const Section *model : m_models)
            if (const Result<void> chosen = chooseAverageOf(*model); !chosen)
                return chosen;
        if (m_models.empty())
            for (const Section *average : m_averages)
                if (const Result<void> chosen = addByItself(*average); !chosen)
                    return chosen;
        if (m_made.parts.empty())
            return Error{ErrorCode::BadArgument,
                         "no average of the weights (EMA) was found in the file",
                         {},
                         "Export the model's own weights, or choose a section.",
                         {}};
        noteLeftOut();
        return {};
    }

    Result<void> chooseAverageOf(const Section &model)
    {
        const Section *average = averageFor(model);
        if (!average) {
            auto within = averageWithin(m_checkpoint, model);
            if (within)
                addAveraged(model, model, *std::move(within));
            return {};
        }
        Result<AveragedWeights> weights = averagedWeights(m_checkpoint, model, *average);
        // One that was not paired may belong to anything: by itself it is still what was asked for.
        if (!weights && average->pairsWith.empty())
            return addAlone(*average);
        if (!weights)
            return weights.error();
        addAveraged(model, *average, *std::move(weights));
        return {};
    }

    const Section *averageFor(const Section &model) const
    {
        for (const Section *average : m_averages)
            if (std::find(average->pairsWith.begin(), average->pairsWith.end(), model.entry)
                != average->pairsWith.end())
                return average;
        return m_averages.size() == 1 && m_models.size() == 1 ? m_averages.front() : nullptr;
    }

    /// An average that was chosen without its model: that one still gives it its names.
    Result<void> addByItself(const Section &average)
    {
        for (const Section &model : m_checkpoint.sections) {
            const auto pair = std::find(average.pairsWith.begin(), average.pairsWith.end(), model.entry);
            if (pair == average.pairsWith.end())
                continue;
            Result<AveragedWeights> weights = averagedWeights(m_checkpoint, model, average);
            if (weights)
                addAveraged(model, average, *std::move(weights));
            return weights ? Result<void>() : weights.error();
        }
        return addAlone(average);
    }

    Result<void> addAlone(const Section &average)
    {
        Result<AveragedWeights> weights = averageAlone(m_checkpoint, average);
        if (!weights)
            return weights.error();
        add(average, std::move(weights->dict));
        note("The weights are those of {}", pathOf(average));
        return {};
    }

    void addAveraged(const Section &model, const Section &average, AveragedWeights weights)
    {
        add(model, std::move(weights.dict));
        m_valuesOf.push_back(average.entry);
        if (&model == &average)
            note("{} tensors have the values of the average in the model's own state_dict", weights.averaged);
        else
            note("{} tensors have the values of the average {}", weights.averaged, pathOf(average));
        if (weights.kept > 0)
            m_made.notes.back() +=
                fmt::format("; {} have no average (buffers, as a rule) and are the model's own", weights.kept);
    }

    /// mmengine's EMAHook swaps both when it saves (mmengine/hooks/ema_hook.py, _swap_ema_state_dict).
    [[nodiscard]] bool isSwapped() const { return m_checkpoint.layout == "mmengine" && swappedModel() && hasSwapped(); }

    [[nodiscard]] const Section *swappedModel() const
    {
        for (const Section *model : m_models)
            if (m_checkpoint.entries.label(model->entry) == "state_dict")
                return model;
        return nullptr;
    }

    [[nodiscard]] bool hasSwapped() const
    {
        return std::any_of(m_averages.begin(), m_averages.end(), [&](const Section *average) {
            return m_checkpoint.entries.label(average->entry) == "ema_state_dict";
        });
    }

    Result<void> chooseSwapped()
    {
        const Section *model = swappedModel();
        add(*model, weightsOf(m_checkpoint, *model));
        note("mmengine swaps both when it saves: 'state_dict' has the averaged weights, 'ema_state_dict' the model's");
        noteLeftOut();
        return {};
    }

    void noteSwapped(const Sections &chosen)
    {
        if (m_checkpoint.layout == "mmengine" && hasSwapped()
            && std::find(chosen.begin(), chosen.end(), swappedModel()) != chosen.end())
            note("mmengine swaps both when it saves: 'state_dict' has the averaged weights");
    }

    // --- what both have in common ---

    void findModels()
    {
        for (const Section &section : m_checkpoint.sections) {
            const bool isModel = section.role == Role::Model || section.role == Role::Module;
            if ((!isModel && section.role != Role::Ema) || !isChosen(section.entry))
                continue;
            (isAverage(m_checkpoint, section) ? m_averages : m_models).push_back(&section);
        }
        // A section that was named is meant, whatever its name says: the average of which one wants the weights.
        if (m_options.useEma && m_averages.empty() && !m_options.sections.empty())
            findAveragesElsewhere();
    }

    /// The model was chosen and its average stands somewhere else in the file.
    void findAveragesElsewhere()
    {
        for (const Section &section : m_checkpoint.sections)
            if (isAverage(m_checkpoint, section))
                m_averages.push_back(&section);
    }

    /// Whether an entry is in one of the chosen sections.
    [[nodiscard]] bool isChosen(EntryId entry) const
    {
        if (m_options.sections.empty())
            return true;
        for (;; entry = m_checkpoint.entries[entry].parent) {
            if (std::find(m_options.sections.begin(), m_options.sections.end(), entry) != m_options.sections.end())
                return true;
            if (entry == kRootEntry)
                return false;
        }
    }

    /// Tensors, and what modules add to their state_dict (get_extra_state); numbers beside them are no weights.
    StateDict onlyWeights(StateDict dict)
    {
        std::vector<std::string> others;
        std::erase_if(dict.items, [&](const StateDictItem &item) {
            const ValueKind kind = m_checkpoint.values.kind(item.value);
            const bool isWeight = kind == ValueKind::Tensor || kind == ValueKind::Dict
                                  || (kind == ValueKind::Array && m_hasOnlyTensors)
                                  || item.name.ends_with("_extra_state");
            if (!isWeight)
                others.push_back(item.name);
            return !isWeight;
        });
        if (!others.empty())
            note("Left out, since they are no tensors: {}", listed(others));
        return dict;
    }

    void add(const Section &section, StateDict weights)
    {
        const Value value = m_checkpoint.entries.value(section.entry);
        if (weights.ofModule)
            note("A whole module of class {} became its state_dict, which needs no classes",
                 printable(value.className()));
        m_made.parts.push_back({{}, section.entry, onlyWeights(std::move(weights))});
    }

    [[nodiscard]] bool isExported(EntryId entry) const
    {
        const auto is = [entry](const ChosenPart &part) { return part.entry == entry; };
        return std::any_of(m_made.parts.begin(), m_made.parts.end(), is)
               || std::find(m_valuesOf.begin(), m_valuesOf.end(), entry) != m_valuesOf.end();
    }

    /// Whether a part stands somewhere below.
    [[nodiscard]] bool holdsExported(EntryId entry) const
    {
        return std::any_of(m_made.parts.begin(), m_made.parts.end(), [&](const ChosenPart &part) {
            EntryId above = part.entry;
            while (above != entry && above != kRootEntry)
                above = m_checkpoint.entries[above].parent;
            return above == entry;
        });
    }

    /// Keys of the checkpoint that no section stands for, under the others that are left out.
    void addUnknown(std::vector<std::string> &left) const
    {
        const EntryTree &entries = m_checkpoint.entries;
        if (!entries.value(kRootEntry).is(ValueKind::Dict) || isExported(kRootEntry))
            return;
        std::unordered_set<EntryId> known;
        for (const Section &section : m_checkpoint.sections)
            for (EntryId at = section.entry; at != kRootEntry; at = entries[at].parent)
                known.insert(at);
        for (std::uint32_t i = 0; i < entries[kRootEntry].childCount && left.size() < 1000; ++i)
            if (const EntryId key = entries[kRootEntry].firstChild + i; !known.contains(key) && !holdsExported(key))
                left.push_back(entries.pathText(key));
    }

    void noteLeftOut()
    {
        std::vector<std::string> left;
        const EntryTree &entries = m_checkpoint.entries;
        for (const Section &section : m_checkpoint.sections)
            if (!isExported(section.entry) && !holdsExported(section.entry) && left.size() < 1000)
                left.push_back(entries.pathText(section.entry));
        addUnknown(left);
        if (left.empty())
            return;
        note("Only the weights are exported. Left out: {}", listed(left));
        if (m_hasOnlyTensors)
            m_made.notes.back() += ". Who wants other tensors in this format can choose their section";
    }

    /// Labels of the parts: the last key, or the whole path where two have the same.
    void nameParts()
    {
        std::unordered_map<std::string, std::size_t> count;
        for (ChosenPart &part : m_made.parts) {
            part.label = m_checkpoint.entries.label(part.entry);
            ++count[part.label];
        }
        for (ChosenPart &part : m_made.parts)
            if (count[part.label] > 1)
                part.label = m_checkpoint.entries.pathText(part.entry);
    }

    std::string pathOf(const Section &section) const
    {
        const std::string path = m_checkpoint.entries.pathText(section.entry);
        return path.empty() ? "the whole file" : fmt::format("'{}'", printable(path));
    }

    template<typename... Arguments>
    void note(fmt::format_string<Arguments...> text, Arguments &&...arguments)
    {
        m_made.notes.push_back(fmt::format(text, std::forward<Arguments>(arguments)...));
    }

    const Checkpoint &m_checkpoint;
    const ExportOptions &m_options;
    Sections m_models;
    Sections m_averages;
    std::vector<EntryId> m_valuesOf;  ///< averages whose values stand in a model's place
    bool m_hasOnlyTensors = false;    ///< the format decided for the weights
    ExportSelection m_made;
};

}  // namespace

bool isFlat(const ExportOptions &options)
{
    return (options.format != ExportFormat::TorchZip && options.format != ExportFormat::TorchLegacy)
           || options.shardBytes > 0;
}

Result<ExportSelection> selectExport(const Checkpoint &checkpoint, const ExportOptions &options)
{
    return Selecting(checkpoint, options).run();
}

}  // namespace waypoint
