// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"
#include "core/training/models/model.h"
#include "core/training/tensors/tensor_reading.h"

#include <QString>

#include <stdexcept>
#include <string>

namespace waypoint {

/// A file that make_networks.py wrote; missing files end the test with what openCheckpoint says.
class NetworkFile
{
public:
    explicit NetworkFile(const std::string &name)
        : m_path(std::string(WAYPOINT_NETWORKS) + "/" + name), m_opened(openCheckpoint(m_path))
    {
        if (!m_opened.checkpoint)
            throw std::runtime_error(m_path + ": " + m_opened.error->detail);
    }

    [[nodiscard]] const std::string &path() const { return m_path; }
    [[nodiscard]] Value root() const { return {m_opened.checkpoint->values, m_opened.checkpoint->root}; }
    [[nodiscard]] at::Tensor tensor(std::string_view key) const { return *readTensor(root()[key]); }

private:
    std::string m_path;
    Opened m_opened;
};

/// What the model makes of a batch in evaluation.
inline at::Tensor outputOf(Model &model, const at::Tensor &batch)
{
    at::NoGradGuard noGrad;
    model.setTraining(false);
    return model.forward(batch);
}

/// The largest difference, as text, where it is over `tolerance`; else empty.
inline QString difference(const at::Tensor &a, const at::Tensor &b, double tolerance)
{
    if (a.sizes() != b.sizes())
        return QStringLiteral("the shapes differ");
    const double most = (a - b).abs().max().item<double>();
    return most <= tolerance ? QString() : QStringLiteral("they differ by %1").arg(most);
}

/// The model, or the end of the test with the error's text.
inline ModelPtr made(const ModelRequest &request)
{
    auto model = makeModel(request);
    if (!model)
        throw std::runtime_error(request.spec + ": " + model.error().detail);
    return std::move(*model);
}

}  // namespace waypoint
