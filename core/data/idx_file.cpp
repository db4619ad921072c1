// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/idx_file.h"

#include "core/base/checked.h"
#include "core/base/endian.h"
#include "core/io/inflate.h"
#include "core/io/random_access_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <zlib.h>

namespace waypoint {

namespace {

/// Bytes from front to back, unpacked where the file is a gzip.
class Unpacked
{
public:
    explicit Unpacked(std::vector<std::byte> file) : m_file(std::move(file))
    {
        m_packed = m_file.size() >= 2 && m_file[0] == std::byte{0x1f} && m_file[1] == std::byte{0x8b};
        m_stream.next_in = reinterpret_cast<Bytef *>(m_file.data());
        if (m_packed)
            m_ready = inflateInit2(&m_stream, 16 + MAX_WBITS) == Z_OK;
    }
    ~Unpacked()
    {
        if (m_ready)
            inflateEnd(&m_stream);
    }
    Unpacked(const Unpacked &) = delete;
    Unpacked &operator=(const Unpacked &) = delete;

    /// No file of this size unpacks to more.
    [[nodiscard]] std::uint64_t most() const { return m_file.size() * (m_packed ? kMostInflation : 1); }

    /// Fills `into`; fewer bytes mean the end, nothing that the packed data is damaged.
    std::optional<std::size_t> read(std::span<std::uint8_t> into)
    {
        return m_packed ? inflated(into) : std::optional(copied(into));
    }

private:
    std::size_t copied(std::span<std::uint8_t> into)
    {
        const auto given = std::min(into.size(), m_file.size() - m_next);
        for (std::size_t i = 0; i < given; ++i)
            into[i] = std::to_integer<std::uint8_t>(m_file[m_next + i]);
        m_next += given;
        return given;
    }

    std::optional<std::size_t> inflated(std::span<std::uint8_t> into)
    {
        std::size_t done = 0;
        while (m_ready && done < into.size()) {
            constexpr std::size_t kMost = std::numeric_limits<uInt>::max() / 2;
            const auto input = std::min(m_file.size() - m_next, kMost);
            const auto room = std::min(into.size() - done, kMost);
            m_stream.next_in = reinterpret_cast<Bytef *>(m_file.data() + m_next);
            m_stream.avail_in = static_cast<uInt>(input);
            m_stream.next_out = into.data() + done;
            m_stream.avail_out = static_cast<uInt>(room);
            const int status = inflate(&m_stream, Z_NO_FLUSH);
            m_next += input - m_stream.avail_in;
            done += room - m_stream.avail_out;
            if (status == Z_STREAM_END || status == Z_BUF_ERROR)
                break;
            if (status != Z_OK)
                return std::nullopt;
        }
        return m_ready ? std::optional(done) : std::nullopt;
    }

    std::vector<std::byte> m_file;
    std::size_t m_next = 0;
    bool m_packed = false;
    bool m_ready = false;
    z_stream m_stream{};
};

Error failed(ErrorCode code, std::string detail, std::optional<ByteOffset> at = {})
{
    return {code, "idx: " + std::move(detail), at, {}, {}};
}

Error damaged() { return failed(ErrorCode::Corrupt, "the packed data is damaged"); }

/// Number of type and dimensions, then the sizes.
Result<std::vector<std::int64_t>> readSizes(Unpacked &from, std::size_t dimensions)
{
    std::vector<std::uint8_t> header(4 + 4 * dimensions);
    const auto got = from.read(header);
    if (!got)
        return damaged();
    if (*got < 4 || header[0] != 0 || header[1] != 0)
        return failed(ErrorCode::Corrupt, "it does not begin as an IDX file does", ByteOffset{0});
    if (header[2] != 8 || header[3] != dimensions)
        return failed(ErrorCode::Unsupported,
                      fmt::format("it has {} dimensions of type {:#04x}, not {} of bytes (0x08)", header[3], header[2],
                                  dimensions),
                      ByteOffset{2});
    if (*got < header.size())
        return failed(ErrorCode::Truncated, "its sizes are missing", ByteOffset{*got});
    const auto bytes = std::as_bytes(std::span(header));
    std::vector<std::int64_t> sizes;
    for (std::size_t i = 0; i < dimensions; ++i)
        sizes.push_back(loadBig<std::uint32_t>(bytes.data() + 4 + 4 * i));
    return sizes;
}

Result<IdxFile> readFrom(Unpacked &from, std::size_t dimensions)
{
    auto sizes = readSizes(from, dimensions);
    if (!sizes)
        return sizes.error();
    std::optional<std::uint64_t> length = 1;
    for (const auto size : *sizes)
        length = length ? checkedMul(*length, static_cast<std::uint64_t>(size)) : length;
    if (!length || *length > from.most())
        return failed(ErrorCode::Truncated, fmt::format("it announces {} items and ends before", sizes->front()));
    IdxFile file{*std::move(sizes), {}};
    file.bytes.resize(static_cast<std::size_t>(*length));
    const auto got = from.read(file.bytes);
    if (!got)
        return damaged();
    if (*got < file.bytes.size())
        return failed(ErrorCode::Truncated, fmt::format("it announces {} items and ends before", file.sizes.front()),
                      ByteOffset{4 + 4 * dimensions + *got});
    std::uint8_t more = 0;
    const auto rest = from.read(std::span(&more, 1));
    if (!rest || *rest != 0)
        return failed(ErrorCode::Corrupt,
                      fmt::format("there is more after the {} items that it announces", file.sizes.front()));
    return file;
}

}  // namespace

Result<IdxFile> readIdxFile(const std::filesystem::path &path, std::size_t dimensions)
{
    auto read = [&]() -> Result<IdxFile> {
        auto file = openFile(path);
        if (!file)
            return file.error();
        auto bytes = readRange(**file, {{0}, (*file)->size()});
        if (!bytes)
            return bytes.error();
        Unpacked unpacked(*std::move(bytes));
        return readFrom(unpacked, dimensions);
    }();
    if (read)
        return read;
    auto error = read.error();
    error.file = path.string();
    return error;
}

}  // namespace waypoint
