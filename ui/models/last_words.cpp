// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/last_words.h"

#include <algorithm>
#include <cctype>

namespace waypoint {

namespace {

constexpr std::string_view kProgress = "Epoch[";

std::string_view trimmed(std::string_view line)
{
    constexpr std::string_view kSpace = " \t\r\n";
    const auto first = line.find_first_not_of(kSpace);
    if (first == std::string_view::npos)
        return {};
    return line.substr(first, line.find_last_not_of(kSpace) - first + 1);
}

bool holds(std::string_view line, std::string_view phrase)
{
    const auto same = [](unsigned char one, unsigned char other) { return std::tolower(one) == std::tolower(other); };
    return std::search(line.begin(), line.end(), phrase.begin(), phrase.end(), same) != line.end();
}

/// From the end; nothing where no line is as wanted.
template<typename Wanted>
std::string lastLineThat(std::string_view log, Wanted wanted)
{
    while (!log.empty()) {
        const auto lineBreak = log.find_last_of('\n', log.size() - 1);
        const auto start = lineBreak == std::string_view::npos ? 0 : lineBreak + 1;
        const auto line = trimmed(log.substr(start));
        if (!line.empty() && wanted(line))
            return std::string(line);
        log = log.substr(0, start == 0 ? 0 : start - 1);
    }
    return {};
}

}  // namespace

std::string_view afterProgress(std::string_view log)
{
    const auto progress = log.rfind(kProgress);
    if (progress == std::string_view::npos)
        return log;
    const auto end = log.find('\n', progress);
    return end == std::string_view::npos ? std::string_view() : log.substr(end + 1);
}

std::string lastLine(std::string_view log)
{
    return lastLineThat(log, [](std::string_view) { return true; });
}

std::string lineWith(std::string_view log, std::string_view phrase)
{
    return lastLineThat(log, [phrase](std::string_view line) { return holds(line, phrase); });
}

}  // namespace waypoint
