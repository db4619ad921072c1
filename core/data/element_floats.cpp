// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/element_floats.h"

#include "core/base/endian.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

namespace waypoint {

namespace {

/// IEEE 754 binary16.
float halfToFloat(std::uint16_t bits)
{
    const int exponent = bits >> 10 & 0x1f;
    const auto fraction = static_cast<float>(bits & 0x3ff);
    const float sign = (bits & 0x8000) ? -1.0f : 1.0f;
    if (exponent == 0)
        return sign * std::ldexp(fraction, -24);
    if (exponent < 31)
        return sign * std::ldexp(fraction + 1024.0f, exponent - 25);
    return std::bit_cast<float>((bits & 0x8000u) << 16 | 0x7f800000u | std::uint32_t(bits & 0x3ff) << 13);
}

template<typename Number>
void convert(std::span<const std::byte> elements, std::span<float> into)
{
    using Bits =
        std::conditional_t<sizeof(Number) == 8, std::uint64_t,
                           std::conditional_t<sizeof(Number) == 4, std::uint32_t,
                                              std::conditional_t<sizeof(Number) == 2, std::uint16_t, std::uint8_t>>>;
    for (std::size_t i = 0; i < into.size(); ++i)
        into[i] = static_cast<float>(std::bit_cast<Number>(loadLittle<Bits>(elements.data() + i * sizeof(Number))));
}

void convertHalves(std::span<const std::byte> elements, std::span<float> into)
{
    for (std::size_t i = 0; i < into.size(); ++i)
        into[i] = halfToFloat(loadLittle<std::uint16_t>(elements.data() + i * 2));
}

void convertBFloats(std::span<const std::byte> elements, std::span<float> into)
{
    for (std::size_t i = 0; i < into.size(); ++i)
        into[i] = std::bit_cast<float>(std::uint32_t(loadLittle<std::uint16_t>(elements.data() + i * 2)) << 16);
}

using Converter = void (*)(std::span<const std::byte>, std::span<float>);

Converter converterFor(DType dtype)
{
    switch (dtype) {
    case DType::Bool:
    case DType::UInt8:
        return convert<std::uint8_t>;
    case DType::Int8:
        return convert<std::int8_t>;
    case DType::UInt16:
        return convert<std::uint16_t>;
    case DType::Int16:
        return convert<std::int16_t>;
    case DType::UInt32:
        return convert<std::uint32_t>;
    case DType::Int32:
        return convert<std::int32_t>;
    case DType::UInt64:
        return convert<std::uint64_t>;
    case DType::Int64:
        return convert<std::int64_t>;
    case DType::Float16:
        return convertHalves;
    case DType::BFloat16:
        return convertBFloats;
    case DType::Float32:
        return convert<float>;
    case DType::Float64:
        return convert<double>;
    default:
        return nullptr;
    }
}

}  // namespace

bool hasFloats(DType dtype) { return converterFor(dtype) != nullptr; }

void elementsToFloats(DType dtype, std::span<const std::byte> elements, std::span<float> into)
{
    converterFor(dtype)(elements, into);
}

}  // namespace waypoint
