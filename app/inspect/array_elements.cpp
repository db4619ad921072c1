// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/array_elements.h"

#include "app/inspect/json_output.h"
#include "core/base/checked.h"
#include "core/pickle/value_bytes.h"
#include "core/tensor/number_decoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace waypoint {

namespace {

constexpr ByteCount kMostBytes{256u << 20};
constexpr std::uint64_t kMostShown = 16;

using Kind = ArrayType::Kind;

struct NamedType
{
    std::string_view name;
    ArrayType type;
};

constexpr std::array kNamed = {
    NamedType{"bool", {Kind::Bool, 1, 1}},           NamedType{"int8", {Kind::Integer, 1, 1}},
    NamedType{"int16", {Kind::Integer, 2, 2}},       NamedType{"int32", {Kind::Integer, 4, 4}},
    NamedType{"int64", {Kind::Integer, 8, 8}},       NamedType{"uint8", {Kind::Unsigned, 1, 1}},
    NamedType{"uint16", {Kind::Unsigned, 2, 2}},     NamedType{"uint32", {Kind::Unsigned, 4, 4}},
    NamedType{"uint64", {Kind::Unsigned, 8, 8}},     NamedType{"float16", {Kind::Float, 2, 2}},
    NamedType{"float32", {Kind::Float, 4, 4}},       NamedType{"float64", {Kind::Float, 8, 8}},
    NamedType{"float128", {Kind::Other, 16, 16}},    NamedType{"complex64", {Kind::Complex, 8, 4}},
    NamedType{"complex128", {Kind::Complex, 16, 8}},
};

/// "<U12", "U12", "|S3", "S3", "V8": a letter and a count.
std::optional<ArrayType> countedType(std::string_view dtype)
{
    if (!dtype.empty() && std::string_view("<>|=").find(dtype.front()) != std::string_view::npos)
        dtype.remove_prefix(1);
    if (dtype.size() < 2)
        return std::nullopt;
    std::uint32_t count = 0;
    const char *end = dtype.data() + dtype.size();
    const auto [stop, problem] = std::from_chars(dtype.data() + 1, end, count);
    if (problem != std::errc() || stop != end)
        return std::nullopt;
    switch (dtype.front()) {
    case 'U':
        return ArrayType{Kind::Text, std::size_t{count} * 4, 4};  // UCS-4
    case 'S':
    case 'V':
        return ArrayType{Kind::Other, count, 1};
    default:
        return std::nullopt;
    }
}

/// Number of elements, where it fits.
std::optional<std::uint64_t> elementCount(const SmallDims &shape)
{
    std::uint64_t count = 1;
    for (const std::int64_t dim : shape) {
        if (dim < 0)
            return std::nullopt;
        const auto product = checkedMul(count, static_cast<std::uint64_t>(dim));
        if (!product)
            return std::nullopt;
        count = *product;
    }
    return count;
}

/// Column-major to row-major.
std::string rowMajor(const std::string &columnMajor, const SmallDims &shape, std::size_t elementBytes)
{
    std::string bytes(columnMajor.size(), '\0');
    std::vector<std::int64_t> index(shape.size(), 0);
    for (std::size_t to = 0; to < bytes.size(); to += elementBytes) {
        std::size_t from = 0;
        for (std::size_t dim = shape.size(); dim-- > 0;)
            from = from * static_cast<std::size_t>(shape[dim]) + static_cast<std::size_t>(index[dim]);
        std::memcpy(bytes.data() + to, columnMajor.data() + from * elementBytes, elementBytes);
        for (std::size_t dim = shape.size(); dim-- > 0;) {
            if (++index[dim] < shape[dim])
                break;
            index[dim] = 0;
        }
    }
    return bytes;
}

void swapUnits(std::string &bytes, std::size_t unit)
{
    for (std::size_t at = 0; at + unit <= bytes.size(); at += unit)
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                     bytes.begin() + static_cast<std::ptrdiff_t>(at + unit));
}

/// A little-endian number of up to 8 bytes.
std::uint64_t bitsAt(const std::string &bytes, std::size_t at, std::size_t length)
{
    std::uint64_t bits = 0;
    for (std::size_t i = length; i-- > 0;)
        bits = (bits << 8) | static_cast<unsigned char>(bytes[at + i]);
    return bits;
}

double floatAt(const std::string &bytes, std::size_t at, std::size_t length)
{
    const DType dtype = length == 2 ? DType::Float16 : length == 4 ? DType::Float32 : DType::Float64;
    std::array<double, 1> number{};
    decodeNumbers(dtype, std::as_bytes(std::span(bytes).subspan(at, length)), number);
    return number[0];
}

void appendElement(std::string &json, const std::string &bytes, std::size_t at, const ArrayType &type)
{
    const std::uint64_t bits = type.bytes <= 8 ? bitsAt(bytes, at, type.bytes) : 0;
    switch (type.kind) {
    case Kind::Bool:
        json += bits != 0 ? "true" : "false";
        break;
    case Kind::Unsigned:
        json += fmt::format("{}", bits);
        break;
    case Kind::Integer: {
        const unsigned unused = static_cast<unsigned>(64 - 8 * type.bytes);
        json += fmt::format("{}", static_cast<std::int64_t>(bits << unused) >> unused);
        break;
    }
    default: {
        const double value = floatAt(bytes, at, type.bytes);
        const std::string text = floatText(value);
        json += std::isfinite(value) ? text : '"' + text + '"';
    }
    }
}

bool isNumber(Kind kind)
{
    return kind == Kind::Bool || kind == Kind::Integer || kind == Kind::Unsigned || kind == Kind::Float;
}

}  // namespace

std::optional<ArrayType> arrayType(std::string_view dtype)
{
    for (const NamedType &named : kNamed)
        if (named.name == dtype)
            return named.type;
    if (dtype.starts_with("datetime64") || dtype.starts_with("timedelta64"))
        return ArrayType{Kind::Other, 8, 8};
    return countedType(dtype);
}

Result<std::string> arrayBytes(const ValueTree &values, const ArrayValue &array)
{
    const Error contradiction{ErrorCode::Corrupt, "the bytes of a NumPy array do not fit its shape", {}, {}, {}};
    const std::optional<ArrayType> type = arrayType(array.dtype);
    if (!array.data.isValid() || values.kind(array.data) != ValueKind::Bytes)
        return contradiction;
    Result<std::string> bytes = bytesOf(values, array.data, kMostBytes);
    if (!bytes)
        return bytes;
    if (!type)
        return array.fortranOrder || array.bigEndian ? Result<std::string>(contradiction) : bytes;
    const auto count = elementCount(array.shape);
    const auto expected = count ? checkedMul(*count, std::uint64_t{type->bytes}) : std::nullopt;
    if (!expected || *expected != bytes->size())
        return contradiction;
    if (array.fortranOrder && array.shape.size() > 1 && type->bytes > 0)
        bytes = rowMajor(*bytes, array.shape, type->bytes);
    if (array.bigEndian && type->swapUnit > 1)
        swapUnits(*bytes, type->swapUnit);
    return bytes;
}

std::string smallArrayJson(const ValueTree &values, const ArrayValue &array)
{
    const std::optional<ArrayType> type = arrayType(array.dtype);
    const std::optional<std::uint64_t> count = elementCount(array.shape);
    if (!type || !isNumber(type->kind) || !count || *count > kMostShown)
        return {};
    const Result<std::string> bytes = arrayBytes(values, array);
    if (!bytes)
        return {};
    std::string json = "[";
    for (std::size_t at = 0; at < bytes->size(); at += type->bytes) {
        json += at == 0 ? "" : ", ";
        appendElement(json, *bytes, at, *type);
    }
    return json + "]";
}

}  // namespace waypoint
