// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/element_values.h"

#include "core/base/endian.h"
#include "core/tensor/element_blocks.h"

#include <bit>
#include <cmath>
#include <type_traits>

namespace waypoint {

namespace {

template<typename Number>
void appendIntegers(DType dtype, std::span<const std::byte> bytes, std::vector<Element> &into)
{
    using Bits = std::make_unsigned_t<Number>;
    for (std::size_t i = 0; i + sizeof(Number) <= bytes.size(); i += sizeof(Number)) {
        const auto number = std::bit_cast<Number>(loadLittle<Bits>(bytes.data() + i));
        Element element{.kind = std::is_signed_v<Number> ? Element::Kind::Integer : Element::Kind::Unsigned,
                        .dtype = dtype,
                        .real = static_cast<double>(number)};
        if constexpr (std::is_signed_v<Number>)
            element.integer = number;
        else
            element.unsignedInteger = number;
        into.push_back(element);
    }
}

void appendBools(DType dtype, std::span<const std::byte> bytes, std::vector<Element> &into)
{
    for (const auto byte : bytes) {
        const bool set = byte != std::byte{0};
        into.push_back({.kind = Element::Kind::Bool, .dtype = dtype, .real = set ? 1.0 : 0.0, .integer = set ? 1 : 0});
    }
}

using IntegerAppender = void (*)(DType, std::span<const std::byte>, std::vector<Element> &);

/// None for types that are not whole numbers.
IntegerAppender integerAppenderFor(DType dtype)
{
    switch (dtype) {
    case DType::Bool:
        return appendBools;
    case DType::UInt8:
    case DType::Bits8:
        return appendIntegers<std::uint8_t>;
    case DType::Int8:
        return appendIntegers<std::int8_t>;
    case DType::UInt16:
    case DType::Bits16:
        return appendIntegers<std::uint16_t>;
    case DType::Int16:
        return appendIntegers<std::int16_t>;
    case DType::UInt32:
        return appendIntegers<std::uint32_t>;
    case DType::Int32:
        return appendIntegers<std::int32_t>;
    case DType::UInt64:
        return appendIntegers<std::uint64_t>;
    case DType::Int64:
        return appendIntegers<std::int64_t>;
    default:
        return nullptr;
    }
}

DType componentOf(DType dtype)
{
    if (dtype == DType::ComplexHalf)
        return DType::Float16;
    return dtype == DType::ComplexFloat ? DType::Float32 : DType::Float64;
}

void appendFloats(DType dtype, std::span<const std::byte> bytes, std::vector<Element> &into)
{
    std::vector<double> numbers;
    if (!isComplex(dtype)) {
        if (appendNumbers(dtype, bytes, numbers))
            for (const auto number : numbers)
                into.push_back({.dtype = dtype, .real = number});
        return;
    }
    if (!appendNumbers(componentOf(dtype), bytes, numbers))
        return;
    for (std::size_t i = 0; i + 1 < numbers.size(); i += 2)
        into.push_back(
            {.kind = Element::Kind::Complex, .dtype = dtype, .real = numbers[i], .imaginary = numbers[i + 1]});
}

}  // namespace

bool Element::isNan() const { return std::isnan(real) || std::isnan(imaginary); }

bool Element::isInfinite() const { return std::isinf(real) || std::isinf(imaginary); }

bool Element::isZero() const
{
    switch (kind) {
    case Kind::Bool:
    case Kind::Integer:
        return integer == 0;
    case Kind::Unsigned:
        return unsignedInteger == 0;
    default:
        return real == 0 && imaginary == 0;
    }
}

Result<void> appendElements(const NumericTensor &tensor, const std::stop_token &stop, std::vector<Element> &into)
{
    const auto dtype = tensor.ref.dtype;
    if (isQuantized(dtype))
        return forEachNumber(tensor, stop, [&](std::span<const double> values) {
            for (const auto value : values)
                into.push_back({.dtype = dtype, .real = value});
        });
    const auto append = integerAppenderFor(dtype);
    return forEachBlock(tensor.ref, tensor.storage, stop, [&](std::span<const std::byte> block) {
        append ? append(dtype, block, into) : appendFloats(dtype, block, into);
    });
}

}  // namespace waypoint
