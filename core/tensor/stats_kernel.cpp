// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/moments.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace waypoint {

namespace {

/// Numbers in a piece: 16 KiB of float64 stay in the processor's first cache.
constexpr std::size_t kPiece = 2048;

/// Sums that run side by side, so that a compiler may keep them in vectors without changing a result.
constexpr std::size_t kLanes = 16;

/// Sums over numbers from which `shift` was taken away: where they lie far from zero and close together, their
/// squares would leave no digits for the spread.
struct ShiftedSums
{
    double sum = 0;
    double squares = 0;
    double min = 0;
    double max = 0;
    std::int64_t zeros = 0;
};

template<typename Number>
struct Lanes
{
    std::array<double, kLanes> sums{};
    std::array<double, kLanes> squares{};
    std::array<Number, kLanes> mins;
    std::array<Number, kLanes> maxes;
    std::array<std::int32_t, kLanes> zeros{};
};

// Plain loops, which a function for newer instructions takes into itself and compiles with those.
template<typename Number>
[[gnu::always_inline]] inline ShiftedSums sumsInLanes(const Number *numbers, std::size_t count, double shift)
{
    Lanes<Number> lanes;
    for (std::size_t l = 0; l < kLanes; ++l)
        lanes.mins[l] = lanes.maxes[l] = numbers[0];
    const auto take = [&](std::size_t l, Number number) __attribute__((always_inline))
    {
        const double shifted = static_cast<double>(number) - shift;
        lanes.sums[l] += shifted;
        lanes.squares[l] += shifted * shifted;
        lanes.mins[l] = number < lanes.mins[l] ? number : lanes.mins[l];
        lanes.maxes[l] = number > lanes.maxes[l] ? number : lanes.maxes[l];
        lanes.zeros[l] += number == 0 ? 1 : 0;
    };
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        for (std::size_t l = 0; l < kLanes; ++l)
            take(l, numbers[i + l]);
    for (std::size_t l = 0; i + l < count; ++l)
        take(l, numbers[i + l]);
    ShiftedSums all{.min = static_cast<double>(lanes.mins[0]), .max = static_cast<double>(lanes.maxes[0])};
    for (std::size_t l = 0; l < kLanes; ++l) {
        all.sum += lanes.sums[l];
        all.squares += lanes.squares[l];
        all.min = std::min(all.min, static_cast<double>(lanes.mins[l]));
        all.max = std::max(all.max, static_cast<double>(lanes.maxes[l]));
        all.zeros += lanes.zeros[l];
    }
    return all;
}

template<typename Number>
ShiftedSums sumsForAnyProcessor(const Number *numbers, std::size_t count, double shift)
{
    return sumsInLanes(numbers, count, shift);
}

#if defined(__x86_64__)
template<typename Number>
__attribute__((target("avx2,fma"))) ShiftedSums sumsWithAvx2(const Number *numbers, std::size_t count, double shift)
{
    return sumsInLanes(numbers, count, shift);
}

#if !defined(__clang__)  // which has no way to ask for the wide registers here
#define WAYPOINT_AVX512
template<typename Number>
__attribute__((target("avx2,fma,avx512f,avx512vl,avx512dq,prefer-vector-width=512"))) ShiftedSums
sumsWithAvx512(const Number *numbers, std::size_t count, double shift)
{
    return sumsInLanes(numbers, count, shift);
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

template<typename Number>
ShiftedSums shiftedSums(std::span<const Number> numbers, double shift)
{
#if defined(WAYPOINT_AVX512)
    if (hasAvx512())
        return sumsWithAvx512(numbers.data(), numbers.size(), shift);
#endif
#if defined(__x86_64__)
    if (hasAvx2())
        return sumsWithAvx2(numbers.data(), numbers.size(), shift);
#endif
    return sumsForAnyProcessor(numbers.data(), numbers.size(), shift);
}

Moments momentsFrom(const ShiftedSums &sums, double shift, std::size_t count)
{
    const auto n = static_cast<double>(count);
    Moments moments{.zeros = sums.zeros, .min = sums.min, .max = sums.max};
    moments.count = moments.finite = static_cast<std::int64_t>(count);
    moments.mean = shift;
    moments.moveMean(sums.sum / n);
    // Divided first: the square of the sum may be beyond a double where the sum of squares is not.
    moments.deviations = std::max(0.0, sums.squares - sums.sum / n * sums.sum);
    // No digits are lost that matter: the shift is one of the numbers, so the sum is at least its square.
    moments.squares = std::max(0.0, sums.squares + shift * (2 * sums.sum + shift * n));
    return moments;
}

/// For finite numbers whose squares a double does not hold: everything but the squares.
Moments momentsOfHuge(std::span<const double> numbers)
{
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    Moments moments{.deviations = kInfinity, .squares = kInfinity};
    for (const double number : numbers) {
        moments.min = std::min(moments.min, number);
        moments.max = std::max(moments.max, number);
        moments.zeros += number == 0 ? 1 : 0;
        const auto n = static_cast<double>(++moments.finite);
        moments.mean += number / n - moments.mean / n;
    }
    moments.count = moments.finite;
    return moments;
}

/// Sets NaN and infinities aside, then goes on with the rest.
template<typename Number>
Moments momentsOfMixed(std::span<const Number> numbers)
{
    std::array<double, kPiece> finite;
    std::size_t kept = 0;
    Moments moments;
    for (const Number number : numbers) {
        if (std::isfinite(number))
            finite[kept++] = static_cast<double>(number);
        else if (std::isnan(number))
            ++moments.nan;
        else
            ++(number > 0 ? moments.plusInfinities : moments.minusInfinities);
    }
    moments.count = static_cast<std::int64_t>(numbers.size() - kept);
    if (kept > 0) {
        const auto rest = std::span<const double>(finite).first(kept);
        const ShiftedSums sums = shiftedSums(rest, rest[0]);
        moments.add(std::isfinite(sums.squares) ? momentsFrom(sums, rest[0], kept) : momentsOfHuge(rest));
    }
    return moments;
}

template<typename Number>
Moments momentsOfAll(std::span<const Number> numbers)
{
    Moments moments;
    while (!numbers.empty()) {
        const auto piece = numbers.first(std::min(numbers.size(), kPiece));
        const double shift = static_cast<double>(piece[0]);
        const ShiftedSums sums = shiftedSums(piece, shift);
        // A single number that is not finite makes the sum so; so do squares of huge ones.
        moments.add(std::isfinite(sums.squares) ? momentsFrom(sums, shift, piece.size()) : momentsOfMixed(piece));
        numbers = numbers.subspan(piece.size());
    }
    return moments;
}

}  // namespace

Moments momentsOf(std::span<const double> numbers) { return momentsOfAll(numbers); }
Moments momentsOf(std::span<const float> numbers) { return momentsOfAll(numbers); }

}  // namespace waypoint
