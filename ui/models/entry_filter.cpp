// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/entry_filter.h"

#include "core/base/glob.h"

#include <QtCore/QString>

#include <algorithm>

namespace waypoint {

namespace {

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char foldedAscii(char c)
{
    if (c >= 'A' && c <= 'Z')
        return static_cast<char>(c - 'A' + 'a');
    return c == '/' ? '.' : c;
}

std::string folded(std::string_view text)
{
    std::string result;
    if (isAscii(text))
        result = text;
    else
        result = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toCaseFolded().toStdString();
    std::transform(result.begin(), result.end(), result.begin(), foldedAscii);
    return result;
}

}  // namespace

NamePattern::NamePattern(std::string_view text)
    : m_text(folded(text)),
      m_isGlob(text.find_first_of("*?[") != std::string_view::npos),
      m_hasSeparator(text.find_first_of("/.") != std::string_view::npos)
{
}

bool NamePattern::matches(std::string_view nameOrPath) const
{
    const std::string name = folded(nameOrPath);
    return m_isGlob ? globMatches(m_text, name) : name.find(m_text) != std::string::npos;
}

}  // namespace waypoint
