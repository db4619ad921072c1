// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/epoch_files.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// What became of one tensor.
struct FollowedTensor
{
    std::size_t row = 0;  ///< in the series
    TensorSeries points;
    TensorFate fate = TensorFate::Learning;
    std::optional<Error> error;
    bool isTied = false;  ///< the same memory as one before it
};

/// What all parameters together did up to one file.
struct ModelPoint
{
    double l2 = 0;
    std::optional<double> relativePrevious;  ///< l2 of the change over the norm before it
    std::optional<double> relativeFirst;
};

/// All that the command tells.
struct EpochsReport
{
    EpochFiles files;
    EpochSeriesPtr series;
    std::vector<FollowedTensor> tensors;  ///< those that match
    std::vector<ModelPoint> model;        ///< one for each file, over the parameters among `tensors`
    std::vector<EpochScalar> scalars;
    std::optional<BestEpoch> best;
    std::vector<std::string> notes;
};

/// What to look for.
struct EpochsQuestion
{
    std::vector<std::filesystem::path> paths;
    EpochChoice choice;
    std::string match;   ///< glob for names of tensors; empty: all
    std::string metric;  ///< which tells the best file; empty: the telling one
};

/// BadArgument where fewer than two checkpoints are left, or nothing matches; else as epochFilesIn(). A file that was
/// named and cannot be read is an error, too.
Result<EpochsReport> followEpochs(const EpochsQuestion &question);

/// Steps of training between a file and the nearest one before it that has the tensor; nothing where not known.
[[nodiscard]] std::optional<double> stepsBefore(const EpochsReport &report, const FollowedTensor &tensor,
                                                std::size_t file);

/// Why a tensor has no numbers in some file, for people and on one line; empty where it has.
[[nodiscard]] std::string noteOf(const FollowedTensor &tensor);

}  // namespace waypoint
