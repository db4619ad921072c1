// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/diff_report.h"

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace waypoint {

/// In which order tensors are listed.
enum class DiffSort {
    File,
    Name,
    Relative,  ///< largest first, like the ones below
    L2,
    Max,
};

/// How a comparison is shown to people.
struct DiffTextOptions
{
    std::string_view fileA;  ///< as the user called it
    std::string_view fileB;
    std::string_view match;  ///< values too are picked by it
    DiffSort sort = DiffSort::File;
    bool all = false;       ///< list what is the same, too
    bool layers = false;    ///< a line for each layer
    std::size_t width = 0;  ///< columns to fit into; 0: any
};

/// A comparison for people: what it comes to, a table of the tensors that differ with the largest change marked, and
/// the values that differ side by side.
void writeDiffText(const CheckpointDiff &diff, const std::vector<DiffRow> &rows, const DiffTextOptions &options,
                   const std::function<void(std::string_view)> &write);

}  // namespace waypoint
