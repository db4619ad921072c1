// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/number_decoding.h"

#include "core/tensor/small_floats.h"

#include <cassert>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace waypoint {

namespace {

using Bytes = std::span<const std::byte>;

template<typename Stored, typename ToNumber>
void decodeEach(Bytes elements, std::span<double> into, ToNumber toNumber)
{
    const auto decodeAt = [&](std::size_t i) {
        Stored stored{};
        std::memcpy(&stored, elements.data() + i * sizeof stored, sizeof stored);
        into[i] = static_cast<double>(toNumber(stored));
    };
    // In groups of a known size compilers use vectors.
    constexpr std::size_t kGroup = 8;
    const std::size_t count = elements.size() / sizeof(Stored);
    std::size_t i = 0;
    for (; i + kGroup <= count; i += kGroup)
        for (std::size_t k = 0; k < kGroup; ++k)
            decodeAt(i + k);
    for (; i < count; ++i)
        decodeAt(i);
}

template<typename Number>
void decodePlain(Bytes elements, std::span<double> into)
{
    decodeEach<Number>(elements, into, [](Number number) { return number; });
}

/// Real and imaginary part of `Part` each.
template<typename Part, typename ToNumber>
void decodeMagnitudes(Bytes elements, std::span<double> into, ToNumber toNumber)
{
    struct Pair
    {
        Part real;
        Part imaginary;
    };
    decodeEach<Pair>(elements, into, [&](Pair pair) {
        return std::hypot(static_cast<double>(toNumber(pair.real)), static_cast<double>(toNumber(pair.imaginary)));
    });
}

template<SmallFloatFormat format>
void decodeBytes(Bytes elements, std::span<double> into)
{
    static constexpr ByteValues kValues = byteValues(format);
    decodeEach<std::uint8_t>(elements, into, [](std::uint8_t code) { return kValues[code]; });
}

void decodePowersOfTwo(Bytes elements, std::span<double> into)
{
    decodeEach<std::uint8_t>(elements, into, [](std::uint8_t code) { return powerOfTwoValue(code); });
}

/// Codes of `bits` bits, the first one in the lowest bits of the first byte.
template<unsigned bits, typename ToNumber>
void decodePacked(Bytes elements, std::span<double> into, ToNumber toNumber)
{
    const std::size_t count = elements.size() * 8 / bits;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t bit = i * bits;
        auto code = std::to_integer<unsigned>(elements[bit / 8]) >> bit % 8;
        if (bit % 8 + bits > 8)
            code |= std::to_integer<unsigned>(elements[bit / 8 + 1]) << (8 - bit % 8);
        into[i] = static_cast<double>(toNumber(code & ((1u << bits) - 1)));
    }
}

template<unsigned bits, SmallFloatFormat format>
void decodePackedFloats(Bytes elements, std::span<double> into)
{
    static constexpr ByteValues kValues = byteValues(format);
    decodePacked<bits>(elements, into, [](unsigned code) { return kValues[code]; });
}

template<unsigned bits>
void decodePackedIntegers(Bytes elements, std::span<double> into)
{
    decodePacked<bits>(elements, into, [](unsigned code) { return code; });
}

using Decoder = void (*)(Bytes elements, std::span<double> into);

/// Null for types that are no numbers.
Decoder decoderFor(DType dtype)
{
    switch (dtype) {
    case DType::Bool:
        return [](Bytes elements, std::span<double> into) {
            decodeEach<std::uint8_t>(elements, into, [](std::uint8_t stored) { return stored != 0 ? 1 : 0; });
        };
    case DType::UInt8:
    case DType::QUInt8:
        return decodePlain<std::uint8_t>;
    case DType::Int8:
    case DType::QInt8:
        return decodePlain<std::int8_t>;
    case DType::UInt16:
        return decodePlain<std::uint16_t>;
    case DType::Int16:
        return decodePlain<std::int16_t>;
    case DType::UInt32:
        return decodePlain<std::uint32_t>;
    case DType::Int32:
    case DType::QInt32:
        return decodePlain<std::int32_t>;
    case DType::UInt64:
        return decodePlain<std::uint64_t>;
    case DType::Int64:
        return decodePlain<std::int64_t>;
    case DType::Float16:
        return [](Bytes elements, std::span<double> into) { decodeEach<std::uint16_t>(elements, into, floatFromHalf); };
    case DType::BFloat16:
        return [](Bytes elements, std::span<double> into) {
            decodeEach<std::uint16_t>(elements, into, floatFromBFloat16);
        };
    case DType::Float32:
        return decodePlain<float>;
    case DType::Float64:
        return decodePlain<double>;
    case DType::ComplexHalf:
        return [](Bytes elements, std::span<double> into) {
            decodeMagnitudes<std::uint16_t>(elements, into, floatFromHalf);
        };
    case DType::ComplexFloat:
        return [](Bytes elements, std::span<double> into) {
            decodeMagnitudes<float>(elements, into, [](float part) { return part; });
        };
    case DType::ComplexDouble:
        return [](Bytes elements, std::span<double> into) {
            decodeMagnitudes<double>(elements, into, [](double part) { return part; });
        };
    case DType::Float8E5M2:
        return decodeBytes<kFloat8E5M2>;
    case DType::Float8E4M3FN:
        return decodeBytes<kFloat8E4M3FN>;
    case DType::Float8E5M2FNUZ:
        return decodeBytes<kFloat8E5M2FNUZ>;
    case DType::Float8E4M3FNUZ:
        return decodeBytes<kFloat8E4M3FNUZ>;
    case DType::Float8E8M0FNU:
        return decodePowersOfTwo;
    case DType::Float4E2M1FNx2:
    case DType::Float4E2M1FN:
        return decodePackedFloats<4, kFloat4E2M1FN>;
    case DType::Float6E2M3FN:
        return decodePackedFloats<6, kFloat6E2M3FN>;
    case DType::Float6E3M2FN:
        return decodePackedFloats<6, kFloat6E3M2FN>;
    case DType::QUInt4x2:
        return decodePackedIntegers<4>;
    case DType::QUInt2x4:
        return decodePackedIntegers<2>;
    case DType::Unknown:
    case DType::Bits8:
    case DType::Bits16:
        return nullptr;
    }
    return nullptr;
}

}  // namespace

std::size_t decodingUnit(DType dtype)
{
    if (!decoderFor(dtype))
        return 0;
    return dtypeBits(dtype) == 6 ? 3 : dtypeBytes(dtype);
}

std::size_t numbersIn(DType dtype, std::size_t bytes)
{
    const unsigned bits = dtypeBits(dtype);
    return bits < 8 ? bytes * 8 / bits : bytes / dtypeBytes(dtype);
}

void decodeNumbers(DType dtype, std::span<const std::byte> elements, std::span<double> into)
{
    const Decoder decode = decoderFor(dtype);
    assert(decode && into.size() >= numbersIn(dtype, elements.size()));
    decode(elements, into);
}

}  // namespace waypoint
