// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/loss.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

Result<Loss> Loss::make(std::string_view name, double labelSmoothing, const DatasetInfo &info)
{
    const bool classes = info.target == TargetKind::Class;
    if (name == "cross-entropy" && !classes)
        return Error{.code = ErrorCode::BadArgument,
                     .detail = "--loss cross-entropy needs classes, and the targets of " + info.name + " are values",
                     .advice = "Use --loss mse, or --loss bce for several labels at once."};
    if (labelSmoothing > 0 && name != "cross-entropy")
        return Error{.code = ErrorCode::BadArgument,
                     .detail = fmt::format("--label-smoothing goes with cross-entropy, not with {}", name)};
    if (name == "cross-entropy")
        return Loss(Kind::CrossEntropy, labelSmoothing, info.targetSize, info.target);
    return Loss(name == "mse" ? Kind::Mse : Kind::Bce, 0, info.targetSize, info.target);
}

at::Tensor Loss::operator()(const at::Tensor &outputs, const at::Tensor &targets) const
{
    switch (m_kind) {
    case Kind::CrossEntropy:
        return at::cross_entropy_loss(outputs, targets, {}, at::Reduction::Mean, -100, m_labelSmoothing);
    case Kind::Mse:
        return at::mse_loss(outputs.reshape(targets.sizes()), targets);
    case Kind::Bce:
        break;
    }
    return at::binary_cross_entropy_with_logits(outputs.reshape(targets.sizes()), targets);
}

at::Tensor Loss::targetTensor(const std::vector<float> &targets, std::int64_t size) const
{
    if (m_target == TargetKind::Values) {
        at::Tensor tensor = at::empty({size, m_targetSize}, at::kFloat);
        std::copy_n(targets.begin(), size * m_targetSize, tensor.data_ptr<float>());
        return tensor;
    }
    at::Tensor classes = at::empty({size}, at::kLong);
    std::transform(targets.begin(), targets.begin() + size, classes.data_ptr<std::int64_t>(),
                   [](float target) { return static_cast<std::int64_t>(target); });
    if (m_kind == Kind::CrossEntropy)
        return classes;
    return at::one_hot(classes, m_targetSize).to(at::kFloat);  // mse and bce look at every class
}

at::Tensor predictedClasses(const at::Tensor &outputs)
{
    const at::Tensor scores = outputs.detach();
    if (!scores.is_cpu() || scores.scalar_type() != at::kFloat || !scores.is_contiguous() || scores.dim() != 2)
        return scores.reshape({scores.size(0), -1}).argmax(1).to(at::kCPU);
    // A small batch is over before an operator of LibTorch has started.
    const std::int64_t classes = scores.size(1);
    at::Tensor best = at::empty({scores.size(0)}, at::kLong);
    const float *row = scores.data_ptr<float>();
    std::int64_t *const into = best.data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < scores.size(0); ++i, row += classes)
        into[i] = std::max_element(row, row + classes) - row;
    return best;
}

std::int64_t countCorrect(const at::Tensor &outputs, const at::Tensor &targets)
{
    const at::Tensor best = predictedClasses(outputs);
    const at::Tensor wanted = targets.to(at::kCPU);
    const std::int64_t *const a = best.data_ptr<std::int64_t>();
    const std::int64_t *const b = wanted.data_ptr<std::int64_t>();
    std::int64_t correct = 0;
    for (std::int64_t i = 0; i < best.numel(); ++i)
        correct += a[i] == b[i] ? 1 : 0;
    return correct;
}

}  // namespace waypoint
