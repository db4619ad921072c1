// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/difference_sums.h"

#include <algorithm>
#include <cmath>
#include <complex>

namespace waypoint {

namespace {

/// Squares below have lost digits.
constexpr double kLeastSquare = 1e-290;

bool isNan(std::complex<double> number) { return std::isnan(number.real()) || std::isnan(number.imag()); }
bool isInfinite(std::complex<double> number) { return std::isinf(number.real()) || std::isinf(number.imag()); }

void addComplex(DifferenceSums &sums, std::complex<double> a, std::complex<double> b)
{
    ++sums.count;
    const bool oddA = isNan(a);
    const bool oddB = isNan(b);
    const bool same = a == b || (oddA && oddB);
    sums.changed += same ? 0 : 1;
    if (oddA || oddB || (isInfinite(a) && isInfinite(b))) {
        ++sums.nan;
        return;
    }
    if (!same) {
        const double apart = std::hypot(b.real() - a.real(), b.imag() - a.imag());
        sums.squares += apart * apart;
        sums.maxAbs = std::max(sums.maxAbs, apart);
    }
    sums.squaresA += std::norm(a);
    sums.squaresB += std::norm(b);
    sums.dot += a.real() * b.real() + a.imag() * b.imag();
}

/// b - a, which may need 65 bits.
template<typename Integer>
double exactDifference(Integer a, Integer b)
{
    const auto bitsA = static_cast<std::uint64_t>(a);
    const auto bitsB = static_cast<std::uint64_t>(b);
    return b >= a ? static_cast<double>(bitsB - bitsA) : -static_cast<double>(bitsA - bitsB);
}

template<typename Integer>
DifferenceSums differenceOfIntegers(std::span<const Integer> a, std::span<const Integer> b)
{
    DifferenceSums sums{.count = static_cast<std::int64_t>(a.size())};
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double apart = exactDifference(a[i], b[i]);
        const auto numberA = static_cast<double>(a[i]);
        const auto numberB = static_cast<double>(b[i]);
        sums.changed += a[i] != b[i] ? 1 : 0;
        sums.squares += apart * apart;
        sums.maxAbs = std::max(sums.maxAbs, std::abs(apart));
        sums.squaresA += numberA * numberA;
        sums.squaresB += numberB * numberB;
        sums.dot += numberA * numberB;
    }
    return sums;
}

}  // namespace

void DifferenceSums::add(const DifferenceSums &next)
{
    count += next.count;
    changed += next.changed;
    nan += next.nan;
    squares += next.squares;
    maxAbs = std::max(maxAbs, next.maxAbs);
    squaresA += next.squaresA;
    squaresB += next.squaresB;
    dot += next.dot;
}

TensorDifference DifferenceSums::difference() const
{
    return {.count = count,
            .changed = changed,
            .nan = nan,
            .l2 = std::sqrt(squares),
            .maxAbs = maxAbs,
            .normA = std::sqrt(squaresA),
            .normB = std::sqrt(squaresB),
            .dot = dot};
}

DifferenceSums differenceOf(std::span<const std::int64_t> a, std::span<const std::int64_t> b)
{
    return differenceOfIntegers(a, b);
}

DifferenceSums differenceOf(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b)
{
    return differenceOfIntegers(a, b);
}

DifferenceSums differenceOfComplex(std::span<const double> a, std::span<const double> b)
{
    // Sums of squares and products are those of all parts; only how far and how many pairs are apart is not.
    DifferenceSums sums = differenceOf(a, b);
    double largest = 0;
    std::int64_t changed = 0;
    for (std::size_t i = 0; i + 1 < a.size(); i += 2) {
        const double real = b[i] - a[i];
        const double imaginary = b[i + 1] - a[i + 1];
        largest = std::max(largest, real * real + imaginary * imaginary);
        changed += a[i] != b[i] || a[i + 1] != b[i + 1] ? 1 : 0;
    }
    const bool isTiny = changed > 0 && largest < kLeastSquare;
    if (isTiny || !std::isfinite(sums.squaresA + sums.squaresB + largest) || sums.nan > 0) {
        sums = {};
        for (std::size_t i = 0; i + 1 < a.size(); i += 2)
            addComplex(sums, {a[i], a[i + 1]}, {b[i], b[i + 1]});
        return sums;
    }
    sums.count /= 2;
    sums.changed = changed;
    sums.maxAbs = std::sqrt(largest);
    return sums;
}

}  // namespace waypoint
