// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Calls `take` with each line of `text` that has its end, without that; the bytes they take up.
template<typename Take>
std::size_t eachLine(std::string_view text, const Take &take)
{
    std::size_t start = 0;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', start)) {
        const bool carriageReturn = end > start && text[end - 1] == '\r';
        take(text.substr(start, end - start - (carriageReturn ? 1 : 0)));
        start = end + 1;
    }
    return start;
}

/// What a log has that is not shown.
struct LogLosses
{
    std::size_t cut = 0;      ///< points that a resumed run did over
    std::size_t foreign = 0;  ///< lines that are no records
    bool half = false;        ///< the last record has no end
};

/// A sentence for each.
void addLogWarnings(std::vector<std::string> &warnings, const LogLosses &losses);

}  // namespace waypoint
