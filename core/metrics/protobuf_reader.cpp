// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/protobuf_reader.h"

#include "core/base/endian.h"

#include <bit>

namespace waypoint {

bool ProtobufReader::readVarint(std::uint64_t &into)
{
    into = 0;
    for (unsigned shift = 0; shift < 64 && !m_rest.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(m_rest.front());
        m_rest.remove_prefix(1);
        into |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            return true;
    }
    return false;
}

bool ProtobufReader::next()
{
    std::uint64_t tag = 0;
    if (!readVarint(tag) || (tag >> 3) == 0 || (tag >> 3) > 0x1fffffff)
        return false;
    m_field = static_cast<std::uint32_t>(tag >> 3);
    m_wire = static_cast<Wire>(tag & 7);
    std::uint64_t length = 0;
    switch (m_wire) {
    case Wire::Varint:
        return readVarint(m_number);
    case Wire::Fixed64:
        length = 8;
        break;
    case Wire::Fixed32:
        length = 4;
        break;
    case Wire::Bytes:
        if (!readVarint(length))
            return false;
        break;
    default:
        return false;  // groups, which nobody writes any more
    }
    if (length > m_rest.size())
        return false;
    m_bytes = m_rest.substr(0, length);
    m_rest.remove_prefix(length);
    return true;
}

std::optional<std::int64_t> ProtobufReader::integer() const
{
    return m_wire == Wire::Varint ? std::optional(static_cast<std::int64_t>(m_number)) : std::nullopt;
}

std::optional<double> ProtobufReader::float64() const
{
    if (m_wire != Wire::Fixed64)
        return std::nullopt;
    return std::bit_cast<double>(loadLittle<std::uint64_t>(m_bytes.data()));
}

std::optional<double> ProtobufReader::float32() const
{
    if (m_wire != Wire::Fixed32)
        return std::nullopt;
    return static_cast<double>(std::bit_cast<float>(loadLittle<std::uint32_t>(m_bytes.data())));
}

std::optional<std::string_view> ProtobufReader::bytes() const
{
    return m_wire == Wire::Bytes ? std::optional(m_bytes) : std::nullopt;
}

}  // namespace waypoint
