// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/file_ranges.h"

#include "core/base/checked.h"

namespace waypoint {

FileRanges::FileRanges(FilePtr file, std::vector<ByteRange> ranges, std::string label)
    : m_file(std::move(file)), m_ranges(std::move(ranges)), m_label(std::move(label))
{
}

Result<FilePtr> FileRanges::open(std::uint64_t record) const
{
    if (record >= m_ranges.size() || !liesWithin(m_ranges[record], m_file->size()))
        return Error{.code = ErrorCode::Truncated,
                     .detail = m_label + " " + std::to_string(record) + " is not in the file",
                     .at = m_file->size().value > 0 ? std::optional(ByteOffset{m_file->size().value}) : std::nullopt,
                     .advice = {},
                     .file = {}};
    return fileWindow(m_file, m_ranges[record], m_file->name() + ": " + m_label + " " + std::to_string(record));
}

std::optional<ByteRange> FileRanges::place(std::uint64_t record) const
{
    if (record >= m_ranges.size() || !liesWithin(m_ranges[record], m_file->size()))
        return std::nullopt;
    return m_ranges[record];
}

}  // namespace waypoint
