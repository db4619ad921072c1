// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/batch_loader.h"
#include "core/training/models/model.h"
#include "core/training/run/loss.h"
#include "core/training/run/training_state.h"

#include <cstdint>
#include <vector>

namespace waypoint {

/// How a model does on samples it is not trained on.
struct Evaluation
{
    LossSums sums;
    std::int64_t classes = 0;  ///< 0 where targets are values
    std::vector<std::int64_t>
        confusion;  ///< classes x classes, row-major: rows are the true classes, columns the predicted

    [[nodiscard]] std::int64_t at(std::int64_t truth, std::int64_t predicted) const
    {
        return confusion[static_cast<std::size_t>(truth * classes + predicted)];
    }
};

/// A batch's inputs as the model takes them: (N, shape...) float32 on the device. On the CPU a view of the batch: valid
/// as long as that.
[[nodiscard]] at::Tensor inputTensor(const Batch &batch, const DatasetInfo &info, const at::Device &device);

/// One pass in eval mode without gradients: dropout off, BatchNorm with its running statistics. The model is in
/// training mode again afterwards; no generator moves. Throws what LibTorch throws; the error is the data's.
Result<Evaluation> evaluateModel(Model &model, const Loss &loss, BatchLoader &loader, const DatasetInfo &info,
                                 const at::Device &device);

}  // namespace waypoint
