// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace waypoint {

/// Positions of a scroll bar or slider, which Qt counts in int, for 64-bit places. One to one as long as they fit,
/// else proportional, with both ends exact. A plain value.
class LongScroll
{
public:
    LongScroll() = default;
    /// Places are 0 to `last`.
    explicit LongScroll(std::int64_t last);

    [[nodiscard]] std::int64_t last() const { return m_last; }
    [[nodiscard]] int maximum() const;
    [[nodiscard]] int toBar(std::int64_t place) const;
    [[nodiscard]] std::int64_t toPlace(int position) const;

private:
    std::int64_t m_last = 0;
};

}  // namespace waypoint
