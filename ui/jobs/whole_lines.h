// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Makes whole lines of pieces that end anywhere. Half a line is kept until the rest comes; a line that is too long is
/// dropped, whatever its end.
class WholeLines
{
public:
    explicit WholeLines(std::size_t longest) : m_longest(longest) {}

    /// The lines that `piece` completes, without their ends; empty ones are left out.
    [[nodiscard]] std::vector<std::string> take(std::string_view piece);

private:
    void append(std::string_view part);

    std::size_t m_longest;
    std::size_t m_pending = 0;
    std::string m_half;
};

}  // namespace waypoint
