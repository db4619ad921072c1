// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/float_conversion.h"

#include "core/tensor/small_floats.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace waypoint {

namespace {

constexpr std::size_t kPiece = 1024;  ///< elements on the stack at a time; loops over it are vectorised whole

/// float16 nearest to a number, ties to even. Scaling up and down lets the processor's own addition round (the method
/// of FP16, which PyTorch uses: c10/util/Half.h, fp16_ieee_from_fp32_value).
std::uint16_t halfFromFloat(float number)
{
    float base = (std::fabs(number) * 0x1.0p+112f) * 0x1.0p-110f;
    const auto bits = std::bit_cast<std::uint32_t>(number);
    const std::uint32_t withoutSign = bits + bits;
    const std::uint32_t bias = std::max(withoutSign & 0xff000000u, 0x71000000u);
    base = std::bit_cast<float>((bias >> 1) + 0x07800000u) + base;
    const auto rounded = std::bit_cast<std::uint32_t>(base);
    const std::uint32_t magnitude = ((rounded >> 13) & 0x7c00u) + (rounded & 0x0fffu);
    return static_cast<std::uint16_t>(((bits & 0x80000000u) >> 16) | (withoutSign > 0xff000000u ? 0x7e00u : magnitude));
}

std::uint16_t bfloat16FromFloat(float number)
{
    const auto bits = std::bit_cast<std::uint32_t>(number);
    const std::uint32_t nan = ((bits & 0x80000000u) >> 16) | 0x7fc0u;
    const std::uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    return static_cast<std::uint16_t>((bits & 0x7fffffffu) > 0x7f800000u ? nan : rounded);
}

/// Elements of a piece as the processor holds them, aligned. What lies behind the last one is 0.
template<typename T>
using Elements = std::array<T, kPiece>;

template<typename T>
void fill(Elements<T> &elements, std::span<const std::byte> bytes)
{
    std::memcpy(elements.data(), bytes.data(), bytes.size());
    std::fill(elements.begin() + static_cast<std::ptrdiff_t>(bytes.size() / sizeof(T)), elements.end(), T{});
}

// Plain loops over whole pieces, which a function for newer instructions takes into itself and compiles with those.
template<typename Stored, typename Decode>
[[gnu::always_inline]] inline void decodePiece(const Elements<Stored> &stored, Elements<float> &numbers, Decode decode)
{
    for (std::size_t i = 0; i < kPiece; ++i)
        numbers[i] = decode(stored[i]);
}

template<typename Number, typename Stored, typename Encode, typename Decode>
[[gnu::always_inline]] inline LostNumbers encodePiece(const Elements<Number> &numbers, Elements<Stored> &stored,
                                                      Encode encode, Decode decode)
{
    constexpr Number kInfinite = std::numeric_limits<Number>::infinity();
    for (std::size_t i = 0; i < kPiece; ++i)
        stored[i] = encode(numbers[i]);
    std::int32_t overflowed = 0;
    std::int32_t vanished = 0;
    for (std::size_t i = 0; i < kPiece; ++i) {
        const auto after = static_cast<Number>(decode(stored[i]));
        const Number size = after < 0 ? -after : after;
        const Number sizeBefore = numbers[i] < 0 ? -numbers[i] : numbers[i];
        overflowed += static_cast<std::int32_t>(size == kInfinite) & static_cast<std::int32_t>(sizeBefore < kInfinite);
        vanished += static_cast<std::int32_t>(after == 0) & static_cast<std::int32_t>(numbers[i] != 0);
    }
    return {overflowed, vanished};
}

struct HalfCode
{
    static std::uint16_t encode(float number) { return halfFromFloat(number); }
    static float decode(std::uint16_t stored) { return floatFromHalf(stored); }
};

struct BFloat16Code
{
    static std::uint16_t encode(float number) { return bfloat16FromFloat(number); }
    static float decode(std::uint16_t stored) { return floatFromBFloat16(stored); }
};

template<typename Code>
[[gnu::always_inline]] inline LostNumbers encodeShort(const Elements<float> &numbers, Elements<std::uint16_t> &stored)
{
    return encodePiece(
        numbers, stored, [](float number) __attribute__((always_inline)) { return Code::encode(number); },
        [](std::uint16_t code) __attribute__((always_inline)) { return Code::decode(code); });
}

template<typename Code>
LostNumbers encodeShortPlainly(const Elements<float> &numbers, Elements<std::uint16_t> &stored)
{
    return encodeShort<Code>(numbers, stored);
}

#if defined(__x86_64__)
template<typename Code>
[[gnu::target("avx2")]] LostNumbers encodeShortWithAvx2(const Elements<float> &numbers, Elements<std::uint16_t> &stored)
{
    return encodeShort<Code>(numbers, stored);
}
#endif

template<typename Code>
LostNumbers encodeShortFast(const Elements<float> &numbers, Elements<std::uint16_t> &stored)
{
#if defined(__x86_64__)
    static const bool hasAvx2 = __builtin_cpu_supports("avx2") != 0;
    if (hasAvx2)
        return encodeShortWithAvx2<Code>(numbers, stored);
#endif
    return encodeShortPlainly<Code>(numbers, stored);
}

void decodeByTable(SmallFloatFormat format, std::span<const std::byte> in, Elements<float> &numbers)
{
    const ByteValues values = byteValues(format);
    for (std::size_t i = 0; i < in.size(); ++i)
        numbers[i] = static_cast<float>(values[std::to_integer<unsigned>(in[i])]);
}

/// Every type but float64 goes into float without loss.
void decode(DType from, std::span<const std::byte> in, Elements<float> &numbers)
{
    Elements<std::uint16_t> shorts;
    switch (from) {
    case DType::Float16:
        fill(shorts, in);
        return decodePiece(shorts, numbers, floatFromHalf);
    case DType::BFloat16:
        fill(shorts, in);
        return decodePiece(shorts, numbers, floatFromBFloat16);
    case DType::Float8E5M2:
        return decodeByTable(kFloat8E5M2, in, numbers);
    case DType::Float8E4M3FN:
        return decodeByTable(kFloat8E4M3FN, in, numbers);
    case DType::Float8E5M2FNUZ:
        return decodeByTable(kFloat8E5M2FNUZ, in, numbers);
    case DType::Float8E4M3FNUZ:
        return decodeByTable(kFloat8E4M3FNUZ, in, numbers);
    default:
        fill(numbers, in);
    }
}

template<typename T>
LostNumbers handOut(LostNumbers lost, const Elements<T> &stored, std::span<std::byte> out)
{
    std::memcpy(out.data(), stored.data(), out.size());
    return lost;
}

/// From float64: the 16-bit types by way of float32, and what is lost is what is missing of the float64.
LostNumbers encode(DType to, const Elements<double> &numbers, std::span<std::byte> out)
{
    Elements<std::uint16_t> shorts;
    Elements<float> floats;
    const auto toFloat = [](double number) { return static_cast<float>(number); };
    switch (to) {
    case DType::Float16:
        return handOut(
            encodePiece(
                numbers, shorts, [&](double number) { return halfFromFloat(toFloat(number)); }, floatFromHalf),
            shorts, out);
    case DType::BFloat16:
        return handOut(
            encodePiece(
                numbers, shorts, [&](double number) { return bfloat16FromFloat(toFloat(number)); }, floatFromBFloat16),
            shorts, out);
    case DType::Float32:
        return handOut(encodePiece(numbers, floats, toFloat, [](float stored) { return stored; }), floats, out);
    default:
        return handOut({}, numbers, out);
    }
}

LostNumbers encode(DType to, const Elements<float> &numbers, std::span<std::byte> out)
{
    Elements<std::uint16_t> shorts;
    Elements<double> doubles;
    switch (to) {
    case DType::Float16: {
        const LostNumbers lost = encodeShortFast<HalfCode>(numbers, shorts);
        return handOut(lost, shorts, out);
    }
    case DType::BFloat16: {
        const LostNumbers lost = encodeShortFast<BFloat16Code>(numbers, shorts);
        return handOut(lost, shorts, out);
    }
    case DType::Float64:
        std::copy(numbers.begin(), numbers.end(), doubles.begin());
        return handOut({}, doubles, out);
    default:
        return handOut({}, numbers, out);
    }
}

bool isTarget(DType dtype)
{
    return dtype == DType::Float16 || dtype == DType::BFloat16 || dtype == DType::Float32 || dtype == DType::Float64;
}

}  // namespace

bool canConvertFloats(DType from, DType to)
{
    const bool small = from == DType::Float8E5M2 || from == DType::Float8E4M3FN || from == DType::Float8E5M2FNUZ
                       || from == DType::Float8E4M3FNUZ;
    return isTarget(to) && (isTarget(from) || small);
}

LostNumbers convertFloats(DType from, std::span<const std::byte> in, DType to, std::span<std::byte> out)
{
    const std::size_t unitIn = dtypeBytes(from);
    const std::size_t unitOut = dtypeBytes(to);
    const std::size_t count = out.size() / unitOut;
    Elements<float> floats{};
    Elements<double> doubles{};
    LostNumbers lost;
    for (std::size_t done = 0; done < count; done += kPiece) {
        const std::size_t piece = std::min(kPiece, count - done);
        const auto source = in.subspan(done * unitIn, piece * unitIn);
        const auto target = out.subspan(done * unitOut, piece * unitOut);
        if (from == DType::Float64) {
            fill(doubles, source);
            lost += encode(to, doubles, target);
        } else {
            decode(from, source, floats);
            lost += encode(to, floats, target);
        }
    }
    return lost;
}

}  // namespace waypoint
