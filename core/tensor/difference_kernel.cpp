// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/difference_sums.h"
#include "core/tensor/small_floats.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

namespace waypoint {

namespace {

/// Pairs in a piece: both sides as float64 stay in the processor's first cache.
constexpr std::size_t kPiece = 2048;

/// Sums that run side by side, so that a compiler may keep them in vectors without changing a result.
constexpr std::size_t kLanes = 8;

/// How stored elements become numbers.
struct PlainFloat
{
    using Stored = float;
    static float number(float stored) { return stored; }
};
struct PlainDouble
{
    using Stored = double;
    static double number(double stored) { return stored; }
};
struct Half
{
    using Stored = std::uint16_t;
    static float number(std::uint16_t stored) { return floatFromHalf(stored); }
};
struct BFloat16
{
    using Stored = std::uint16_t;
    static float number(std::uint16_t stored) { return floatFromBFloat16(stored); }
};

struct Lanes
{
    std::array<double, kLanes> changed{};
    std::array<double, kLanes> squares{};
    std::array<double, kLanes> maxAbs{};
    std::array<double, kLanes> squaresA{};
    std::array<double, kLanes> squaresB{};
    std::array<double, kLanes> dot{};
};

// Plain loops, which a function for newer instructions takes into itself and compiles with those. NaN and infinities
// come out as sums that are not finite.
template<typename Number>
[[gnu::always_inline]] inline DifferenceSums sumsInLanes(const Number *numbersA, const Number *numbersB,
                                                         std::size_t count)
{
    Lanes lanes;
    const auto take = [&](std::size_t l, std::size_t i) __attribute__((always_inline))
    {
        const auto a = static_cast<double>(numbersA[i]);
        const auto b = static_cast<double>(numbersB[i]);
        const double apart = b - a;
        const double size = std::abs(apart);
        lanes.changed[l] += a != b ? 1.0 : 0.0;
        lanes.squares[l] += apart * apart;
        lanes.maxAbs[l] = size > lanes.maxAbs[l] ? size : lanes.maxAbs[l];
        lanes.squaresA[l] += a * a;
        lanes.squaresB[l] += b * b;
        lanes.dot[l] += a * b;
    };
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        for (std::size_t l = 0; l < kLanes; ++l)
            take(l, i + l);
    for (std::size_t l = 0; i + l < count; ++l)
        take(l, i + l);
    DifferenceSums all{.count = static_cast<std::int64_t>(count)};
    for (std::size_t l = 0; l < kLanes; ++l)
        all.add({.changed = static_cast<std::int64_t>(lanes.changed[l]),
                 .squares = lanes.squares[l],
                 .maxAbs = lanes.maxAbs[l],
                 .squaresA = lanes.squaresA[l],
                 .squaresB = lanes.squaresB[l],
                 .dot = lanes.dot[l]});
    return all;
}

template<typename Format>
[[gnu::always_inline]] inline void unpack(const typename Format::Stored *stored, std::size_t count, float *into)
{
    // In groups of a known size compilers use vectors.
    constexpr std::size_t kGroup = 16;
    std::size_t i = 0;
    for (; i + kGroup <= count; i += kGroup)
        for (std::size_t k = 0; k < kGroup; ++k)
            into[i + k] = Format::number(stored[i + k]);
    for (; i < count; ++i)
        into[i] = Format::number(stored[i]);
}

/// Requires: at most kPiece pairs.
template<typename Format>
[[gnu::always_inline]] inline DifferenceSums sumsOfStored(const typename Format::Stored *a,
                                                          const typename Format::Stored *b, std::size_t count)
{
    if constexpr (std::is_floating_point_v<typename Format::Stored>) {
        return sumsInLanes(a, b, count);
    } else {
        // Unpacked first: compilers find vectors for either loop, and for both in one they do not.
        std::array<float, kPiece> numbersA;
        std::array<float, kPiece> numbersB;
        unpack<Format>(a, count, numbersA.data());
        unpack<Format>(b, count, numbersB.data());
        return sumsInLanes(numbersA.data(), numbersB.data(), count);
    }
}

template<typename Format>
DifferenceSums sumsForAnyProcessor(const typename Format::Stored *a, const typename Format::Stored *b,
                                   std::size_t count)
{
    return sumsOfStored<Format>(a, b, count);
}

#if defined(__x86_64__)
template<typename Format>
__attribute__((target("avx2,fma"))) DifferenceSums sumsWithAvx2(const typename Format::Stored *a,
                                                                const typename Format::Stored *b, std::size_t count)
{
    return sumsOfStored<Format>(a, b, count);
}

#if !defined(__clang__)  // which has no way to ask for the wide registers here
#define WAYPOINT_AVX512
template<typename Format>
__attribute__((target("avx2,fma,avx512f,avx512vl,avx512dq,prefer-vector-width=512"))) DifferenceSums
sumsWithAvx512(const typename Format::Stored *a, const typename Format::Stored *b, std::size_t count)
{
    return sumsOfStored<Format>(a, b, count);
}

bool hasAvx512()
{
    static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
                            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
    return has;
}
#endif

bool hasAvx2()
{
    static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return has;
}
#endif

template<typename Format>
DifferenceSums sumsOf(const typename Format::Stored *a, const typename Format::Stored *b, std::size_t count)
{
#if defined(WAYPOINT_AVX512)
    if (hasAvx512())
        return sumsWithAvx512<Format>(a, b, count);
#endif
#if defined(__x86_64__)
    if (hasAvx2())
        return sumsWithAvx2<Format>(a, b, count);
#endif
    return sumsForAnyProcessor<Format>(a, b, count);
}

/// One pair by the rules for what is not finite.
void addOddPair(DifferenceSums &sums, double a, double b)
{
    const bool same = a == b || (std::isnan(a) && std::isnan(b));
    sums.changed += same ? 0 : 1;
    if (std::isnan(a) || std::isnan(b) || (std::isinf(a) && std::isinf(b))) {
        ++sums.nan;
        return;
    }
    const double apart = same ? 0 : b - a;
    sums.squares += apart * apart;
    sums.maxAbs = std::max(sums.maxAbs, std::abs(apart));
    sums.squaresA += a * a;
    sums.squaresB += b * b;
    sums.dot += a * b;
}

template<typename Format>
DifferenceSums differenceOfAll(std::span<const typename Format::Stored> a, std::span<const typename Format::Stored> b)
{
    DifferenceSums all;
    for (std::size_t first = 0; first < a.size(); first += kPiece) {
        const std::size_t count = std::min(kPiece, a.size() - first);
        DifferenceSums sums = sumsOf<Format>(a.data() + first, b.data() + first, count);
        // A single number that is not finite makes a sum of squares so; so do squares of huge ones.
        if (!std::isfinite(sums.squaresA + sums.squaresB)) {
            sums = {.count = sums.count};
            for (std::size_t i = first; i < first + count; ++i)
                addOddPair(sums, static_cast<double>(Format::number(a[i])), static_cast<double>(Format::number(b[i])));
        }
        all.add(sums);
    }
    return all;
}

}  // namespace

DifferenceSums differenceOf(std::span<const float> a, std::span<const float> b)
{
    return differenceOfAll<PlainFloat>(a, b);
}

DifferenceSums differenceOf(std::span<const double> a, std::span<const double> b)
{
    return differenceOfAll<PlainDouble>(a, b);
}

DifferenceSums differenceOfHalves(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b)
{
    return differenceOfAll<Half>(a, b);
}

DifferenceSums differenceOfBFloat16s(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b)
{
    return differenceOfAll<BFloat16>(a, b);
}

}  // namespace waypoint
