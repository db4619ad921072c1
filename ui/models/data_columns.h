// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace waypoint {

/// Names of a table's columns, in their order.
struct ColumnNames
{
    std::vector<std::string> inputs;
    std::vector<std::string> targets;
};

/// Of a SPEC that is a table with names (iris, csv:FILE); nothing for others. Reads the head of the file.
[[nodiscard]] ColumnNames columnNames(const std::string &spec);

}  // namespace waypoint
