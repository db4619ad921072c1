// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <cstdint>
#include <string>
#include <string_view>

/// The records of a zip that is written: bytes, little-endian, zip64 where a number needs it (PKWARE
/// APPNOTE.TXT 4.3, 4.5.3).
namespace waypoint::zip {

/// A stored member as its headers describe it.
struct StoredMember
{
    std::string_view name;
    std::uint32_t crc = 0;
    ByteCount bytes;
    ByteOffset header;  ///< of the local header
};

/// Data of members begins at multiples of this, as PyTorch's does: a tensor can then be mapped where it lies.
inline constexpr std::uint64_t kAlignment = 64;

/// The local header with its name and an extra field "FB" that moves the data to the next multiple of kAlignment. Its
/// length does not depend on the CRC.
[[nodiscard]] std::string localHeader(const StoredMember &member);
[[nodiscard]] std::string centralHeader(const StoredMember &member);
/// What follows the central headers: zip64 end record and locator where one is needed, and the end record.
[[nodiscard]] std::string directoryEnd(std::uint64_t members, ByteOffset directory, ByteCount directoryBytes);

}  // namespace waypoint::zip
