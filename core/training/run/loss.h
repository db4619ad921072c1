// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/training/torch_headers.h"

#include <cstdint>
#include <string_view>

namespace waypoint {

/// What training makes smaller: torch.nn.CrossEntropyLoss, MSELoss or BCEWithLogitsLoss, mean over the batch.
class Loss
{
public:
    /// `name`: "cross-entropy", "mse" or "bce". BadArgument where it does not go with the targets.
    static Result<Loss> make(std::string_view name, double labelSmoothing, const DatasetInfo &info);

    /// `outputs` (N, C) and `targets` as targetTensor() made them, on one device.
    [[nodiscard]] at::Tensor operator()(const at::Tensor &outputs, const at::Tensor &targets) const;

    /// Targets of a batch as the loss takes them: class numbers (N) as int64, values (N, size) as float32. On the CPU,
    /// with memory of its own.
    [[nodiscard]] at::Tensor targetTensor(const std::vector<float> &targets, std::int64_t size) const;

    /// Whether "how many are right" is a question that makes sense.
    [[nodiscard]] bool countsClasses() const { return m_kind == Kind::CrossEntropy; }

private:
    enum class Kind { CrossEntropy, Mse, Bce };
    Loss(Kind kind, double labelSmoothing, std::int64_t targetSize, TargetKind target)
        : m_kind(kind), m_labelSmoothing(labelSmoothing), m_targetSize(targetSize), m_target(target)
    {
    }

    Kind m_kind;
    double m_labelSmoothing;
    std::int64_t m_targetSize;
    TargetKind m_target;
};

/// Class with the highest output of each sample, (N) int64 on the CPU; the first of equals.
[[nodiscard]] at::Tensor predictedClasses(const at::Tensor &outputs);

/// How many samples' highest output is their class.
[[nodiscard]] std::int64_t countCorrect(const at::Tensor &outputs, const at::Tensor &targets);

}  // namespace waypoint
