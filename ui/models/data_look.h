// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

/// A sample as a person sees it.
struct DataSample
{
    std::int64_t index = 0;
    std::string label;          ///< name of its class, or its target values
    std::vector<float> values;  ///< as the model gets them, of DatasetInfo::shape
};

/// What a SPEC has: counts, classes, the first samples. Immutable, shared between threads.
struct DataLook
{
    std::string spec;
    DatasetInfo info;                       ///< of the training part
    std::int64_t heldOut = 0;               ///< samples to validate on; 0: none
    std::vector<std::int64_t> classCounts;  ///< of the training part, by class; empty where not known cheaply
    std::vector<DataSample> samples;        ///< some, of different classes
    std::vector<std::string> columns;       ///< names of the inputs, where they have some
    std::vector<std::string> targets;       ///< names of the target's columns, likewise
    bool isCut = false;                     ///< too much to look at: there are more samples than info.count
};

/// Any thread; reads as little as it can, for about a second. What does not fit in that is cut.
[[nodiscard]] Result<DataLook> lookAtData(const std::string &spec, const std::string &val, std::uint64_t seed,
                                          const std::stop_token &stop = {});

}  // namespace waypoint
