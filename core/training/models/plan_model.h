// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/models/layers.h"
#include "core/training/models/model.h"
#include "core/training/models/registered_plans.h"

#include <cstdint>
#include <string>

namespace waypoint {

/// A Model made of Layers.
class PlanModel final : public Model
{
public:
    PlanModel(std::string spec, LayerPtr root, std::int64_t outputs);

    at::Tensor forward(const at::Tensor &input) override { return m_root->forward(input); }
    void setTraining(bool on) override;
    void moveTo(const at::Device &device) override;
    [[nodiscard]] std::vector<ModelTensor> tensors() const override;
    [[nodiscard]] std::int64_t outputs() const override { return m_outputs; }
    [[nodiscard]] std::string note() const override { return m_note; }

    void setOutputs(std::int64_t outputs) { m_outputs = outputs; }
    void setNote(std::string note) { m_note = std::move(note); }
    [[nodiscard]] Layer &root() { return *m_root; }

private:
    LayerPtr m_root;
    std::int64_t m_outputs;
    std::string m_note;
};

/// Draws weights anew where a network does so after its layers are made; in the order of Python's modules().
void initialiseAgain(Layer &root, Initialisation how);

}  // namespace waypoint
