// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/random_access_file.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace waypoint {

/// A log that somebody may be writing: read from where the last look ended. What it begins with and what stood before
/// the place reached are remembered, so that a file that was replaced or cut short is noticed and read anew.
class GrowingFile
{
public:
    enum class Change {
        None,
        Grown,
        Anew,  ///< the first look, or another file: what was read before no longer counts
    };

    /// Takes the bytes that are there and returns how many it used up, at most remaining(): beyond those handed in,
    /// bytes are skipped. What it left comes again with more behind it; kStop ends the read.
    static constexpr std::size_t kStop = ~std::size_t{0};
    using Consumer = std::function<std::size_t(std::string_view)>;

    explicit GrowingFile(std::filesystem::path path) : m_path(std::move(path)) {}

    /// Looks and reads: `startAnew` is called first where what was read before no longer counts. False where there is
    /// nothing new.
    Result<bool> follow(const std::stop_token &stop, const std::function<void()> &startAnew, const Consumer &consumer);

    /// Opens the file for the next read(), where there is something to read: of thousands that are followed, one is
    /// open at a time. NotFound and its kin.
    Result<Change> look();
    /// Hands out what is new, up to the size that look() saw. Cancelled keeps the place.
    /// TooLarge where `consumer` uses nothing up of 64 MiB.
    Result<void> read(const std::stop_token &stop, const Consumer &consumer);

    /// What the last read() left at the end: a record that is only half there.
    [[nodiscard]] std::string_view rest() const { return m_rest; }
    [[nodiscard]] std::uint64_t position() const { return m_position; }
    /// Bytes from position() to the end that look() saw.
    [[nodiscard]] std::uint64_t remaining() const { return m_size - m_position; }
    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }

private:
    [[nodiscard]] Result<bool> isSameFile() const;
    Result<void> readWindows(const std::stop_token &stop, const Consumer &consumer);
    Result<void> remember();

    std::filesystem::path m_path;
    FilePtr m_file;  ///< from look() to read()
    std::uint64_t m_size = 0;
    std::uint64_t m_position = 0;  ///< all before it is used up
    std::uint64_t m_read = 0;      ///< size of the file as the last complete read() saw it
    bool m_opened = false;
    std::string m_rest;
    std::string m_start;   ///< the first bytes
    std::string m_before;  ///< the bytes before `m_read`
};

/// Bytes [at, at + length) as text, fewer at the end of the file.
Result<std::string> readText(const RandomAccessFile &file, std::uint64_t at, std::uint64_t length);

}  // namespace waypoint
