// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/zip_archive.h"

#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// A run of bytes that may be a stored member's, and the checksums that records of the file give for it: the member's
/// own header, the descriptor after it, the directory. Each of them may be the one that is damaged.
struct ZipPlace
{
    ByteRange range;
    std::vector<std::uint32_t> sums;  ///< CRC-32; not one where nothing is known
};

/// Where a member of a damaged archive can lie when its records contradict each other or its data: zip says nearly
/// everything twice, so that what one damaged record says wrongly another has. Any thread.
class ZipRepair
{
public:
    explicit ZipRepair(std::shared_ptr<const ZipArchive> archive, const Limits &limits);

    /// Places of `bytes` bytes for the member whose name is `tail` or ends in '/' and `tail`, the likeliest first.
    /// Which of them it is, a checksum tells. The first call reads the whole file where there is a directory.
    std::vector<ZipPlace> places(std::string_view tail, ByteCount bytes) const;

    /// The member's bytes from the place where a checksum is right; null where there is none.
    FilePtr find(std::string_view tail, ByteCount bytes, const std::stop_token &stop) const;

    /// The archive without its directory; null where no member can be found.
    std::shared_ptr<const ZipArchive> walked() const;

private:
    /// Members by the last part of their names.
    struct Index
    {
        explicit Index(std::shared_ptr<const ZipArchive> of);
        std::shared_ptr<const ZipArchive> archive;
        std::unordered_multimap<std::string_view, std::size_t> entries;
    };
    class Search;

    const Index *walkedIndex() const;
    [[nodiscard]] ByteOffset nextHeader(ByteOffset header) const;

    Index m_index;
    Limits m_limits;
    std::vector<std::uint64_t> m_headers;  ///< offsets of all local headers the directory knows, sorted
    mutable std::once_flag m_walkOnce;
    mutable std::unique_ptr<const Index> m_walked;  ///< null where it is m_index or nothing
};

}  // namespace waypoint
