// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/tensor_difference.h"

namespace waypoint {

double TensorDifference::relative() const { return 0; }
double TensorDifference::cosine() const { return 1; }
double TensorDifference::changedShare() const { return 0; }
Result<TensorDifference> tensorDifference(const NumericTensor &, const NumericTensor &, const std::stop_token &,
                                          unsigned)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
Result<void> differencesOfTensors(std::size_t, const TensorPairAt &, const std::stop_token &, const DifferenceSink &,
                                  unsigned, Progress *)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
Result<NumericTensor> differenceTensor(const NumericTensor &, const NumericTensor &)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
Result<std::pair<Histogram, Histogram>> jointHistograms(const NumericTensor &, const NumericTensor &,
                                                        const HistogramRequest &, const std::stop_token &)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}

}  // namespace waypoint
