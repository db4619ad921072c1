// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// What the window asks about every row and would be too slow to find out while painting: worked out once per file,
/// in the background. Vectors are indexed by EntryId.
struct EntryFacts
{
    static constexpr std::uint32_t kNoSection = 0xffffffffu;

    std::vector<std::uint64_t> bytes;     ///< of the tensors, arrays and byte strings at and below a row
    std::vector<std::uint32_t> tensors;   ///< how many tensors stand at and below a row
    std::vector<std::uint32_t> section;   ///< index into Checkpoint::sections of the nearest one at or above a row
    std::vector<std::uint16_t> roleMask;  ///< bit 1 << Role for each section at or above a row
    std::vector<Role> roles;              ///< those the file has, each once, in the order of their first rows
    /// Rows of an optimizer's state (and the ids its groups list) -> name of the parameter they belong to.
    std::unordered_map<EntryId, std::string> parameters;

    [[nodiscard]] const Section *sectionOf(const Checkpoint &checkpoint, EntryId id) const
    {
        return section[id] == kNoSection ? nullptr : &checkpoint.sections[section[id]];
    }
    [[nodiscard]] const std::string *parameterName(EntryId id) const
    {
        const auto found = parameters.find(id);
        return found == parameters.end() ? nullptr : &found->second;
    }
};

using EntryFactsPtr = std::shared_ptr<const EntryFacts>;

[[nodiscard]] constexpr std::uint16_t roleBit(Role role)
{
    return static_cast<std::uint16_t>(1u << static_cast<unsigned>(role));
}

/// Any thread. Gives up early, with a result nobody should use, when `stop` is requested.
[[nodiscard]] EntryFactsPtr gatherFacts(const Checkpoint &checkpoint, std::stop_token stop = {});

/// Bytes that a row itself stands for, without what is below it: of a tensor, array, byte string or long text.
[[nodiscard]] ByteCount ownBytes(Value value);

}  // namespace waypoint
