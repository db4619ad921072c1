// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QtEndian>

#include <cstdint>

namespace waypoint::test {

/// TFRecord and tensorflow.Event, bit by bit as their descriptions say; independent of the reader.
class EventBuilder
{
public:
    static quint32 crc32c(const QByteArray &bytes)
    {
        quint32 crc = 0xffffffff;
        for (const char c : bytes) {
            crc ^= static_cast<unsigned char>(c);
            for (int bit = 0; bit < 8; ++bit)
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0u);
        }
        return crc ^ 0xffffffff;
    }

    static QByteArray record(const QByteArray &data)
    {
        const auto length = little(static_cast<quint64>(data.size()));
        return length + checksum(length) + data + checksum(data);
    }

    /// One event with one scalar, framed.
    static QByteArray scalar(double time, std::int64_t step, const QByteArray &tag, float value)
    {
        const auto number = varint(2 << 3 | 5) + bytesOf(value);
        return record(head(time, step) + field(5, field(1, field(1, tag) + number)));
    }

    /// SessionLog START.
    static QByteArray start(double time, std::int64_t step)
    {
        return record(head(time, step) + field(7, varint(1 << 3) + varint(1)));
    }

    static QByteArray version() { return record(head(1e9, 0) + field(3, "brain.Event:2")); }

    static QByteArray field(quint64 number, const QByteArray &data)
    {
        return varint(number << 3 | 2) + varint(static_cast<quint64>(data.size())) + data;
    }

    static QByteArray varint(quint64 number)
    {
        QByteArray bytes;
        for (; number > 0x7f; number >>= 7)
            bytes.append(static_cast<char>((number & 0x7f) | 0x80));
        return bytes.append(static_cast<char>(number));
    }

private:
    template<typename T>
    static QByteArray little(T number)
    {
        QByteArray bytes(sizeof(T), '\0');
        qToLittleEndian(number, bytes.data());
        return bytes;
    }
    static QByteArray bytesOf(float value)
    {
        QByteArray bytes(4, '\0');
        qToLittleEndian(value, bytes.data());
        return bytes;
    }
    static QByteArray checksum(const QByteArray &bytes)
    {
        const quint32 crc = crc32c(bytes);
        return little(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
    }
    static QByteArray head(double time, std::int64_t step)
    {
        QByteArray bytes(8, '\0');
        qToLittleEndian(time, bytes.data());
        return varint(1 << 3 | 1) + bytes + varint(2 << 3) + varint(static_cast<quint64>(step));
    }
};

}  // namespace waypoint::test
