// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_order.h"

#include "core/data/batch_loader.h"
#include "core/data/random_stream.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace waypoint {

void fillSampleOrder(std::span<std::int64_t> order, std::uint64_t seed, std::int64_t epoch, bool shuffle)
{
    std::iota(order.begin(), order.end(), std::int64_t{0});
    if (!shuffle)
        return;
    // Fisher and Yates from the end, in Durstenfeld's form: Communications of the ACM 7 (1964), algorithm 235.
    RandomStream random(RandomUse::Order, {seed, static_cast<std::uint64_t>(epoch)});
    for (std::size_t left = order.size(); left > 1; --left)
        std::swap(order[left - 1], order[static_cast<std::size_t>(random.below(left))]);
}

std::vector<std::int64_t> sampleOrder(std::int64_t count, std::uint64_t seed, std::int64_t epoch, bool shuffle)
{
    std::vector<std::int64_t> order(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
    fillSampleOrder(order, seed, epoch, shuffle);
    return order;
}

}  // namespace waypoint
