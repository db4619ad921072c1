// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace waypoint {

/// float16 (IEEE 754 binary16). Branches only where loops can do without them.
[[nodiscard]] inline float floatFromHalf(std::uint16_t half)
{
    // The exponent's bias grows from 15 to 127; multiplying also puts subnormal numbers right.
    const std::uint32_t magnitude = half & 0x7fffu;
    const float scaled = std::bit_cast<float>(magnitude << 13) * 0x1p112f;
    const std::uint32_t special = magnitude >= 0x7c00u ? 0x7f800000u : 0u;  // infinities and NaN keep their fraction
    const std::uint32_t sign = (half & 0x8000u) << 16;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(scaled) | special | sign);
}

/// bfloat16: the upper half of a float32.
[[nodiscard]] inline float floatFromBFloat16(std::uint16_t bits)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// A float of at most a byte: sign, exponent, fraction, and what its special codes mean.
struct SmallFloatFormat
{
    enum class Specials {
        None,      ///< every code is a number (OCP microscaling formats)
        Ieee,      ///< infinities and NaN in the last exponent
        AllOnes,   ///< "FN": NaN only where all bits but the sign are set
        MinusZero  ///< "FNUZ": the code of -0 is the only NaN
    };
    int exponentBits;
    int fractionBits;
    int bias;
    Specials specials;
};

/// Formats of torch/headeronly/util/Float8_*.h and of the OCP Microscaling (MX) specification 1.0, section 5.3.
inline constexpr SmallFloatFormat kFloat8E5M2{5, 2, 15, SmallFloatFormat::Specials::Ieee};
inline constexpr SmallFloatFormat kFloat8E4M3FN{4, 3, 7, SmallFloatFormat::Specials::AllOnes};
inline constexpr SmallFloatFormat kFloat8E5M2FNUZ{5, 2, 16, SmallFloatFormat::Specials::MinusZero};
inline constexpr SmallFloatFormat kFloat8E4M3FNUZ{4, 3, 8, SmallFloatFormat::Specials::MinusZero};
inline constexpr SmallFloatFormat kFloat6E2M3FN{2, 3, 1, SmallFloatFormat::Specials::None};
inline constexpr SmallFloatFormat kFloat6E3M2FN{3, 2, 3, SmallFloatFormat::Specials::None};
inline constexpr SmallFloatFormat kFloat4E2M1FN{2, 1, 1, SmallFloatFormat::Specials::None};

[[nodiscard]] constexpr double timesPowerOfTwo(double value, int exponent)
{
    for (; exponent > 0; --exponent)
        value *= 2;
    for (; exponent < 0; ++exponent)
        value /= 2;
    return value;
}

[[nodiscard]] constexpr double smallFloatValue(SmallFloatFormat format, unsigned code)
{
    using Specials = SmallFloatFormat::Specials;
    const unsigned signBit = 1u << (format.exponentBits + format.fractionBits);
    const unsigned magnitude = code & (signBit - 1);
    const unsigned fraction = magnitude & ((1u << format.fractionBits) - 1);
    const unsigned exponent = magnitude >> format.fractionBits;
    const bool negative = (code & signBit) != 0;
    const bool lastExponent = exponent == (1u << format.exponentBits) - 1;
    if ((format.specials == Specials::MinusZero && code == signBit)
        || (format.specials == Specials::AllOnes && magnitude == signBit - 1)
        || (format.specials == Specials::Ieee && lastExponent && fraction != 0))
        return std::numeric_limits<double>::quiet_NaN();
    double value = std::numeric_limits<double>::infinity();
    if (format.specials != Specials::Ieee || !lastExponent) {
        const unsigned leading = exponent == 0 ? 0 : 1u << format.fractionBits;
        const int power = (exponent == 0 ? 1 : static_cast<int>(exponent)) - format.bias - format.fractionBits;
        value = timesPowerOfTwo(leading + fraction, power);
    }
    return negative ? -value : value;
}

/// float8_e8m0fnu: powers of two without a sign; the last code is NaN.
[[nodiscard]] constexpr double powerOfTwoValue(unsigned code)
{
    return code == 255 ? std::numeric_limits<double>::quiet_NaN() : timesPowerOfTwo(1, static_cast<int>(code) - 127);
}

/// The values of all 256 codes of a byte; for formats of fewer bits they repeat.
using ByteValues = std::array<double, 256>;

[[nodiscard]] constexpr ByteValues byteValues(SmallFloatFormat format)
{
    ByteValues values{};
    const unsigned codes = 2u << (format.exponentBits + format.fractionBits);
    for (unsigned code = 0; code < values.size(); ++code)
        values[code] = smallFloatValue(format, code % codes);
    return values;
}

}  // namespace waypoint
