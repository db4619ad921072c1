// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <cstdint>
#include <string>
#include <vector>

namespace waypoint {

/// One member of a zip archive, as the archive's directory describes it.
struct ZipEntry
{
    std::string name;          ///< as stored: any bytes, never used as a path of the file system
    ByteOffset localHeader;    ///< in the file, bytes before the archive counted
    ByteCount compressed;      ///< bytes in the file
    ByteCount size;            ///< bytes once unpacked
    std::uint32_t crc = 0;     ///< CRC-32 of the unpacked bytes
    std::uint16_t method = 0;  ///< 0 stored, 8 deflated
    std::uint16_t flags = 0;   ///< general purpose bits
    bool truncated = false;    ///< the file ends before the member does, or its end had to be guessed

    [[nodiscard]] bool encrypted() const { return (flags & 1u) != 0; }

    bool operator==(const ZipEntry &) const = default;
};

/// What an archive holds, and what is odd about it.
struct ZipDirectory
{
    std::vector<ZipEntry> entries;
    std::vector<std::string> warnings;
    bool recovered = false;  ///< read from the members themselves, the directory being lost
};

}  // namespace waypoint
