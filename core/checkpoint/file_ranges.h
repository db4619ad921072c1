// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_ref.h"

#include <string>
#include <vector>

namespace waypoint {

/// Storages that lie plainly in one file, side by side or not: record i is the i-th range.
class FileRanges final : public StorageSource
{
public:
    /// A range beyond the file opens as Truncated. `label` names one storage in messages: "tensor", "storage".
    FileRanges(FilePtr file, std::vector<ByteRange> ranges, std::string label);

    Result<FilePtr> open(std::uint64_t record) const override;
    std::optional<ByteRange> place(std::uint64_t record) const override;

private:
    FilePtr m_file;
    std::vector<ByteRange> m_ranges;
    std::string m_label;
};

}  // namespace waypoint
