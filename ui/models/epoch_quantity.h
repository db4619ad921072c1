// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_series.h"

#include <QtCore/QString>

#include <array>
#include <cstddef>

namespace waypoint {

/// What is followed of a tensor over the epochs.
enum class EpochQuantity {
    ChangeFromPrevious,  ///< relative: the update/weight ratio
    ChangeFromFirst,
    Norm,
    Std,
    Zeros,  ///< share of the elements
    NaNs,   ///< count
};
inline constexpr std::array kEpochQuantities{EpochQuantity::ChangeFromPrevious,
                                             EpochQuantity::ChangeFromFirst,
                                             EpochQuantity::Norm,
                                             EpochQuantity::Std,
                                             EpochQuantity::Zeros,
                                             EpochQuantity::NaNs};

/// "Change from the previous epoch"
[[nodiscard]] QString quantityName(EpochQuantity quantity);
/// Of an axis, with what it is measured in.
[[nodiscard]] QString quantityAxis(EpochQuantity quantity);
/// A sentence or two for newcomers.
[[nodiscard]] QString quantityExplanation(EpochQuantity quantity);
/// Numbers that reach over many powers of ten.
[[nodiscard]] bool isUsuallyLogarithmic(EpochQuantity quantity);

/// NaN where there is nothing to tell (no earlier epoch); infinite for a change from zeros.
[[nodiscard]] double valueOf(EpochQuantity quantity, const SeriesPoint &point);
/// "0.0031", "12.5 %"; a dash for NaN.
[[nodiscard]] QString quantityText(EpochQuantity quantity, double value);

}  // namespace waypoint
