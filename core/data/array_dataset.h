// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <cstddef>

namespace waypoint {

/// Floats of one sample: the product of its shape. Requires: it fits, as every opened dataset has checked.
[[nodiscard]] std::size_t sampleFloats(const DatasetInfo &info);
/// Floats of one sample's target: 1 for classes.
[[nodiscard]] std::size_t targetFloats(const DatasetInfo &info);

/// Samples that lie in memory one after the other, as a model takes them.
class ArrayDataset final : public Dataset
{
public:
    /// Requires: inputs and targets have info.count rows. Sets info.cheap.
    ArrayDataset(DatasetInfo info, std::vector<float> inputs, std::vector<float> targets);

    [[nodiscard]] const DatasetInfo &info() const override { return m_info; }
    Result<void> read(const SampleKey &key, std::span<float> into, std::span<float> target) const override;
    [[nodiscard]] std::vector<std::int32_t> labels() const override;

    /// All samples, row by row; likewise their targets.
    [[nodiscard]] std::span<const float> inputs() const { return m_inputs; }
    [[nodiscard]] std::span<const float> targets() const { return m_targets; }

private:
    DatasetInfo m_info;
    std::vector<float> m_inputs;
    std::vector<float> m_targets;
    std::size_t m_inputFloats;
    std::size_t m_targetFloats;
};

}  // namespace waypoint
