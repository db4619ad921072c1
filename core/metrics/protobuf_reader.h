// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace waypoint {

/// Walks the fields of one protobuf message (protobuf.dev/programming-guides/encoding) without knowing its type.
/// Never reads beyond its bytes; a field that does not fit ends the walk.
class ProtobufReader
{
public:
    explicit ProtobufReader(std::string_view message) : m_rest(message) {}

    /// Goes to the next field; false at the end, or where what follows is no field.
    bool next();

    [[nodiscard]] std::uint32_t field() const { return m_field; }
    /// int32, int64, uint64, bool, enum; nothing where the field has another wire type. So for the others.
    [[nodiscard]] std::optional<std::int64_t> integer() const;
    [[nodiscard]] std::optional<double> float64() const;
    [[nodiscard]] std::optional<double> float32() const;
    /// string, bytes, a message, packed numbers.
    [[nodiscard]] std::optional<std::string_view> bytes() const;

private:
    enum class Wire : std::uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

    bool readVarint(std::uint64_t &into);

    std::string_view m_rest;
    std::uint32_t m_field = 0;
    Wire m_wire = Wire::Varint;
    std::uint64_t m_number = 0;  ///< of a varint or fixed field
    std::string_view m_bytes;
};

}  // namespace waypoint
