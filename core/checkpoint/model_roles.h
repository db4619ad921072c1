// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace waypoint {

/// What lies below each entry, found in one pass over the rows.
class Contents
{
public:
    explicit Contents(const EntryTree &entries);

    /// Whether there is a tensor with one dimension or more at or below the entry.
    [[nodiscard]] bool hasTensor(EntryId id) const { return (m_flags[id] & kTensor) != 0; }
    /// Numbers, text, None and containers of them: no tensors, arrays or storages at or below the entry.
    [[nodiscard]] bool isPlain(EntryId id) const { return (m_flags[id] & kData) == 0; }
    /// Dicts of tensors, dicts and plain scalars all the way down: what a nested model can consist of.
    [[nodiscard]] bool isDictTree(EntryId id) const { return (m_flags[id] & kNoDictTree) == 0; }

private:
    static constexpr std::uint8_t kTensor = 1;
    static constexpr std::uint8_t kData = 2;
    static constexpr std::uint8_t kNoDictTree = 4;

    std::vector<std::uint8_t> m_flags;
};

/// A mapping of tensors that is a model's weights.
struct ModelFinding
{
    Certainty certainty = Certainty::Certain;
    bool nested = false;    ///< dicts of dicts of tensors: nothing below is a section of its own
    bool averaged = false;  ///< by its structure: torch.optim.swa_utils.AveragedModel
};

/// Whether the mapping at an entry is a model: most values are tensors, flat or nested.
[[nodiscard]] std::optional<ModelFinding> findModel(const EntryTree &entries, EntryId id, const Contents &contents);

}  // namespace waypoint
