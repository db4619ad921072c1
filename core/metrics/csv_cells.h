// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// One record of a CSV file as its cells (RFC 4180): quotes around a cell taken off, doubled ones made one, blanks
/// around it trimmed.
class CsvCells
{
public:
    explicit CsvCells(char separator = ',') : m_separator(separator) {}

    /// Valid until the next call, and as long as `record`.
    const std::vector<std::string_view> &split(std::string_view record);
    /// Whether the last cell had its closing quote.
    [[nodiscard]] bool lastIsQuoted() const { return m_lastIsQuoted; }

private:
    std::string_view quotedCell(std::string_view record, std::size_t &at);

    char m_separator;
    bool m_lastIsQuoted = false;
    std::vector<std::string_view> m_cells;
    std::vector<std::string> m_unescaped;  ///< cells that held doubled quotes
};

/// Length of the first record of `text` with its line end, which may be \n or \r\n; 0 where it has no end yet. Line
/// ends between quotes belong to the record.
[[nodiscard]] std::size_t csvRecordLength(std::string_view text);

/// The separator of a header: the most frequent of comma, semicolon, tab.
[[nodiscard]] char csvSeparator(std::string_view header);

}  // namespace waypoint
