// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/random_access_file.h"

#include <algorithm>
#include <atomic>
#include <stop_token>
#include <string>

namespace waypoint::test {

/// Zeros without end that count how much is read; may fail at one read, or ask to stop.
class ReadingFile final : public RandomAccessFile
{
public:
    explicit ReadingFile(std::uint64_t size, int failingRead = 0)
        : m_size(size), m_failingRead(failingRead), m_name(failingRead > 0 ? "failing.pth" : "zeros.pth")
    {
    }

    [[nodiscard]] ByteCount size() const override { return {m_size}; }
    [[nodiscard]] const std::string &name() const override { return m_name; }
    Result<std::size_t> readAt(ByteOffset, std::span<std::byte> into) const override
    {
        const int read = ++m_reads;
        if (read == m_stoppingRead)
            m_stop.request_stop();
        if (m_failingRead > 0 && read >= m_failingRead)
            return Error{ErrorCode::ReadFailed, "the disk said no"};
        std::ranges::fill(into, std::byte{0});
        m_bytesRead += into.size();
        return into.size();
    }

    void stopAtRead(int read) const { m_stoppingRead = read; }
    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }
    [[nodiscard]] int reads() const { return m_reads; }
    [[nodiscard]] std::uint64_t bytesRead() const { return m_bytesRead; }

private:
    std::uint64_t m_size;
    int m_failingRead;
    std::string m_name;
    mutable std::atomic<int> m_stoppingRead = 0;
    mutable std::atomic<int> m_reads = 0;
    mutable std::atomic<std::uint64_t> m_bytesRead = 0;
    mutable std::stop_source m_stop;
};

}  // namespace waypoint::test
