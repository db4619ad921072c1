// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/epoch_series.h"

namespace waypoint {

Result<EntryId> modelToFollow(const Checkpoint &, const std::string &)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
Result<EpochSeriesPtr> lineUpEpochs(std::vector<EpochFile>) { return Error{ErrorCode::Unsupported, "not yet"}; }
Result<void> followTensors(const EpochSeries &, const std::stop_token &, const EpochSink &, unsigned, Progress *)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
TensorFate fateOf(const EpochTensor &, const TensorSeries &) { return TensorFate::Learning; }
std::string_view fateName(TensorFate) { return "learning"; }

}  // namespace waypoint
