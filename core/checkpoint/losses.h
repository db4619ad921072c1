// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"
#include "core/tensor/tensor_ref.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// What a reader that takes whatever is there of a damaged file could not find, besides storages without bytes, which
/// the values tell themselves.
struct Losses
{
    /// Something known by name alone, which has no place among the values.
    struct Part
    {
        std::string path;
        ByteCount bytes;  ///< 0 where nobody knows
        std::string reason;
    };
    std::vector<Part> parts;
    std::unordered_map<StorageIndex, std::string> storageReasons;  ///< why a storage has no bytes, where a reader knows
    std::vector<std::string> notes;                                ///< sentences for people
    bool damaged = false;          ///< the container contradicts itself or ends early, whether anything is lost or not
    bool valuesUncertain = false;  ///< names and values come from a pickle whose checksum is wrong
};

}  // namespace waypoint
