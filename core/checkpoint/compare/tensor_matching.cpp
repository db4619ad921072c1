// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/tensor_matching.h"

#include "core/checkpoint/compare/diff_names.h"
#include "core/checkpoint/compare/diff_notes.h"
#include "core/checkpoint/compare/renamed_matching.h"

#include <utility>

namespace waypoint {

namespace {

constexpr std::uint32_t kNoUnit = 0xffffffffu;

/// For each row the smallest part it lies in; kNoUnit outside of all.
std::vector<std::uint32_t> partOfRows(const EntryTree &entries, const std::vector<PairedParts> &parts,
                                      EntryId PairedParts::*side)
{
    std::vector<std::uint32_t> own(entries.size(), kNoUnit);
    for (std::uint32_t i = 0; i < parts.size(); ++i)
        if (parts[i].*side != kNoEntry)
            own[parts[i].*side] = i;
    // Parents have smaller numbers than their children.
    for (EntryId id = 1; id < own.size(); ++id)
        if (own[id] == kNoUnit)
            own[id] = own[entries[id].parent];
    return own;
}

}  // namespace

struct TensorMatching::Unit
{
    Tensors a;
    Tensors b;
};

TensorMatching::TensorMatching(const DiffRows &a, const DiffRows &b)
    : m_a(a),
      m_b(b),
      m_ofA(a.entries().size(), kNoEntry),
      m_ofB(b.entries().size(), kNoEntry),
      m_how(a.entries().size(), MatchedBy::Path)
{
}

void TensorMatching::match(const std::vector<PairedParts> &parts, bool weights)
{
    std::vector<Unit> units(parts.size());
    collect(m_a, parts, weights, &PairedParts::a, units, &Unit::a);
    collect(m_b, parts, weights, &PairedParts::b, units, &Unit::b);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Unit &unit = units[i];
        if (unit.a.empty() || unit.b.empty())
            continue;
        TensorMatches matches(unit.a.size(), unit.b.size());
        matchPaths(unit.a, unit.b, matches);
        matchNames(unit.a, unit.b, matches);
        if (weights)
            matchRenamed(unit.a, unit.b, matches);
        take(unit, matches);
        if (weights)
            addNameNotes(unit.a, unit.b, matches, m_notes);
    }
}

NamesInB TensorMatching::namesInB(EntryId modelA, EntryId modelB) const
{
    NamesInB names;
    for (const EntryId a : m_a.tensors())
        if (m_ofA[a] != kNoEntry && m_how[a] == MatchedBy::Order)
            names.emplace(dottedName(m_a.labelsBelow(modelA, a)), dottedName(m_b.labelsBelow(modelB, m_ofA[a])));
    return names;
}

void TensorMatching::collect(const DiffRows &rows, const std::vector<PairedParts> &parts, bool weights,
                             EntryId PairedParts::*side, std::vector<Unit> &units, Tensors Unit::*into)
{
    const auto partOf = partOfRows(rows.entries(), parts, side);
    for (const EntryId tensor : rows.tensors())
        if (const std::uint32_t part = partOf[tensor]; part != kNoUnit && holdsWeights(parts[part].role) == weights)
            (units[part].*into).push_back(named(rows, parts[part].*side, tensor));
}

DiffTensor TensorMatching::named(const DiffRows &rows, EntryId part, EntryId tensor)
{
    const auto labels = rows.labelsBelow(part, tensor);
    const auto shape = shapeOf(rows.checkpoint(), tensor);
    return {.entry = tensor,
            .path = pathOfLabels(labels),
            .name = dottedName(labels),
            .shape = m_shapes.number(shape),
            .dims = static_cast<std::uint32_t>(shape.size()),
            .inList = !rows.entries().isNamed(tensor)};
}

void TensorMatching::take(const Unit &unit, const TensorMatches &matches)
{
    for (std::size_t i = 0; i < unit.a.size(); ++i) {
        if (matches.ofA[i] == kUnmatched)
            continue;
        const EntryId a = unit.a[i].entry;
        const EntryId b = unit.b[matches.ofA[i]].entry;
        m_ofA[a] = b;
        m_ofB[b] = a;
        m_how[a] = matches.by[i];
    }
}

}  // namespace waypoint
