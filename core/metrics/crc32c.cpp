// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/crc32c.h"

#include "core/base/endian.h"

#include <array>
#include <cstddef>

namespace waypoint {

namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;  // 0x1edc6f41 with its bits reversed
constexpr std::size_t kSlices = 8;

using Tables = std::array<std::array<std::uint32_t, 256>, kSlices>;

/// tables[k][b]: what byte b does to the CRC when k more bytes follow it.
constexpr Tables makeTables()
{
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
        tables[0][byte] = crc;
    }
    for (std::size_t k = 1; k < kSlices; ++k)
        for (std::size_t byte = 0; byte < 256; ++byte)
            tables[k][byte] = (tables[k - 1][byte] >> 8) ^ tables[0][tables[k - 1][byte] & 0xff];
    return tables;
}

constexpr Tables kTables = makeTables();

std::uint32_t crc32c(std::string_view bytes)
{
    std::uint32_t crc = 0xffffffff;
    for (; bytes.size() >= kSlices; bytes.remove_prefix(kSlices)) {
        const std::uint64_t word = loadLittle<std::uint64_t>(bytes.data()) ^ crc;
        crc = 0;
        for (std::size_t k = 0; k < kSlices; ++k)
            crc ^= kTables[kSlices - 1 - k][(word >> (8 * k)) & 0xff];
    }
    for (const char c : bytes)
        crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<unsigned char>(c)) & 0xff];
    return ~crc;
}

}  // namespace

std::uint32_t maskedCrc32c(std::string_view bytes)
{
    const std::uint32_t crc = crc32c(bytes);
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

}  // namespace waypoint
