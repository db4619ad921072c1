// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/checked.h"
#include "core/base/units.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Records of the zip format (PKWARE APPNOTE.TXT 6.3.10, section 4.3). Little-endian throughout.
namespace waypoint::zip {

inline constexpr std::uint32_t kLocalHeader = 0x04034b50;
inline constexpr std::uint32_t kDataDescriptor = 0x08074b50;
inline constexpr std::uint32_t kCentralHeader = 0x02014b50;
inline constexpr std::uint32_t kDigitalSignature = 0x05054b50;
inline constexpr std::uint32_t kEnd = 0x06054b50;
inline constexpr std::uint32_t kEnd64 = 0x06064b50;
inline constexpr std::uint32_t kEnd64Locator = 0x07064b50;

inline constexpr std::size_t kLocalHeaderSize = 30;
inline constexpr std::size_t kCentralHeaderSize = 46;
inline constexpr std::size_t kEndSize = 22;
inline constexpr std::size_t kEnd64Size = 56;
inline constexpr std::size_t kEnd64LocatorSize = 20;

inline constexpr std::uint16_t kStored = 0;
inline constexpr std::uint16_t kDeflated = 8;
inline constexpr std::uint16_t kHasDescriptor = 1u << 3;
inline constexpr std::uint32_t kIn64 = 0xffffffffu;  ///< the value stands in the zip64 extra field

/// Requires: `at` + the number's size lies within `bytes`.
inline std::uint16_t u16(std::span<const std::byte> bytes, std::size_t at)
{
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[at])
                                      | std::to_integer<unsigned>(bytes[at + 1]) << 8);
}

inline std::uint32_t u32(std::span<const std::byte> bytes, std::size_t at)
{
    return u16(bytes, at) | static_cast<std::uint32_t>(u16(bytes, at + 2)) << 16;
}

inline std::uint64_t u64(std::span<const std::byte> bytes, std::size_t at)
{
    return u32(bytes, at) | static_cast<std::uint64_t>(u32(bytes, at + 4)) << 32;
}

inline std::string_view text(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

/// Sizes and place of a member; what did not fit 32 bits comes from the zip64 extra field (id 0x0001).
struct Extent
{
    std::uint64_t size = 0;
    std::uint64_t compressed = 0;
    std::uint64_t localHeader = 0;
};

/// Replaces the numbers that are kIn64 by those of the extra field, as far as it has them.
inline void applyZip64(Extent &extent, std::span<const std::byte> extra)
{
    while (extra.size() >= 4) {
        const auto id = u16(extra, 0);
        const std::size_t length = u16(extra, 2);
        if (length > extra.size() - 4)
            return;
        if (id == 1) {
            auto field = extra.subspan(4, length);
            for (auto *number : {&extent.size, &extent.compressed, &extent.localHeader}) {
                if (*number != kIn64 || field.size() < 8)
                    continue;
                *number = u64(field, 0);
                field = field.subspan(8);
            }
            return;
        }
        extra = extra.subspan(4 + length);
    }
}

}  // namespace waypoint::zip
