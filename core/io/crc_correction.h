// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace waypoint {

/// One byte that is not what it was.
struct ByteCorrection
{
    std::size_t at = 0;
    std::uint8_t flips = 0;  ///< bits to turn round
};

/// CRC-32, as zip has it.
[[nodiscard]] std::uint32_t checksumOf(std::span<const std::byte> bytes);

/// The one byte of `length` bytes that has to change for their CRC-32 to be `wanted` and not `actual`: a checksum tells
/// not only that a single byte is wrong but which. Nothing where no byte does it, where several do, or where chance
/// alone would often find one: bytes that have more than one damage must not be made worse.
///
/// A single damaged bit is found in up to 512 KiB, several bits of a byte in up to 16 KiB: then one of a thousand runs
/// with other damage is taken for one with this.
[[nodiscard]] std::optional<ByteCorrection> findDamagedByte(std::size_t length, std::uint32_t actual,
                                                            std::uint32_t wanted);

}  // namespace waypoint
