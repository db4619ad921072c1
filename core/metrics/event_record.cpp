// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/event_record.h"

#include "core/base/endian.h"
#include "core/metrics/crc32c.h"
#include "core/metrics/protobuf_reader.h"
#include "core/tensor/numeric_tensor.h"

#include <array>
#include <bit>
#include <span>

namespace waypoint {

namespace {

constexpr std::int64_t kSessionStart = 1;  // SessionLog.SessionStatus.START

/// tensorflow/core/framework/types.proto
DType dtypeOf(std::int64_t type)
{
    struct Known
    {
        std::int64_t type;
        DType dtype;
    };
    constexpr std::array<Known, 11> kKnown{{{1, DType::Float32},
                                            {2, DType::Float64},
                                            {3, DType::Int32},
                                            {4, DType::UInt8},
                                            {5, DType::Int16},
                                            {6, DType::Int8},
                                            {9, DType::Int64},
                                            {14, DType::BFloat16},
                                            {19, DType::Float16},
                                            {22, DType::UInt32},
                                            {23, DType::UInt64}}};
    for (const Known &known : kKnown)
        if (known.type == type)
            return known.dtype;
    return DType::Unknown;
}

/// Packed varints or one varint, of one number.
std::optional<double> oneInteger(const ProtobufReader &field)
{
    if (const auto number = field.integer())
        return static_cast<double>(*number);
    const auto packed = field.bytes();
    if (!packed)
        return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < packed->size() && i < 10; ++i) {
        const auto byte = static_cast<unsigned char>((*packed)[i]);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
        if ((byte & 0x80) == 0)
            return i + 1 == packed->size() ? std::optional(static_cast<double>(static_cast<std::int64_t>(value)))
                                           : std::nullopt;
    }
    return std::nullopt;
}

std::optional<double> oneElement(DType dtype, std::string_view content)
{
    std::vector<double> numbers;
    const auto size = dtypeBytes(dtype);
    if (size == 0 || content.size() != size)
        return std::nullopt;
    return appendNumbers(dtype, std::as_bytes(std::span(content)), numbers) && numbers.size() == 1
               ? std::optional(numbers.front())
               : std::nullopt;
}

/// The number of a TensorProto (tensorflow/core/framework/tensor.proto) that holds just one.
std::optional<double> tensorNumber(std::string_view message)
{
    DType dtype = DType::Unknown;
    std::string_view content;
    std::optional<double> number;
    ProtobufReader reader(message);
    while (reader.next()) {
        switch (reader.field()) {
        case 1:
            dtype = dtypeOf(reader.integer().value_or(0));
            break;
        case 4:
            content = reader.bytes().value_or(std::string_view());
            break;
        case 5:
            number = reader.bytes() ? oneElement(DType::Float32, *reader.bytes()) : reader.float32();
            break;
        case 6:
            number = reader.bytes() ? oneElement(DType::Float64, *reader.bytes()) : reader.float64();
            break;
        case 7:
        case 10:
        case 16:
        case 17:
            number = oneInteger(reader);
            break;
        case 13:  // half_val: the bits as an integer
            if (const auto bits = oneInteger(reader); bits && *bits >= 0 && *bits <= 0xffff) {
                const auto half = static_cast<std::uint16_t>(*bits);
                const std::array<char, 2> bytes{static_cast<char>(half & 0xff), static_cast<char>(half >> 8)};
                number = oneElement(dtype, {bytes.data(), bytes.size()});
            }
            break;
        default:
            break;
        }
    }
    return content.empty() ? number : oneElement(dtype, content);
}

std::optional<EventScalar> scalarOf(std::string_view value)
{
    EventScalar scalar;
    std::optional<double> number;
    ProtobufReader reader(value);
    while (reader.next()) {
        if (reader.field() == 1)
            scalar.tag = reader.bytes().value_or(std::string_view());
        else if (reader.field() == 2)
            number = reader.float32();
        else if (reader.field() == 8 && reader.bytes())
            number = tensorNumber(*reader.bytes());
    }
    if (!number || scalar.tag.empty())
        return std::nullopt;
    scalar.value = *number;
    return scalar;
}

void readSummary(std::string_view summary, std::vector<EventScalar> &into)
{
    ProtobufReader reader(summary);
    while (reader.next())
        if (const auto value = reader.field() == 1 ? reader.bytes() : std::nullopt)
            if (const auto scalar = scalarOf(*value))
                into.push_back(*scalar);
}

bool saysStart(std::string_view sessionLog)
{
    ProtobufReader reader(sessionLog);
    while (reader.next())
        if (reader.field() == 1 && reader.integer() == kSessionStart)
            return true;
    return false;
}

}  // namespace

EventRecord readEvent(std::string_view message)
{
    EventRecord event;
    ProtobufReader reader(message);
    while (reader.next()) {
        if (reader.field() == 1)
            event.wallTime = reader.float64().value_or(0);
        else if (reader.field() == 2)
            event.step = reader.integer().value_or(0);
        else if (reader.field() == 5 && reader.bytes())
            readSummary(*reader.bytes(), event.scalars);
        else if (reader.field() == 7 && reader.bytes())
            event.starts = saysStart(*reader.bytes());
    }
    return event;
}

std::optional<std::uint64_t> recordLength(std::string_view header)
{
    if (loadLittle<std::uint32_t>(header.data() + 8) != maskedCrc32c(header.substr(0, 8)))
        return std::nullopt;
    return loadLittle<std::uint64_t>(header.data());
}

bool recordIsIntact(std::string_view data)
{
    return loadLittle<std::uint32_t>(data.data() + data.size()) == maskedCrc32c(data);
}

}  // namespace waypoint
