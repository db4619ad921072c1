// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_numbers.h"

#include <array>
#include <stop_token>

namespace waypoint {

/// How much one layer changed, as far as it is known.
struct LayerChange
{
    QString name;
    std::vector<std::size_t> tensors;
    std::optional<double> relative;  ///< of all its weights as one; nothing where none is known
    bool isKnown = false;            ///< all its tensors were compared
    bool isFrozen = false;           ///< and all of them are the same
};

/// Counts of one part.
struct PartTally
{
    std::size_t tensors = 0;
    std::size_t changed = 0;              ///< on both sides with other numbers
    std::array<std::size_t, 6> counts{};  ///< by DiffStatus
    std::optional<TensorDifference> sum;  ///< of its floating-point tensors as one

    [[nodiscard]] std::size_t count(DiffStatus status) const { return counts[static_cast<std::size_t>(status)]; }
};

/// What a comparison says in one look. A snapshot: it is made anew as numbers come.
struct CompareTally
{
    std::array<std::size_t, 6> counts{};  ///< by DiffStatus
    std::size_t tensors = 0;
    std::size_t pending = 0;
    std::size_t failed = 0;
    std::size_t matched = 0;             ///< on both sides, whatever their shapes
    std::vector<PartTally> parts;        ///< beside CompareContent::parts
    std::optional<double> relative;      ///< of all weights as one
    std::optional<std::size_t> largest;  ///< of the weights, the tensor that changed most for its size
    double largestChange = 0;            ///< and its relative change
    std::vector<LayerChange> layers;     ///< in the order of the model
    std::size_t values = 0;
    std::size_t valuesDiffer = 0;

    [[nodiscard]] std::size_t count(DiffStatus status) const { return counts[static_cast<std::size_t>(status)]; }
    [[nodiscard]] std::size_t differing() const { return tensors - pending - failed - count(DiffStatus::Same); }
    /// Every tensor and every value is the same.
    [[nodiscard]] bool isSame() const { return count(DiffStatus::Same) == tensors && valuesDiffer == 0; }
};
using CompareTallyPtr = std::shared_ptr<const CompareTally>;

/// Any thread.
[[nodiscard]] CompareTallyPtr tallyOf(const CompareNumbers &numbers, const std::stop_token &stop = {});

}  // namespace waypoint
