// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/float_conversion.h"

#include "core/tensor/small_floats.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace waypoint {

namespace {

constexpr std::size_t kPiece = 4096;  ///< elements on the stack at a time

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

template<typename T>
T loaded(std::span<const std::byte> bytes, std::size_t i)
{
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    return value;
}

template<typename T>
void store(std::span<std::byte> bytes, std::size_t i, T value)
{
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
}

template<typename Number>
void decodeByTable(SmallFloatFormat format, std::span<const std::byte> in, std::span<Number> numbers)
{
    const ByteValues values = byteValues(format);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = static_cast<Number>(values[std::to_integer<unsigned>(in[i])]);
}

/// Every type but float64 goes into float without loss.
void decode(DType from, std::span<const std::byte> in, std::span<float> numbers)
{
    switch (from) {
    case DType::Float16:
        for (std::size_t i = 0; i < numbers.size(); ++i)
            numbers[i] = floatFromHalf(loaded<std::uint16_t>(in, i));
        break;
    case DType::BFloat16:
        for (std::size_t i = 0; i < numbers.size(); ++i)
            numbers[i] = floatFromBFloat16(loaded<std::uint16_t>(in, i));
        break;
    case DType::Float8E5M2:
        return decodeByTable(kFloat8E5M2, in, numbers);
    case DType::Float8E4M3FN:
        return decodeByTable(kFloat8E4M3FN, in, numbers);
    case DType::Float8E5M2FNUZ:
        return decodeByTable(kFloat8E5M2FNUZ, in, numbers);
    case DType::Float8E4M3FNUZ:
        return decodeByTable(kFloat8E4M3FNUZ, in, numbers);
    default:
        std::memcpy(numbers.data(), in.data(), numbers.size_bytes());
    }
}

/// Number: what the source's values are held in, float or double.
template<typename Number, typename Encode, typename Decode>
LostNumbers encode(std::span<const Number> numbers, Encode encodeOne, Decode decodeOne, std::span<std::byte> out)
{
    LostNumbers lost;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto stored = encodeOne(numbers[i]);
        const auto after = decodeOne(stored);
        lost.overflowed += std::isinf(after) && std::isfinite(numbers[i]) ? 1 : 0;
        lost.vanished += after == 0 && numbers[i] != 0 ? 1 : 0;
        store(out, i, stored);
    }
    return lost;
}

template<typename Number>
LostNumbers encodeAs(DType to, std::span<const Number> numbers, std::span<std::byte> out)
{
    const auto same = [](auto value) { return value; };
    switch (to) {
    case DType::Float16:
        return encode(
            numbers, [](Number value) { return halfFromFloat(static_cast<float>(value)); }, floatFromHalf, out);
    case DType::BFloat16:
        return encode(
            numbers, [](Number value) { return bfloat16FromFloat(static_cast<float>(value)); }, floatFromBFloat16, out);
    case DType::Float32:
        return encode(
            numbers, [](Number value) { return static_cast<float>(value); }, same, out);
    default:
        return encode(
            numbers, [](Number value) { return static_cast<double>(value); }, same, out);
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
    std::array<float, kPiece> floats;
    std::array<double, kPiece> doubles;
    LostNumbers lost;
    for (std::size_t done = 0; done < count; done += kPiece) {
        const std::size_t piece = std::min(kPiece, count - done);
        const auto source = in.subspan(done * unitIn, piece * unitIn);
        const auto target = out.subspan(done * unitOut, piece * unitOut);
        if (from == DType::Float64) {
            std::memcpy(doubles.data(), source.data(), source.size());
            lost += encodeAs(to, std::span<const double>(doubles).first(piece), target);
        } else {
            decode(from, source, std::span(floats).first(piece));
            lost += encodeAs(to, std::span<const float>(floats).first(piece), target);
        }
    }
    return lost;
}

}  // namespace waypoint
