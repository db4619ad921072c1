// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/tensors/snapshot.h"
#include "core/training/torch_headers.h"

#include "core/base/result.h"
#include "core/pickle/value.h"

#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// An exponential moving average of a model's weights: after each step, average = decay * average + (1 - decay) *
/// weight. What is no parameter (the statistics of BatchNorm, counters) is copied.
class WeightAverage
{
public:
    using Named = std::vector<std::pair<std::string, at::Tensor>>;

    /// Starts as a copy of the weights as they are. The tensors are the model's own and stay in use.
    WeightAverage(Named parameters, Named buffers, double decay);

    /// After each step of the optimizer.
    void update();
    /// Puts the averages into the model and the model's weights aside; the second call puts them back.
    void exchange();
    [[nodiscard]] double decay() const { return m_decay; }

    /// OrderedDict of the averages by the names of the model's own state_dict, so that it loads into the plain model.
    [[nodiscard]] ValueId writeStateDict(Snapshot &into) const;
    /// BadArgument where a name is missing or a shape is another; then nothing has changed.
    Result<void> loadStateDict(Value stateDict);

private:
    struct Entry
    {
        std::string name;
        at::Tensor weight;
        at::Tensor average;
        bool averaged = true;
    };

    std::vector<Entry> m_entries;
    double m_decay;
};

}  // namespace waypoint
