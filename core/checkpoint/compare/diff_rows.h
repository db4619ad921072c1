// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/checkpoint_diff.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace waypoint {

/// What the rows of one side are to a comparison. Immutable once built; constant time a question.
class DiffRows
{
public:
    /// Requires: the checkpoint outlives this.
    explicit DiffRows(const DiffSide &side);

    [[nodiscard]] const Checkpoint &checkpoint() const { return *m_checkpoint; }
    [[nodiscard]] const EntryTree &entries() const { return m_checkpoint->entries; }
    [[nodiscard]] EntryId section() const { return m_section; }

    /// The section itself or below it.
    [[nodiscard]] bool isInside(EntryId id) const { return has(id, Inside); }
    /// Compared as a tensor: a tensor or an array of numbers. The parts of a sparse, nested or wrapped tensor are
    /// compared in its place; those of a quantised one are behind its numbers.
    [[nodiscard]] bool isTensor(EntryId id) const { return has(id, Tensor); }
    /// It or something below it is one.
    [[nodiscard]] bool hasTensor(EntryId id) const { return has(id, HasTensor); }
    /// It or something below it is compared as a value.
    [[nodiscard]] bool hasValue(EntryId id) const { return has(id, HasValue); }
    /// Compared as one value: a scalar, or a list of nothing but scalars and such lists ("betas").
    [[nodiscard]] bool isPlain(EntryId id) const { return !has(id, Structured); }
    /// Belongs to a tensor or plain list that is compared as a whole.
    [[nodiscard]] bool isWithinWhole(EntryId id) const { return has(id, WithinWhole); }

    /// Labels from below `above` down to `id`.
    [[nodiscard]] std::vector<std::string> labelsBelow(EntryId above, EntryId id) const;
    /// The same as one text, as EntryTree::pathText() writes it.
    [[nodiscard]] std::string pathBelow(EntryId above, EntryId id) const;
    /// Rows compared as tensors inside the section, in the order people read.
    [[nodiscard]] const std::vector<EntryId> &tensors() const { return m_tensors; }

private:
    enum Fact : std::uint8_t {
        Inside = 1,
        Tensor = 2,
        HasTensor = 4,
        HasValue = 8,
        Structured = 16,
        WithinWhole = 32,
    };

    [[nodiscard]] bool has(EntryId id, Fact fact) const { return (m_facts[id] & fact) != 0; }
    void lookAt(EntryId id);
    void tellParents();

    const Checkpoint *m_checkpoint;
    EntryId m_section;
    std::vector<std::uint8_t> m_facts;
    std::vector<EntryId> m_tensors;
};

/// Labels as one text: joined by '/', which is written %2F within one.
[[nodiscard]] std::string pathOfLabels(std::span<const std::string> labels);

/// Shape of a row compared as a tensor. Requires: it is one.
[[nodiscard]] std::span<const std::int64_t> shapeOf(const Checkpoint &checkpoint, EntryId tensor);
/// torch's (or NumPy's) name of its dtype.
[[nodiscard]] std::string_view dtypeNameOf(const Checkpoint &checkpoint, EntryId tensor);

}  // namespace waypoint
