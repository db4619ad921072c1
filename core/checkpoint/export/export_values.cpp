// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/export_values.h"

#include "core/base/glob.h"
#include "core/base/printable.h"
#include "core/checkpoint/export/averaged_weights.h"
#include "core/checkpoint/model_parameters.h"
#include "core/pickle/value_copy.h"
#include "core/pickle/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kNamedModules = 3;

/// One putting together.
class Building
{
public:
    Building(const Checkpoint &checkpoint, const ExportOptions &options, const ExportSelection &selection)
        : m_checkpoint(checkpoint),
          m_from(checkpoint.values),
          m_options(options),
          m_selection(selection),
          m_copy(m_from, m_made.tree, [this](ValueId id) { return change(id); })
    {
    }

    Result<ExportValues> run()
    {
        findStateDicts();
        std::vector<ValueId> pairs;
        for (const ChosenPart &part : m_selection.parts) {
            const ValueId made = partNode(part);
            if (m_error)
                return *m_error;
            if (!made.isValid())
                continue;
            pairs.push_back(m_made.tree.addStr(part.label));
            pairs.push_back(made);
        }
        if (pairs.empty())
            return Error{ErrorCode::BadArgument,
                         m_options.match.empty() ? std::string("there is nothing to export")
                                                 : fmt::format("no tensor is called '{}'", printable(m_options.match)),
                         {},
                         "A * stands for anything, as in *.weight.",
                         {}};
        m_made.root = m_selection.parts.size() == 1 ? pairs[1] : m_made.tree.addContainer(ValueKind::Dict, pairs);
        finishNodes();
        findSources();
        noteModules();
        notePrefixes();
        return std::move(m_made);
    }

private:
    // --- which values become something else ---

    [[nodiscard]] bool renames() const { return !m_options.stripPrefixes.empty() || !m_options.addPrefix.empty(); }

    /// The dicts whose names are those of a model: they get other prefixes. Where none was recognised, what was chosen
    /// counts as one.
    void findStateDicts()
    {
        if (!renames())
            return;
        for (const Section &section : m_checkpoint.sections)
            if ((section.role == Role::Model || section.role == Role::Ema)
                && m_checkpoint.entries.value(section.entry).is(ValueKind::Dict))
                m_stateDicts.push_back(m_checkpoint.entries[section.entry].value.index);
        for (const ChosenPart &part : m_selection.parts)
            if (!part.weights && m_stateDicts.empty() && m_checkpoint.entries.value(part.entry).is(ValueKind::Dict))
                m_stateDicts.push_back(m_checkpoint.entries[part.entry].value.index);
        std::sort(m_stateDicts.begin(), m_stateDicts.end());
    }

    [[nodiscard]] bool isRenamed(ValueId id) const
    {
        return std::binary_search(m_stateDicts.begin(), m_stateDicts.end(), id.index);
    }

    [[nodiscard]] bool isModule(ValueId id) const
    {
        if (m_from.kind(id) != ValueKind::Object)
            return false;
        return isScript(id) || (!m_options.keepModules && isPickledModule(Value(m_from, id)));
    }

    /// A module of TorchScript cannot stay one: its code is not among the values.
    [[nodiscard]] bool isScript(ValueId id) const
    {
        return m_checkpoint.format == Format::TorchScript && m_from.className(id).starts_with("__torch__.");
    }

    /// What a value is exported as, where it is by name; nothing for all others.
    std::optional<StateDict> stateDictFor(ValueId id)
    {
        if (m_from.kind(id) == ValueKind::Dict && isRenamed(id))
            return stateDictOfDict(Value(m_from, id));
        if (!isModule(id))
            return std::nullopt;
        m_modules.emplace_back(m_from.className(id));
        return stateDictOfModule(Value(m_from, id), isScript(id));
    }

    /// Asked by the copy.
    ValueChange change(ValueId id)
    {
        const ValueKind kind = m_from.kind(id);
        if (kind != ValueKind::Object && kind != ValueKind::Dict)
            return {};
        std::optional<StateDict> dict = stateDictFor(id);
        if (!dict)
            return {};
        return {ValueChange::Act::Replace, stateDictNode(*std::move(dict), {})};
    }

    // --- parts ---

    ValueId partNode(const ChosenPart &part)
    {
        const ValueId value = m_checkpoint.entries[part.entry].value;
        ValueId made;
        if (part.weights)
            made = stateDictNode(*part.weights, m_checkpoint.entries.pathText(part.entry));
        else if (m_options.match.empty())
            made = m_copy.copy(value);
        else
            made = matched(part.entry);
        m_copy.finish();
        return made;
    }

    [[nodiscard]] bool matches(std::string_view path, std::string_view name) const
    {
        return m_options.match.empty() || globMatches(m_options.match, name) || globMatches(m_options.match, path);
    }

    /// A dict of the tensors that match, in the dicts they stand in.
    ValueId matched(EntryId part)
    {
        const EntryTree &entries = m_checkpoint.entries;
        std::vector<EntryId> rows{part};
        std::vector<ValueId> made;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const EntryId row = rows[i];
            made.push_back(leaf(row));
            const bool isOpen = !made.back().isValid() && !entries.value(row).is(ValueKind::Tensor);
            for (std::uint32_t child = 0; isOpen && child < entries[row].childCount; ++child)
                rows.push_back(entries[row].firstChild + child);
        }
        // Children come behind their parents: from the end on, each dict is complete when its own turn comes.
        std::unordered_map<EntryId, std::vector<ValueId>> pairs;
        for (std::size_t i = rows.size(); i-- > 0;) {
            if (const auto found = pairs.find(rows[i]); found != pairs.end() && !made[i].isValid())
                made[i] = containerOf(rows[i], std::move(found->second));
            if (made[i].isValid() && i > 0) {
                std::vector<ValueId> &around = pairs[entries[rows[i]].parent];
                around.push_back(made[i]);
                around.push_back(keyOf(rows[i]));
            }
        }
        return made.front();
    }

    /// The row's node where it is a tensor that matches, or weights by name of which some do.
    ValueId leaf(EntryId row)
    {
        const EntryTree &entries = m_checkpoint.entries;
        const ValueId value = entries[row].value;
        if (!value.isValid())
            return {};
        if (const ValueKind kind = m_from.kind(value); kind == ValueKind::Tensor || kind == ValueKind::Array)
            return matches(entries.pathText(row), entries.label(row)) ? m_copy.node(value) : ValueId();
        std::optional<StateDict> dict = stateDictFor(value);
        return dict ? stateDictNode(*std::move(dict), entries.pathText(row)) : ValueId();
    }

    /// `reversed`: value, key, value, key, ... from the last to the first.
    ValueId containerOf(EntryId row, std::vector<ValueId> reversed)
    {
        std::reverse(reversed.begin(), reversed.end());
        const ValueId made = m_made.tree.addContainer(ValueKind::Dict, reversed);
        const Value from = m_checkpoint.entries.value(row);
        if (from.is(ValueKind::Dict) && from.className() == "collections.OrderedDict")
            m_made.tree.setClassName(made, m_made.tree.addGlobal("collections", "OrderedDict"));
        if (from.is(ValueKind::Dict))
            if (const ValueId attributes = m_from.attributes(from.id()); attributes.isValid())
                m_made.tree.setAttributes(made, m_copy.node(attributes));
        return made;
    }

    ValueId keyOf(EntryId row)
    {
        const Value key = m_checkpoint.entries.key(row);
        if (key.isValid())
            return m_copy.node(key.id());
        if (m_checkpoint.entries.isNamed(row))
            return m_made.tree.addStr(m_checkpoint.entries.label(row));
        return m_made.tree.addInt(m_checkpoint.entries[row].label);
    }

    // --- weights by name ---

    ValueId stateDictNode(StateDict dict, const std::string &path)
    {
        if (!m_options.match.empty()) {
            const std::string before = path.empty() ? std::string() : path + '/';
            std::erase_if(dict.items, [&](const StateDictItem &item) {
                return m_from.kind(item.value) != ValueKind::Tensor || !matches(before + item.name, item.name);
            });
            if (dict.items.empty())
                return {};
        }
        if (renames()) {
            const Result<std::size_t> stripped = renameItems(dict, m_options.stripPrefixes, m_options.addPrefix);
            if (!stripped) {
                m_error = stripped.error();
                return m_made.tree.addNone();
            }
            m_stripped += *stripped;
        }
        const ValueId made = m_made.tree.addContainer(ValueKind::Dict);
        if (!dict.className.empty())
            m_made.tree.setClassName(made, m_made.tree.addGlobal({}, dict.className));
        m_pending.push_back({made, std::move(dict)});
        return made;
    }

    /// Fills the state_dicts that were announced; their values may announce more.
    void finishNodes()
    {
        while (!m_pending.empty()) {
            const Pending next = std::move(m_pending.back());
            m_pending.pop_back();
            fill(next.node, next.dict);
            m_copy.finish();
        }
        for (const ValueId node : m_detached)
            detach(node);
    }

    void fill(ValueId node, const StateDict &dict)
    {
        std::vector<ValueId> pairs;
        pairs.reserve(2 * dict.items.size());
        for (const StateDictItem &item : dict.items) {
            const ValueId value = m_copy.node(item.value);
            pairs.push_back(item.key.isValid() ? m_copy.node(item.key) : m_made.tree.addStr(item.name));
            pairs.push_back(value);
            if (dict.ofModule)
                m_detached.push_back(value);
        }
        m_made.tree.append(node, pairs);
        if (dict.attributes.isValid())
            m_made.tree.setAttributes(node,
                                      renames() ? renamedAttributes(dict.attributes) : m_copy.node(dict.attributes));
    }

    void findSources()
    {
        const EntryTree &entries = m_checkpoint.entries;
        std::vector<bool> training(entries.size());
        for (const Section &section : m_checkpoint.sections)
            training[section.entry] = section.role == Role::Optimizer || section.role == Role::Scheduler
                                      || section.role == Role::Scaler || section.role == Role::Rng;
        for (EntryId row = 0; row < entries.size(); ++row) {
            if (row != kRootEntry && training[entries[row].parent])
                training[row] = true;
            const Value value = entries.value(row);
            if (!value.is(ValueKind::Tensor) && !value.is(ValueKind::Array))
                continue;
            const ValueId copy = m_copy.copyOf(value.id());
            if (!copy.isValid())
                continue;
            ExportSource &source = m_made.sources.try_emplace(copy.index, ExportSource{row}).first->second;
            source.onlyTraining = source.onlyTraining && training[row];
            const bool isPart = row != kRootEntry && entries.value(entries[row].parent).is(ValueKind::Tensor);
            if (isPart)
                source.part = entries.key(row).text();
        }
    }

    /// state_dict() gives tensors without hooks and gradient.
    void detach(ValueId node)
    {
        if (m_made.tree.kind(node) != ValueKind::Tensor)
            return;
        TensorValue &tensor = m_made.tree.tensor(node);
        tensor.ref.parameter = false;
        tensor.ref.requiresGrad = false;
        tensor.attributes = {};
    }

    /// {"_metadata": {"module.conv1": {"version": 1}, ...}} with the modules' new names.
    ValueId renamedAttributes(ValueId attributes)
    {
        const Value from(m_from, attributes);
        std::vector<ValueId> made;
        for (std::size_t i = 0; i < from.count(); ++i) {
            made.push_back(m_copy.node(from.key(i).id()));
            const bool isMetadata = from.key(i).text() == "_metadata" && from.at(i).is(ValueKind::Dict);
            made.push_back(isMetadata ? renamedMetadata(from.at(i)) : m_copy.node(from.at(i).id()));
        }
        return m_made.tree.addContainer(ValueKind::Dict, made);
    }

    ValueId renamedMetadata(Value metadata)
    {
        std::vector<std::pair<std::string, ValueId>> modules;
        std::unordered_map<std::string, std::size_t> places;
        for (std::size_t i = 0; i < metadata.count(); ++i) {
            std::string name = renamedModule(keyText(metadata.key(i)), m_options.stripPrefixes, m_options.addPrefix);
            const auto [place, isNew] = places.try_emplace(name, modules.size());
            if (isNew)
                modules.emplace_back(std::move(name), metadata.at(i).id());
            else
                modules[place->second].second = metadata.at(i).id();  // of the model, not of what wrapped it
        }
        std::vector<ValueId> pairs;
        for (const auto &[name, value] : modules) {
            pairs.push_back(m_made.tree.addStr(name));
            pairs.push_back(m_copy.node(value));
        }
        const ValueId made = m_made.tree.addContainer(ValueKind::Dict, pairs);
        if (!metadata.className().empty())
            m_made.tree.setClassName(made, m_made.tree.addGlobal({}, metadata.className()));
        return made;
    }

    // --- notes ---

    void noteModules()
    {
        for (std::size_t i = 0; i < std::min(m_modules.size(), kNamedModules); ++i)
            m_made.notes.push_back(fmt::format(
                "A whole module of class {} became its state_dict, which needs no classes", printable(m_modules[i])));
        if (m_modules.size() > kNamedModules)
            m_made.notes.push_back(fmt::format("So did {} more modules", m_modules.size() - kNamedModules));
    }

    void notePrefixes()
    {
        if (!m_options.stripPrefixes.empty() && m_stripped == 0)
            m_made.notes.push_back(fmt::format("No name begins with '{}'", printable(m_options.stripPrefixes.front())));
    }

    struct Pending
    {
        ValueId node;
        StateDict dict;
    };

    const Checkpoint &m_checkpoint;
    const ValueTree &m_from;
    const ExportOptions &m_options;
    const ExportSelection &m_selection;
    ExportValues m_made;
    ValueCopy m_copy;
    std::vector<std::uint32_t> m_stateDicts;  ///< nodes that get other names; sorted
    std::vector<Pending> m_pending;
    std::vector<ValueId> m_detached;
    std::vector<std::string> m_modules;  ///< classes of modules that became state_dicts
    std::size_t m_stripped = 0;
    std::optional<Error> m_error;
};

}  // namespace

Result<ExportValues> buildExportValues(const Checkpoint &checkpoint, const ExportOptions &options,
                                       const ExportSelection &selection)
{
    return Building(checkpoint, options, selection).run();
}

}  // namespace waypoint
