// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curves.h"

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace waypoint {

/// What a run's curves tell of its epochs and of now.
struct RunReadings
{
    struct Epoch
    {
        std::optional<double> loss;
        std::optional<double> metric;

        bool operator==(const Epoch &) const = default;
    };

    std::string lossName;              ///< "loss/val"; empty where there is none
    std::string metricName;            ///< the monitored one where that is no loss, else an accuracy; may be empty
    std::map<std::int64_t, Epoch> of;  ///< by epoch, from 0: what was measured last in it
    double learningRate = std::numeric_limits<double>::quiet_NaN();  ///< the latest
    double started = std::numeric_limits<double>::quiet_NaN();       ///< seconds since 1970
    std::map<std::string, std::int64_t> epochOfFile;  ///< checkpoints of the folder, by file name, as far as known
};

using RunReadingsPtr = std::shared_ptr<const RunReadings>;

/// `monitor`: what the run calls its best by. Any thread.
[[nodiscard]] RunReadings readingsOf(const RunCurves &run, std::string_view monitor);

}  // namespace waypoint
