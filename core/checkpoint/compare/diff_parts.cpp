// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/checkpoint_diff.h"

#include "core/checkpoint/compare/diff_rows.h"

#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace waypoint {

namespace {

/// The outermost section below a side that a row lies in; kNoEntry where there is none.
class OutermostSections
{
public:
    explicit OutermostSections(const DiffSide &side) : m_side(side)
    {
        for (const Section &section : side.checkpoint->sections)
            m_sections.insert(section.entry);
    }

    [[nodiscard]] EntryId around(EntryId id) const
    {
        EntryId outermost = kNoEntry;
        for (; id != m_side.section && id != kNoEntry; id = m_side.checkpoint->entries[id].parent)
            if (m_sections.contains(id))
                outermost = id;
        return outermost;
    }

    [[nodiscard]] std::string nameOf(EntryId section) const
    {
        std::vector<std::string> labels;
        for (EntryId id = section; id != m_side.section && id != kNoEntry; id = m_side.checkpoint->entries[id].parent)
            labels.insert(labels.begin(), m_side.checkpoint->entries.label(id));
        return pathOfLabels(labels);
    }

private:
    const DiffSide &m_side;
    std::unordered_set<EntryId> m_sections;
};

/// Puts tensors into groups, in the order in which the groups are first seen.
class PartGroups
{
public:
    void add(std::string name, std::size_t tensor)
    {
        const auto [at, isNew] = m_known.try_emplace(name, m_groups.size());
        if (isNew)
            m_groups.push_back({std::move(name), {}});
        m_groups[at->second].tensors.push_back(tensor);
    }

    [[nodiscard]] std::vector<GroupDiff> take() { return std::move(m_groups); }

private:
    std::vector<GroupDiff> m_groups;
    std::unordered_map<std::string, std::size_t> m_known;
};

bool isWholeNumber(std::string_view dtype)
{
    return dtype.starts_with("int") || dtype.starts_with("uint") || dtype == "bool";
}

const Section *optimizerAt(const Checkpoint &checkpoint, EntryId entry)
{
    for (const Section &section : checkpoint.sections)
        if (section.entry == entry && section.role == Role::Optimizer)
            return &section;
    return nullptr;
}

}  // namespace

bool isCounter(const CheckpointDiff &diff, std::size_t index)
{
    const TensorDiff &tensor = diff.tensors[index];
    const DiffSide &side = tensor.a != kNoEntry ? diff.a : diff.b;
    const EntryId entry = tensor.a != kNoEntry ? tensor.a : tensor.b;
    if (isWholeNumber(dtypeNameOf(*side.checkpoint, entry)))
        return true;
    const auto shape = shapeOf(*side.checkpoint, entry);
    const bool isOne = shape.empty() || (shape.size() == 1 && shape[0] == 1);
    return isOne && side.checkpoint->entries.label(entry) == "step";
}

std::string parameterOf(const CheckpointDiff &diff, std::size_t index)
{
    const TensorDiff &tensor = diff.tensors[index];
    const DiffSide &side = tensor.a != kNoEntry ? diff.a : diff.b;
    const EntryTree &entries = side.checkpoint->entries;
    EntryId row = tensor.a != kNoEntry ? tensor.a : tensor.b;
    for (; entries[row].parent != kNoEntry; row = entries[row].parent) {
        const EntryId state = entries[row].parent;
        if (entries[state].parent == kNoEntry || entries.label(state) != "state")
            continue;
        const Section *optimizer = optimizerAt(*side.checkpoint, entries[state].parent);
        if (optimizer && optimizer->parameters.size() == entries[state].childCount)
            return optimizer->parameters[row - entries[state].firstChild];
    }
    return {};
}

std::vector<GroupDiff> partsOf(const CheckpointDiff &diff)
{
    const OutermostSections inA(diff.a);
    const OutermostSections inB(diff.b);
    std::unordered_map<EntryId, EntryId> sameInA;
    for (const TensorDiff &tensor : diff.tensors)
        if (tensor.a != kNoEntry && tensor.b != kNoEntry)
            sameInA.try_emplace(inB.around(tensor.b), inA.around(tensor.a));
    PartGroups groups;
    for (std::size_t i = 0; i < diff.tensors.size(); ++i) {
        const TensorDiff &tensor = diff.tensors[i];
        const EntryId partB = tensor.a == kNoEntry ? inB.around(tensor.b) : kNoEntry;
        const auto found = sameInA.find(partB);
        if (tensor.a == kNoEntry && found == sameInA.end())
            groups.add(partB == kNoEntry ? std::string() : inB.nameOf(partB), i);
        else {
            const EntryId partA = tensor.a != kNoEntry ? inA.around(tensor.a) : found->second;
            groups.add(partA == kNoEntry ? std::string() : inA.nameOf(partA), i);
        }
    }
    return groups.take();
}

}  // namespace waypoint
