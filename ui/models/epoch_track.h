// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/epoch_series.h"
#include "ui/models/colors.h"
#include "ui/models/epoch_quantity.h"

#include <QtCore/QString>

#include <memory>
#include <optional>
#include <vector>

namespace waypoint {

/// What is kept of one tensor over the files: a number of each kind for each of them.
struct EpochTrack
{
    TensorFate fate = TensorFate::Learning;
    std::array<std::vector<double>, kEpochQuantities.size()> numbers;
    std::vector<bool> isBroken;  ///< NaN or infinite elements in that file
    QString problem;             ///< why some of it could not be read; empty where all could

    [[nodiscard]] const std::vector<double> &of(EpochQuantity quantity) const
    {
        return numbers[static_cast<std::size_t>(quantity)];
    }
    /// The last number that is there; NaN without any.
    [[nodiscard]] double last(EpochQuantity quantity) const;
};
using EpochTrackPtr = std::shared_ptr<const EpochTrack>;

/// Any thread.
[[nodiscard]] EpochTrackPtr trackOf(const EpochTensor &tensor, const TensorSeries &series,
                                    const std::optional<Error> &error);

/// "frozen", as the window writes it.
[[nodiscard]] QString fateText(TensorFate fate);
[[nodiscard]] QString fateExplanation(TensorFate fate);
[[nodiscard]] colors::Notice fateNotice(TensorFate fate);

}  // namespace waypoint
