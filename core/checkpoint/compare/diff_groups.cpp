// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/checkpoint_diff.h"

#include "core/checkpoint/compare/diff_names.h"
#include "core/checkpoint/compare/diff_rows.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

namespace waypoint {

namespace {

/// Labels as people read them: what is in a whole module by the names of its state_dict.
std::vector<std::string> readableLabels(const DiffSide &side, EntryId id)
{
    const EntryTree &entries = side.checkpoint->entries;
    std::vector<std::string> labels;
    for (; id != side.section && id != kNoEntry; id = entries[id].parent)
        labels.push_back(entries.label(id));
    std::ranges::reverse(labels);
    const auto first = std::ranges::find_if(labels, isModulePart);
    if (first == labels.end())
        return labels;
    const std::string name = dottedName(std::span(first, labels.end()));
    labels.erase(first, labels.end());
    labels.push_back(name);
    return labels;
}

/// Entries of sections, whose names stay whole however few parts of a name are asked for.
std::unordered_set<EntryId> sectionEntries(const DiffSide &side)
{
    std::unordered_set<EntryId> entries;
    for (const Section &section : side.checkpoint->sections)
        entries.insert(section.entry);
    return entries;
}

/// How many labels of a tensor's path lead to the smallest section around it.
std::size_t depthOfSection(const DiffSide &side, const std::unordered_set<EntryId> &sections, EntryId tensor)
{
    const EntryTree &entries = side.checkpoint->entries;
    std::size_t depth = 0;
    bool found = false;
    for (EntryId id = entries[tensor].parent; id != kNoEntry && id != side.section; id = entries[id].parent) {
        found = found || sections.contains(id);
        depth += found ? 1u : 0u;
    }
    return depth;
}

/// A path up to the last dot, or up to the last label.
std::string layerOf(std::vector<std::string> labels)
{
    if (labels.empty())
        return {};
    const std::string layer(layerOfName(labels.back()));
    if (layer.empty())
        labels.pop_back();
    else
        labels.back() = layer;
    return pathOfLabels(labels);
}

/// The first labels and so many parts of the names behind them.
std::string shortened(const std::vector<std::string> &labels, std::size_t whole, std::size_t levels)
{
    std::string path = pathOfLabels(std::span(labels).first(whole));
    for (std::size_t i = whole; i < labels.size(); ++i) {
        const auto parts = partsOfName(labels[i]);
        for (std::size_t part = 0; part < parts.size(); ++part) {
            const bool lastOfAll = i + 1 == labels.size() && part + 1 == parts.size();
            if (levels == 0 || lastOfAll)
                return path;
            path += path.empty() ? "" : part == 0 ? "/" : ".";
            path += parts[part];
            --levels;
        }
    }
    return path;
}

}  // namespace

std::string pathOf(const CheckpointDiff &diff, std::size_t index)
{
    const TensorDiff &tensor = diff.tensors[index];
    const bool inA = tensor.a != kNoEntry;
    return pathOfLabels(inA ? readableLabels(diff.a, tensor.a) : readableLabels(diff.b, tensor.b));
}

std::vector<GroupDiff> layersOf(const CheckpointDiff &diff, std::size_t levels)
{
    const auto sectionsA = sectionEntries(diff.a);
    const auto sectionsB = sectionEntries(diff.b);
    std::vector<GroupDiff> groups;
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < diff.tensors.size(); ++i) {
        const bool inA = diff.tensors[i].a != kNoEntry;
        const DiffSide &side = inA ? diff.a : diff.b;
        const EntryId tensor = inA ? diff.tensors[i].a : diff.tensors[i].b;
        auto labels = readableLabels(side, tensor);
        const std::size_t whole = depthOfSection(side, inA ? sectionsA : sectionsB, tensor);
        std::string name = levels == 0 ? layerOf(std::move(labels)) : shortened(labels, whole, levels);
        const auto [group, isNew] = known.try_emplace(name, groups.size());
        if (isNew)
            groups.push_back({std::move(name), {}});
        groups[group->second].tensors.push_back(i);
    }
    return groups;
}

TensorDifference joined(const TensorDifference &one, const TensorDifference &other)
{
    return {.count = one.count + other.count,
            .changed = one.changed + other.changed,
            .nan = one.nan + other.nan,
            .l2 = std::hypot(one.l2, other.l2),
            .maxAbs = std::max(one.maxAbs, other.maxAbs),
            .normA = std::hypot(one.normA, other.normA),
            .normB = std::hypot(one.normB, other.normB),
            .dot = one.dot + other.dot};
}

}  // namespace waypoint
