// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/salvage/storage_check.h"

#include <optional>
#include <span>
#include <string>

namespace waypoint {

/// Says of each tensor whether its bytes are there.
class TensorVerdicts
{
public:
    /// Requires: both outlive this; a state for each storage.
    TensorVerdicts(const ValueTree &values, std::span<const StorageState> states) : m_values(values), m_states(states)
    {
    }

    /// Why a Tensor or Storage node cannot be saved; nothing where it can.
    [[nodiscard]] std::optional<std::string> lossOf(ValueId value) const;
    /// The same values: whether all its bytes have a checksum that is right.
    [[nodiscard]] bool isChecked(ValueId tensor) const;
    /// Bytes of its elements, those of its parts for one that has no storage of its own.
    [[nodiscard]] ByteCount bytesOf(ValueId tensor) const;

private:
    [[nodiscard]] std::optional<std::string> lossOfTensor(ValueId value) const;
    [[nodiscard]] std::optional<std::string> lossOfRange(StorageIndex storage, ByteRange range) const;
    [[nodiscard]] std::vector<ValueId> partsOf(ValueId tensor) const;

    const ValueTree &m_values;
    std::span<const StorageState> m_states;
};

}  // namespace waypoint
