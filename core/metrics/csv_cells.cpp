// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/csv_cells.h"

#include <algorithm>

namespace waypoint {

namespace {

/// A quote that is never closed must not swallow the file.
constexpr std::size_t kLongestQuoted = 4u << 10;

bool isBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view cell)
{
    while (!cell.empty() && isBlank(cell.front()))
        cell.remove_prefix(1);
    while (!cell.empty() && isBlank(cell.back()))
        cell.remove_suffix(1);
    return cell;
}

/// Position behind the quote that closes the one at `open`; npos where there is none.
std::size_t behindClosingQuote(std::string_view text, std::size_t open)
{
    for (std::size_t i = open + 1; i < std::min(text.size(), open + kLongestQuoted); ++i) {
        if (text[i] != '"')
            continue;
        if (i + 1 >= text.size() || text[i + 1] != '"')
            return i + 1;
        ++i;
    }
    return std::string_view::npos;
}

/// Whether a quote at `at` opens a cell: only blanks lie between it and the separator or line start before it.
bool opensCell(std::string_view text, std::size_t at)
{
    while (at > 0 && text[at - 1] == ' ')
        --at;
    return at == 0 || text[at - 1] == ',' || text[at - 1] == ';' || text[at - 1] == '\t';
}

}  // namespace

std::size_t csvRecordLength(std::string_view text)
{
    auto end = text.find('\n');
    auto quote = text.substr(0, end).find('"');
    while (end != std::string_view::npos && quote < end) {
        const auto behind = opensCell(text, quote) ? behindClosingQuote(text, quote) : quote + 1;
        if (behind == std::string_view::npos)
            return text.size() - quote > kLongestQuoted ? end + 1 : 0;
        if (behind > end)
            end = text.find('\n', behind);
        quote = text.find('"', behind);
    }
    return end == std::string_view::npos ? 0 : end + 1;
}

char csvSeparator(std::string_view header)
{
    char best = ',';
    for (const char each : {',', ';', '\t'})
        if (std::count(header.begin(), header.end(), each) > std::count(header.begin(), header.end(), best))
            best = each;
    return best;
}

std::string_view CsvCells::quotedCell(std::string_view record, std::size_t &at)
{
    const std::size_t behind = behindClosingQuote(record, at);
    const std::size_t end = behind == std::string_view::npos ? record.size() : behind - 1;
    std::string_view cell = record.substr(at + 1, end - at - 1);
    m_lastIsQuoted = behind != std::string_view::npos;
    at = std::min(record.find(m_separator, m_lastIsQuoted ? behind : record.size()), record.size());
    if (cell.find('"') == std::string_view::npos)
        return cell;
    std::string plain;
    for (std::size_t i = 0; i < cell.size(); ++i) {
        plain.push_back(cell[i]);
        if (cell[i] == '"' && i + 1 < cell.size() && cell[i + 1] == '"')
            ++i;
    }
    return m_unescaped.emplace_back(std::move(plain));
}

const std::vector<std::string_view> &CsvCells::split(std::string_view record)
{
    m_cells.clear();
    m_unescaped.clear();
    // Views into these must not move while more of them come.
    if (record.find("\"\"") != std::string_view::npos)
        m_unescaped.reserve(static_cast<std::size_t>(std::count(record.begin(), record.end(), m_separator)) + 1);
    for (std::size_t at = 0; at <= record.size(); ++at) {
        std::size_t start = at;
        while (start < record.size() && record[start] == ' ')
            ++start;
        m_lastIsQuoted = false;
        if (start < record.size() && record[start] == '"') {
            at = start;
            m_cells.push_back(trimmed(quotedCell(record, at)));
        } else {
            at = std::min(record.find(m_separator, start), record.size());
            m_cells.push_back(trimmed(record.substr(start, at - start)));
        }
    }
    return m_cells;
}

}  // namespace waypoint
