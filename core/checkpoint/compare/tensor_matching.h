// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/diff_matching.h"
#include "core/checkpoint/compare/diff_rows.h"
#include "core/checkpoint/compare/optimizer_pairs.h"
#include "core/checkpoint/parameter_names.h"

#include <string>
#include <vector>

namespace waypoint {

/// Finds the partner of each tensor, part by part.
class TensorMatching
{
public:
    /// Requires: both outlive this.
    TensorMatching(const DiffRows &a, const DiffRows &b);

    /// Matches the tensors of each pair of parts that are in no smaller part: only those of models, or only those of
    /// all else.
    void match(const std::vector<PairedParts> &parts, bool weights);

    /// kNoEntry where it has none.
    [[nodiscard]] EntryId partnerOfA(EntryId a) const { return m_ofA[a]; }
    [[nodiscard]] EntryId partnerOfB(EntryId b) const { return m_ofB[b]; }
    [[nodiscard]] MatchedBy how(EntryId a) const { return m_how[a]; }

    /// What the tensors of one model are called in the other. Requires: models are matched.
    [[nodiscard]] NamesInB namesInB(EntryId modelA, EntryId modelB) const;

    /// Sentences about names that differ.
    [[nodiscard]] std::vector<std::string> notes() const { return m_notes; }

private:
    struct Unit;
    using Tensors = std::vector<DiffTensor>;

    void collect(const DiffRows &rows, const std::vector<PairedParts> &parts, bool weights, EntryId PairedParts::*side,
                 std::vector<Unit> &units, Tensors Unit::*into);
    [[nodiscard]] DiffTensor named(const DiffRows &rows, EntryId part, EntryId tensor);
    void take(const Unit &unit, const TensorMatches &matches);

    const DiffRows &m_a;
    const DiffRows &m_b;
    std::vector<EntryId> m_ofA;
    std::vector<EntryId> m_ofB;
    std::vector<MatchedBy> m_how;
    ShapeNumbers m_shapes;
    std::vector<std::string> m_notes;
};

}  // namespace waypoint
