// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/array_dataset.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// How to read a table.
struct CsvOptions
{
    std::vector<std::string> targets;  ///< columns by name; empty: the last one
    bool values = false;               ///< targets are numbers to be met, not classes
    bool header = true;                ///< the first line has names
};

/// A table of numbers with a class label or target values in each row; samples have the shape {columns}.
///
/// Labels that are all whole numbers are numbered in the order of the numbers, others in the order of the names,
/// bytewise. Errors name line and column: Corrupt for what does not fit the table, BadArgument for a target there is no
/// column for.
Result<std::shared_ptr<const ArrayDataset>> csvDataset(std::string_view text, const CsvOptions &options,
                                                       std::string name);

}  // namespace waypoint
