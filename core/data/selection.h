// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

namespace waypoint {

/// The samples of `from` with these indices, in this order, as a dataset. Random choices stay those of the samples in
/// `from`. Requires: the indices are below from->info().count.
[[nodiscard]] DatasetPtr selected(const DatasetPtr &from, std::vector<std::int64_t> samples);

/// Holds out `share` of each class (of all samples where targets are values), chosen by `seed` alone; both parts keep
/// the order they had. BadArgument where a share does not leave samples on both sides.
Result<Datasets> heldOut(const DatasetPtr &whole, double share, std::uint64_t seed);

/// `val` with the classes numbered as `train` numbers them. BadArgument where shapes, kind of target or classes do not
/// fit those of `train`.
Result<DatasetPtr> matched(const DatasetPtr &val, const DatasetInfo &train);

}  // namespace waypoint
