// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/random_access_file.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace waypoint {

/// Where an archive's directory lies, as one end-of-central-directory record tells it.
struct ZipDirectoryPlace
{
    ByteRange directory;
    std::uint64_t entries = 0;  ///< announced; modulo 65,536 unless `zip64`
    bool zip64 = false;
    std::uint64_t bytesBefore = 0;   ///< before the archive: to be added to every offset in it
    std::uint64_t bytesMissing = 0;  ///< lost somewhere before the directory
    ByteOffset end;                  ///< of the archive, its comment included
};

/// Looks for end-of-central-directory records from the end of a file backwards, through at most 16 MiB: there may
/// be a comment, or bytes that were appended. A record counts where a directory begins at the place that it tells.
class ZipEndSearch
{
public:
    explicit ZipEndSearch(const RandomAccessFile &file);

    /// The next record further to the front, or nothing where there is none.
    Result<std::optional<ZipDirectoryPlace>> next();

    /// Why the first of the records that were passed over did not count.
    [[nodiscard]] const std::optional<Error> &refusal() const { return m_refusal; }

private:
    struct Numbers
    {
        std::uint64_t entries = 0;
        std::uint64_t length = 0;
        std::uint64_t offset = 0;
        std::uint64_t before = 0;  ///< the directory ends at or before this byte
        std::uint32_t disk = 0;
        bool zip64 = false;
    };

    Result<bool> loadEarlierChunk();
    Result<std::optional<ZipDirectoryPlace>> examine(ByteOffset at);
    Result<Numbers> readZip64(ByteOffset end, Numbers numbers);
    Result<std::optional<ByteOffset>> findEnd64(ByteOffset locator);
    Result<std::optional<ZipDirectoryPlace>> locate(const Numbers &numbers, ByteOffset at);
    Result<bool> hasSignature(std::uint64_t at, std::uint32_t signature) const;
    void refuse(ByteOffset at, std::string why, ErrorCode code = ErrorCode::Corrupt);

    const RandomAccessFile &m_file;
    std::uint64_t m_floor = 0;
    std::uint64_t m_chunkStart = 0;
    std::vector<std::byte> m_chunk;
    std::size_t m_cursor = 0;  ///< records are looked for before this byte of the chunk
    std::size_t m_examined = 0;
    std::optional<Error> m_refusal;
};

}  // namespace waypoint
