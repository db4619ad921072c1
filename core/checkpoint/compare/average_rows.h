// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/epoch_series.h"
#include "core/checkpoint/compare/mean_storage.h"

#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// What becomes of one tensor in the mean of several files.
struct AverageRow
{
    std::optional<MeanTensor> mean;  ///< nothing: it is taken from the last file
    DType dtype = DType::Unknown;    ///< of the mean: the last file's
    std::string memory;  ///< what it looks at in each of the files: tied weights, which stay tied, agree in it
};

/// One for each tensor of the series. BadArgument with the name of one that is missing, has another shape or another
/// kind of numbers in a file, or is one tensor in the last file and several in another; else errors as numericTensor().
Result<std::vector<AverageRow>> averageRows(const EpochSeries &series);

}  // namespace waypoint
