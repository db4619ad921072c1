// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// The children of an entry with their labels; empty for a row that only refers to another one.
[[nodiscard]] std::vector<std::pair<std::string, EntryId>> childrenOf(const Checkpoint &checkpoint, EntryId entry);

/// First descendant with this label, at most three levels down (a value kept by an object lies below its state); or
/// kNoEntry.
[[nodiscard]] EntryId descendant(const Checkpoint &checkpoint, EntryId entry, std::string_view label);

/// The number an entry holds: int, float, bool, a tensor or array with one element, "NaN" and its kin in JSON.
[[nodiscard]] std::optional<double> numberAt(const Checkpoint &checkpoint, EntryId entry);

/// Numbers in rows of equal length.
struct NumberTable
{
    std::size_t columns = 1;
    std::vector<double> numbers;

    [[nodiscard]] std::size_t rows() const { return columns == 0 ? 0 : numbers.size() / columns; }
    [[nodiscard]] double at(std::size_t row, std::size_t column) const { return numbers[row * columns + column]; }
};

/// All of a list of numbers, a list of pairs (or other short tuples) of numbers, a tensor or array with one or two
/// dimensions, of at most 16 columns and ten million numbers. None in the list is NaN.
/// Nothing for anything else.
[[nodiscard]] std::optional<NumberTable> numbersAt(const Checkpoint &checkpoint, EntryId entry);

}  // namespace waypoint
