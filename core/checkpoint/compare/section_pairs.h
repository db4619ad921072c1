// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/diff_rows.h"

#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// Parts of both sides that belong together, whatever they are called.
struct PairedParts
{
    EntryId a = kNoEntry;
    EntryId b = kNoEntry;
    Role role = Role::Config;
};

/// Whether a role is that of a model's weights: a model, its average, a whole module.
[[nodiscard]] bool holdsWeights(Role role);

/// Where one side is a model (an optimizer, a schedule) and the other a file that has one: that part of the other, and
/// a note that says so. Nothing where the sides are to be compared as they are.
struct NarrowedSide
{
    EntryId section = kNoEntry;
    std::string note;
};
[[nodiscard]] std::optional<NarrowedSide> narrowedTo(const DiffRows &part, const DiffRows &whole,
                                                     std::string_view nameOfPart, std::string_view nameOfWhole);

/// Pairs the sections below both sides: by path, by role where there is one of a kind, by what their names have in
/// common, models also by the names of their tensors. Adds notes about what is called otherwise. Both sides themselves
/// are not among them.
[[nodiscard]] std::vector<PairedParts> pairParts(const DiffRows &a, const DiffRows &b, std::vector<std::string> &notes);

/// The section that is the side itself, or null.
[[nodiscard]] const Section *ownSection(const DiffRows &rows);

}  // namespace waypoint
