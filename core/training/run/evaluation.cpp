// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/evaluation.h"

namespace waypoint {

namespace {

/// Back to training, whatever happens in between.
class EvaluationMode
{
public:
    explicit EvaluationMode(Model &model) : m_model(model) { m_model.setTraining(false); }
    ~EvaluationMode() { m_model.setTraining(true); }
    EvaluationMode(const EvaluationMode &) = delete;
    EvaluationMode &operator=(const EvaluationMode &) = delete;

private:
    Model &m_model;
};

std::int64_t addToConfusion(Evaluation &result, const at::Tensor &outputs, const at::Tensor &targets)
{
    const at::Tensor predicted = predictedClasses(outputs);
    std::int64_t correct = 0;
    for (std::int64_t i = 0; i < predicted.numel(); ++i) {
        const std::int64_t truth = targets.data_ptr<std::int64_t>()[i];
        const std::int64_t guess = predicted.data_ptr<std::int64_t>()[i];
        correct += truth == guess ? 1 : 0;
        if (guess < result.classes)
            ++result.confusion[static_cast<std::size_t>(truth * result.classes + guess)];
    }
    return correct;
}

}  // namespace

at::Tensor inputTensor(const Batch &batch, const DatasetInfo &info, const at::Device &device)
{
    c10::SmallVector<std::int64_t, 5> shape{batch.size};
    shape.append(info.shape.begin(), info.shape.end());
    at::Tensor inputs = at::from_blob(const_cast<float *>(batch.inputs.data()), shape, at::TensorOptions(at::kFloat));
    return device.is_cpu() ? inputs : inputs.to(device);
}

Result<Evaluation> evaluateModel(Model &model, const Loss &loss, BatchLoader &loader, const DatasetInfo &info,
                                 const at::Device &device)
{
    const at::NoGradGuard noGradients;
    const EvaluationMode mode(model);
    Evaluation result;
    if (loss.countsClasses()) {
        result.classes = info.targetSize;
        result.confusion.resize(static_cast<std::size_t>(info.targetSize * info.targetSize));
    }
    loader.seek(0);
    for (;;) {
        auto batch = loader.next();
        if (!batch)
            return batch.error();
        if (!*batch)
            return result;
        const at::Tensor targets = loss.targetTensor((*batch)->targets, (*batch)->size);
        const at::Tensor outputs = model.forward(inputTensor(**batch, info, device));
        const double mean = loss(outputs, targets.to(device)).item<double>();
        const std::int64_t correct = loss.countsClasses() ? addToConfusion(result, outputs, targets) : 0;
        result.sums.add(mean, correct, (*batch)->size);
    }
}

}  // namespace waypoint
