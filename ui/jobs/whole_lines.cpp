// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/whole_lines.h"

#include <utility>

namespace waypoint {

std::vector<std::string> WholeLines::take(std::string_view piece)
{
    std::vector<std::string> lines;
    for (std::size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
        append(piece.substr(0, end));
        piece.remove_prefix(end + 1);
        if (m_pending <= m_longest && !m_half.empty())
            lines.push_back(std::move(m_half));
        m_half.clear();
        m_pending = 0;
    }
    append(piece);
    return lines;
}

void WholeLines::append(std::string_view part)
{
    m_pending += part.size();
    if (m_pending <= m_longest)
        m_half += part;
    else
        m_half.clear();
}

}  // namespace waypoint
