// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>

namespace waypoint {

/// A number of bytes. Kept apart from ByteOffset so that the two cannot be swapped in a call.
struct ByteCount
{
    std::uint64_t value = 0;

    auto operator<=>(const ByteCount &) const = default;
};

/// A position in a file, counted in bytes from its start.
struct ByteOffset
{
    std::uint64_t value = 0;

    auto operator<=>(const ByteOffset &) const = default;
};

/// Bytes [start, start + length) of a file.
struct ByteRange
{
    ByteOffset start;
    ByteCount length;

    auto operator<=>(const ByteRange &) const = default;
};

/// Requires: the sum fits 64 bits; sums of numbers that come from a file go through checked.h.
constexpr ByteOffset operator+(ByteOffset at, ByteCount length) { return {at.value + length.value}; }
constexpr ByteCount operator+(ByteCount a, ByteCount b) { return {a.value + b.value}; }

}  // namespace waypoint
