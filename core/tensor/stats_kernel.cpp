// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/stats_kernel.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace waypoint {

namespace {

/// Numbers in a piece: 16 KiB of float64.
constexpr std::size_t kPiece = 2048;

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
ShiftedSums shiftedSums(std::span<const Number> numbers, double shift)
{
    double sum = 0;
    double squares = 0;
    Number min = numbers[0];
    Number max = numbers[0];
    std::int64_t zeros = 0;
    for (const Number number : numbers) {
        const double shifted = static_cast<double>(number) - shift;
        sum += shifted;
        squares += shifted * shifted;
        min = number < min ? number : min;
        max = number > max ? number : max;
        zeros += number == 0 ? 1 : 0;
    }
    return {sum, squares, static_cast<double>(min), static_cast<double>(max), zeros};
}

Moments momentsFrom(const ShiftedSums &sums, double shift, std::size_t count)
{
    const auto n = static_cast<double>(count);
    Moments moments{.zeros = sums.zeros, .min = sums.min, .max = sums.max};
    moments.count = moments.finite = static_cast<std::int64_t>(count);
    moments.mean = shift + sums.sum / n;
    moments.deviations = std::max(0.0, sums.squares - sums.sum * sums.sum / n);
    // No digits are lost that matter: the shift is one of the numbers, so the sum is at least its square.
    moments.squares = std::max(0.0, sums.squares + shift * (2 * sums.sum + shift * n));
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
        moments.add(momentsFrom(shiftedSums(rest, rest[0]), rest[0], kept));
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
        // A single number that is not finite makes the sum so.
        moments.add(std::isfinite(sums.squares) ? momentsFrom(sums, shift, piece.size()) : momentsOfMixed(piece));
        numbers = numbers.subspan(piece.size());
    }
    return moments;
}

}  // namespace

Moments momentsOf(std::span<const double> numbers) { return momentsOfAll(numbers); }
Moments momentsOf(std::span<const float> numbers) { return momentsOfAll(numbers); }

}  // namespace waypoint
