// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

char separatorOf(std::string_view text)
{
    const auto header = text.substr(0, text.find('\n'));
    for (const char separator : {',', ';', '\t'})
        if (header.find(separator) != std::string_view::npos)
            return separator;
    return ',';
}

bool isBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view withoutBlanks(std::string_view text)
{
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

}  // namespace

CsvReader::CsvReader(std::string_view text)
    : m_text(text), m_separator(separatorOf(text)), m_next(text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0)
{
}

bool CsvReader::atEndOfRecord() const
{
    return m_next >= m_text.size() || m_text[m_next] == '\n' || m_text.substr(m_next, 2) == "\r\n"
           || m_text[m_next] == '\r';
}

bool CsvReader::skipLineBreak()
{
    if (m_next >= m_text.size() || !atEndOfRecord())
        return false;
    m_next += m_text.substr(m_next, 2) == "\r\n" ? 2 : 1;
    ++m_line;
    return true;
}

void CsvReader::skipBlankLines()
{
    for (;;) {
        auto end = m_next;
        while (end < m_text.size() && m_text[end] == ' ')
            ++end;
        if (end < m_text.size() && m_text[end] != '\n' && m_text[end] != '\r')
            return;
        m_next = end;
        if (!skipLineBreak())
            return;
    }
}

std::string_view CsvReader::plainField()
{
    const auto start = m_next;
    while (m_next < m_text.size() && m_text[m_next] != m_separator && m_text[m_next] != '\n' && m_text[m_next] != '\r')
        ++m_next;
    return withoutBlanks(m_text.substr(start, m_next - start));
}

Result<std::string_view> CsvReader::quotedField()
{
    const auto line = m_line;
    const auto start = ++m_next;
    bool doubled = false;
    for (;; ++m_next) {
        if (m_next >= m_text.size())
            return Error{ErrorCode::Corrupt,
                         fmt::format("csv: line {}: the quote never closes", line),
                         ByteOffset{start - 1},
                         "Close the quote, or double those inside a field.",
                         {}};
        if (m_text[m_next] == '\n')
            ++m_line;
        if (m_text[m_next] != '"')
            continue;
        if (m_next + 1 >= m_text.size() || m_text[m_next + 1] != '"')
            break;
        doubled = true;
        ++m_next;
    }
    auto field = m_text.substr(start, m_next - start);
    if (doubled) {
        auto &kept = m_unquoted.emplace_back();
        for (std::size_t i = 0; i < field.size(); ++i) {
            kept += field[i];
            i += field[i] == '"' ? 1u : 0u;
        }
        field = kept;
    }
    ++m_next;
    while (m_next < m_text.size() && m_text[m_next] == ' ')
        ++m_next;
    if (!atEndOfRecord() && m_text[m_next] != m_separator)
        return Error{ErrorCode::Corrupt,
                     fmt::format("csv: line {}: text follows a closing quote", m_line),
                     ByteOffset{m_next},
                     "Double the quotes that belong to the field.",
                     {}};
    return field;
}

Result<bool> CsvReader::next(std::vector<std::string_view> &fields)
{
    fields.clear();
    m_unquoted.clear();
    skipBlankLines();
    m_recordStart = m_next;
    m_recordLine = m_line;
    if (m_next >= m_text.size())
        return false;
    for (;;) {
        while (m_next < m_text.size() && m_text[m_next] == ' ')
            ++m_next;
        if (m_next < m_text.size() && m_text[m_next] == '"') {
            auto field = quotedField();
            if (!field)
                return field.error();
            fields.push_back(*field);
        } else {
            fields.push_back(plainField());
        }
        if (m_next >= m_text.size() || m_text[m_next] != m_separator)
            break;
        ++m_next;
    }
    skipLineBreak();
    return true;
}

}  // namespace waypoint
