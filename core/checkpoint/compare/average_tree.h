// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/checkpoint/compare/average.h"

#include <stop_token>

namespace waypoint {

/// The mean as values to be written; its storages are worked out as they are read.
struct AverageTree
{
    ValueTree values;
    ValueId root;
};

/// The last file's model with means in place of its floating-point tensors; a pickled module becomes its state_dict.
/// `progress` is given its total, bytes of elements, and counts those that are read. Errors as averageRows().
Result<AverageTree> averageTree(const EpochAverage &average, const std::stop_token &stop, Progress *progress);

}  // namespace waypoint
