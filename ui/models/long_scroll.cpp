// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/long_scroll.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

// Below INT_MAX, so that sums of positions and page steps within Qt do not overflow.
constexpr int kLongest = 1 << 30;

}  // namespace

LongScroll::LongScroll(std::int64_t last) : m_last(std::max<std::int64_t>(0, last)) {}

int LongScroll::maximum() const { return static_cast<int>(std::min<std::int64_t>(m_last, kLongest)); }

int LongScroll::toBar(std::int64_t place) const
{
    const std::int64_t inside = std::clamp<std::int64_t>(place, 0, m_last);
    if (m_last <= kLongest || inside == m_last)
        return static_cast<int>(std::min<std::int64_t>(inside, kLongest));
    return static_cast<int>(static_cast<double>(inside) / static_cast<double>(m_last) * kLongest);
}

std::int64_t LongScroll::toPlace(int position) const
{
    if (m_last <= kLongest)
        return std::clamp<std::int64_t>(position, 0, m_last);
    if (position >= kLongest)
        return m_last;
    const double share = static_cast<double>(std::max(0, position)) / kLongest;
    return std::min(m_last, static_cast<std::int64_t>(share * static_cast<double>(m_last)));
}

}  // namespace waypoint
