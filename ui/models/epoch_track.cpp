// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/epoch_track.h"

#include "core/base/describe_error.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace waypoint {

namespace {

QString tr(const char *text) { return QCoreApplication::translate("EpochTrack", text); }

}  // namespace

double EpochTrack::last(EpochQuantity quantity) const
{
    const std::vector<double> &all = of(quantity);
    const auto found = std::find_if(all.rbegin(), all.rend(), [](double number) { return !std::isnan(number); });
    return found == all.rend() ? std::numeric_limits<double>::quiet_NaN() : *found;
}

EpochTrackPtr trackOf(const EpochTensor &tensor, const TensorSeries &series, const std::optional<Error> &error)
{
    auto track = std::make_shared<EpochTrack>();
    track->fate = fateOf(tensor, series);
    for (const EpochQuantity quantity : kEpochQuantities) {
        auto &numbers = track->numbers[static_cast<std::size_t>(quantity)];
        numbers.reserve(series.size());
        for (const auto &point : series)
            numbers.push_back(point ? valueOf(quantity, *point) : std::numeric_limits<double>::quiet_NaN());
    }
    track->isBroken.reserve(series.size());
    for (const auto &point : series)
        track->isBroken.push_back(point && (point->stats.nan > 0 || point->stats.inf > 0));
    if (error)
        track->problem = text::fromUtf8(describe(*error));
    return track;
}

QString fateText(TensorFate fate)
{
    switch (fate) {
    case TensorFate::Learning:
        return tr("learning");
    case TensorFate::Frozen:
        return tr("frozen");
    case TensorFate::Stalled:
        return tr("stalled");
    case TensorFate::Dead:
        return tr("dead");
    case TensorFate::Broken:
        return tr("broken");
    }
    return {};
}

QString fateExplanation(TensorFate fate)
{
    switch (fate) {
    case TensorFate::Learning:
        return tr("Learning: it changes from file to file.");
    case TensorFate::Frozen:
        return tr("Frozen: not one of its elements ever changed. requires_grad is off, or no optimizer has it.");
    case TensorFate::Stalled:
        return tr("Stalled: it changed at first and no more for the last third of the files.");
    case TensorFate::Dead:
        return tr("Dead: all of its elements are zero to the end.");
    case TensorFate::Broken:
        return tr("Broken: it has NaN or infinite elements in some file.");
    }
    return {};
}

colors::Notice fateNotice(TensorFate fate)
{
    switch (fate) {
    case TensorFate::Dead:
        return colors::Notice::Warning;
    case TensorFate::Broken:
        return colors::Notice::Danger;
    default:
        return colors::Notice::Information;
    }
}

}  // namespace waypoint
