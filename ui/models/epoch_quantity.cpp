// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/epoch_quantity.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <cmath>
#include <limits>

namespace waypoint {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

QString tr(const char *text) { return QCoreApplication::translate("EpochQuantity", text); }

double relative(const std::optional<TensorDifference> &difference)
{
    return difference ? difference->relative() : kNaN;
}

}  // namespace

QString quantityName(EpochQuantity quantity)
{
    switch (quantity) {
    case EpochQuantity::ChangeFromPrevious:
        return tr("Change from the previous epoch");
    case EpochQuantity::ChangeFromFirst:
        return tr("Change from the first epoch");
    case EpochQuantity::Norm:
        return tr("Norm");
    case EpochQuantity::Std:
        return tr("Standard deviation");
    case EpochQuantity::Zeros:
        return tr("Share of zeros");
    case EpochQuantity::NaNs:
        return tr("NaN");
    }
    return {};
}

QString quantityAxis(EpochQuantity quantity)
{
    switch (quantity) {
    case EpochQuantity::ChangeFromPrevious:
    case EpochQuantity::ChangeFromFirst:
        return tr("‖Δw‖ / ‖w‖");
    case EpochQuantity::Norm:
        return tr("‖w‖");
    case EpochQuantity::Std:
        return tr("std");
    case EpochQuantity::Zeros:
        return tr("% of elements");
    case EpochQuantity::NaNs:
        return tr("elements");
    }
    return {};
}

QString quantityExplanation(EpochQuantity quantity)
{
    switch (quantity) {
    case EpochQuantity::ChangeFromPrevious:
        return tr("How far the tensor moved since the file before, as a share of its length: the update/weight ratio. "
                  "0: it did not change at all. Ratios that differ a lot between layers point to a learning rate that "
                  "does not fit all of them.");
    case EpochQuantity::ChangeFromFirst:
        return tr("How far the tensor is from where it was in the first file, as a share of its length then.");
    case EpochQuantity::Norm:
        return tr("The length of the tensor: the root of the sum of its squares (L2).");
    case EpochQuantity::Std:
        return tr("How far its numbers are spread around their mean.");
    case EpochQuantity::Zeros:
        return tr("How many of its numbers are exactly 0: pruned weights, dead units.");
    case EpochQuantity::NaNs:
        return tr("How many of its elements are not a number. One is enough to break a model.");
    }
    return {};
}

bool isUsuallyLogarithmic(EpochQuantity quantity)
{
    return quantity == EpochQuantity::ChangeFromPrevious || quantity == EpochQuantity::ChangeFromFirst;
}

double valueOf(EpochQuantity quantity, const SeriesPoint &point)
{
    const TensorStats &stats = point.stats;
    switch (quantity) {
    case EpochQuantity::ChangeFromPrevious:
        return relative(point.fromPrevious);
    case EpochQuantity::ChangeFromFirst:
        return relative(point.fromFirst);
    case EpochQuantity::Norm:
        return stats.l2;
    case EpochQuantity::Std:
        return stats.std;
    case EpochQuantity::Zeros:
        return stats.count > 0 ? 100.0 * static_cast<double>(stats.zeros) / static_cast<double>(stats.count) : kNaN;
    case EpochQuantity::NaNs:
        return static_cast<double>(stats.nan);
    }
    return kNaN;
}

QString quantityText(EpochQuantity quantity, double value)
{
    if (std::isnan(value))
        return QStringLiteral("–");
    if (quantity == EpochQuantity::Zeros)
        return text::number(value) + QStringLiteral(" %");
    return text::number(value);
}

}  // namespace waypoint
