// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/crc_correction.h"

#include <array>
#include <bit>

#include <zlib.h>

namespace waypoint {

namespace {

constexpr std::size_t kLongestForBits = 512u << 10;
constexpr std::size_t kLongestForBytes = 16u << 10;

/// Which byte a table entry belongs to, by the entry's upper byte: no two share it.
std::array<std::uint8_t, 256> byUpperByte(const z_crc_t *table)
{
    std::array<std::uint8_t, 256> bytes{};
    for (unsigned i = 0; i < bytes.size(); ++i)
        bytes[table[i] >> 24] = static_cast<std::uint8_t>(i);
    return bytes;
}

}  // namespace

std::uint32_t checksumOf(std::span<const std::byte> bytes)
{
    return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

std::optional<ByteCorrection> findDamagedByte(std::size_t length, std::uint32_t actual, std::uint32_t wanted)
{
    if (length > kLongestForBits)
        return std::nullopt;
    const z_crc_t *table = get_crc_table();
    const auto byteOf = byUpperByte(table);
    std::optional<ByteCorrection> found;
    // CRC is linear: the two differ by the CRC of the error alone, which is that of its one byte, taken through the
    // zeros behind it. So the difference is taken back, zero by zero, until it is that of a byte.
    std::uint32_t difference = actual ^ wanted;
    for (std::size_t at = length; at-- > 0;) {
        const std::uint8_t byte = byteOf[difference >> 24];
        if (byte != 0 && table[byte] == difference && (std::has_single_bit(byte) || length <= kLongestForBytes)) {
            if (found)
                return std::nullopt;
            found = ByteCorrection{at, byte};
        }
        difference = (difference ^ static_cast<std::uint32_t>(table[byte])) << 8 | byte;
    }
    return found;
}

}  // namespace waypoint
