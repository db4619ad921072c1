// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <concepts>
#include <cstddef>

namespace waypoint {

/// The number whose little-endian bytes begin at `bytes`, on any machine. Requires: sizeof(T) bytes are there.
template<std::unsigned_integral T>
[[nodiscard]] T loadLittle(const std::byte *bytes)
{
    T value = 0;
    for (std::size_t i = sizeof(T); i > 0; --i)
        value = static_cast<T>(static_cast<T>(value << 7 << 1) | std::to_integer<T>(bytes[i - 1]));
    return value;
}

/// The same for text that holds bytes, as a ByteStream hands it out.
template<std::unsigned_integral T>
[[nodiscard]] T loadLittle(const char *bytes)
{
    return loadLittle<T>(reinterpret_cast<const std::byte *>(bytes));
}

/// The number whose big-endian bytes begin at `bytes`. Requires: sizeof(T) bytes are there.
template<std::unsigned_integral T>
[[nodiscard]] T loadBig(const std::byte *bytes)
{
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
        value = static_cast<T>(static_cast<T>(value << 7 << 1) | std::to_integer<T>(bytes[i]));
    return value;
}

}  // namespace waypoint
