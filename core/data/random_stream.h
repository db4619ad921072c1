// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <initializer_list>

namespace waypoint {

/// What a stream of random numbers is for, so that no two uses share numbers.
enum class RandomUse : std::uint64_t { Order = 1, Augment = 2, HoldOut = 3, ClassMeans = 4, Noise = 5 };

/// The random numbers of core/data: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014), begun at a number made of a use and its keys (seed, epoch, sample).
///
/// Whole-number arithmetic only, so the same on every machine and standard library; no state that outlives its use,
/// so reading ahead or resuming moves nothing.
class RandomStream
{
public:
    RandomStream(RandomUse use, std::initializer_list<std::uint64_t> keys) : m_state(mixed(std::uint64_t(use)))
    {
        for (const std::uint64_t key : keys)
            m_state = mixed(m_state + kStep + key);
    }

    /// 64 random bits.
    std::uint64_t next()
    {
        m_state += kStep;
        return mixed(m_state);
    }

    /// 0 to bound - 1, each equally likely: numbers of as few bits as hold the bound are drawn until one is below it.
    /// Requires: bound > 0.
    std::uint64_t below(std::uint64_t bound)
    {
        const std::uint64_t mask = ~std::uint64_t{0} >> __builtin_clzll(bound | 1);
        for (;;) {
            const std::uint64_t drawn = next() & mask;
            if (drawn < bound)
                return drawn;
        }
    }

    /// Near-normal with mean 0 and standard deviation 1: the sum of four uniform 16-bit numbers, scaled. Exact in
    /// double, so that no machine rounds it differently. Within -3.5 to 3.5.
    double bell()
    {
        const std::uint64_t bits = next();
        const std::uint64_t sum =
            (bits & 0xffffu) + (bits >> 16 & 0xffffu) + (bits >> 32 & 0xffffu) + (bits >> 48 & 0xffffu);
        return double(static_cast<std::int64_t>(sum) - 2 * 0xffff) * kBellScale;
    }

private:
    static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15u;
    /// The sum's variance is 4 * (2^32 - 1) / 12; few bits, so that products stay exact.
    static constexpr double kBellScale = double(0x1.bb68p-16);

    static std::uint64_t mixed(std::uint64_t bits)
    {
        bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9u;
        bits = (bits ^ bits >> 27) * 0x94d049bb133111ebu;
        return bits ^ bits >> 31;
    }

    std::uint64_t m_state;
};

}  // namespace waypoint
