// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

namespace waypoint {

/// What to make up.
struct SyntheticOptions
{
    std::int64_t classes = 10;
    std::vector<std::int64_t> shape = {3, 32, 32};
    std::int64_t count = 512;
    std::uint64_t seed = 3;
};

/// Made-up samples that a model can learn: sample i belongs to class i % classes and is the mean of that class plus
/// noise of the same strength. A mean depends on class and shape alone, so that data of another seed is more of the
/// same (to validate on); the noise on (seed, i). In samples of three dimensions means are constant over blocks of 4x4.
/// Kept in memory up to 64 MiB, else made when it is read. BadArgument for sizes that are not above 0 or too large.
Result<DatasetPtr> syntheticDataset(const SyntheticOptions &options, std::string name);

}  // namespace waypoint
