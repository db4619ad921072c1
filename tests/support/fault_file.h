// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/random_access_file.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace waypoint::test {

/// Another file whose disk misbehaves, and that counts what is read.
class FaultFile final : public RandomAccessFile
{
public:
    explicit FaultFile(FilePtr file) : m_file(std::move(file)) {}

    std::optional<ByteOffset> failsAt;  ///< a read that touches this byte is an error
    std::optional<ByteOffset> endsAt;   ///< the file became shorter after it was opened: size() does not know

    [[nodiscard]] std::uint64_t reads() const { return m_reads; }
    [[nodiscard]] std::uint64_t bytesRead() const { return m_bytes; }

    [[nodiscard]] ByteCount size() const override { return m_file->size(); }
    [[nodiscard]] const std::string &name() const override { return m_file->name(); }

    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        ++m_reads;
        m_bytes += into.size();
        if (failsAt && at <= *failsAt && failsAt->value - at.value < into.size())
            return Error{ErrorCode::ReadFailed, "Input/output error", *failsAt};
        if (endsAt && at >= *endsAt)
            return std::size_t{0};
        if (endsAt && into.size() > endsAt->value - at.value)
            into = into.first(static_cast<std::size_t>(endsAt->value - at.value));
        return m_file->readAt(at, into);
    }

private:
    FilePtr m_file;
    mutable std::atomic<std::uint64_t> m_reads = 0;
    mutable std::atomic<std::uint64_t> m_bytes = 0;
};

}  // namespace waypoint::test
