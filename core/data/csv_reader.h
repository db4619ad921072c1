// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Takes comma-separated text apart, record by record: quoted fields ("a, ""b""" with line breaks), CRLF or LF, a byte
/// order mark, blank lines between. Where the first line has no comma, semicolons or tabs separate.
/// Format: RFC 4180.
class CsvReader
{
public:
    /// Requires: `text` outlives this.
    explicit CsvReader(std::string_view text);

    /// The next record's fields, valid until the next call; false at the end. Blanks around a field that is not quoted
    /// are no part of it. Corrupt, with line and byte, for a quote that never closes or text after a closing one.
    Result<bool> next(std::vector<std::string_view> &fields);
    /// Line that the record began on, from 1.
    [[nodiscard]] std::int64_t line() const { return m_recordLine; }
    /// Byte that the record began at.
    [[nodiscard]] ByteOffset position() const { return {m_recordStart}; }

private:
    void skipBlankLines();
    bool skipLineBreak();
    Result<std::string_view> quotedField();
    std::string_view plainField();
    [[nodiscard]] bool atEndOfRecord() const;

    std::string_view m_text;
    char m_separator = ',';
    std::size_t m_next = 0;
    std::int64_t m_line = 1;
    std::size_t m_recordStart = 0;
    std::int64_t m_recordLine = 1;
    std::deque<std::string> m_unquoted;  ///< fields of this record that had quotes inside
};

}  // namespace waypoint
