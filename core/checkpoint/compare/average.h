// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/checkpoint/compare/epoch_series.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

/// The mean of a model over several checkpoints, not yet worked out.
struct EpochAverage
{
    EpochSeriesPtr series;
    std::vector<double> weights;     ///< of each file; they sum to 1
    std::vector<std::string> notes;  ///< for people: which tensors are taken from the last file and why
    /// More files that writeAverage() must not replace: last.pth, which is epoch 9 and was left out of the series.
    std::vector<std::filesystem::path> spared;
};

/// Plans the mean: floating-point tensors are averaged in float64 and keep their dtype, all else (num_batches_tracked)
/// is the last file's. Empty `weights`: all alike. BadArgument with the name of a tensor that is missing or has another
/// shape in a file; for weights that are not as many as files, negative or all zero.
Result<EpochAverage> averageOf(EpochSeriesPtr series, std::vector<double> weights = {});

/// Writes the mean as a state_dict of the last file's structure, in the layout of torch.save: streamed, in constant
/// memory, atomically, verified. Never onto one of the files it reads, or one that is spared (BadArgument). `progress`
/// is given its total.
Result<void> writeAverage(const EpochAverage &average, const std::filesystem::path &path, const std::stop_token &stop,
                          Progress *progress = nullptr);

}  // namespace waypoint
