// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/epoch_run.h"

#include <optional>
#include <vector>

namespace waypoint {

/// How much each of some epochs counts in their mean.
struct EpochWeighting
{
    enum class Kind {
        Alike,
        Later,   ///< 1, 2, 3, ...
        Scalar,  ///< in proportion to a number of the files; to its inverse where it should fall
    };
    Kind kind = Kind::Alike;
    std::size_t scalar = 0;  ///< of EpochRun::scalars

    bool operator==(const EpochWeighting &) const = default;
};

/// What can be chosen for these files: a number that one of them lacks, or that is negative or zero, is no weight.
[[nodiscard]] std::vector<EpochWeighting> weightingsFor(const EpochRun &run, const std::vector<std::size_t> &files);
/// "All alike", "By accuracy/val (higher counts more)"
[[nodiscard]] QString weightingName(const EpochRun &run, const EpochWeighting &weighting);
/// One for each of the files; they sum to 1.
[[nodiscard]] std::vector<double> weightsOf(const EpochRun &run, const std::vector<std::size_t> &files,
                                            const EpochWeighting &weighting);

}  // namespace waypoint
