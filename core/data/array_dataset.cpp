// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/array_dataset.h"

#include <algorithm>
#include <utility>

namespace waypoint {

std::size_t sampleFloats(const DatasetInfo &info)
{
    std::size_t floats = 1;
    for (const std::int64_t size : info.shape)
        floats *= static_cast<std::size_t>(size);
    return floats;
}

std::size_t targetFloats(const DatasetInfo &info)
{
    return info.target == TargetKind::Class ? 1 : static_cast<std::size_t>(info.targetSize);
}

ArrayDataset::ArrayDataset(DatasetInfo info, std::vector<float> inputs, std::vector<float> targets)
    : m_info(std::move(info)),
      m_inputs(std::move(inputs)),
      m_targets(std::move(targets)),
      m_inputFloats(sampleFloats(m_info)),
      m_targetFloats(targetFloats(m_info))
{
    m_info.cheap = true;
}

Result<void> ArrayDataset::read(const SampleKey &key, std::span<float> into, std::span<float> target) const
{
    const auto row = static_cast<std::size_t>(key.sample);
    std::copy_n(m_inputs.data() + row * m_inputFloats, m_inputFloats, into.data());
    std::copy_n(m_targets.data() + row * m_targetFloats, m_targetFloats, target.data());
    return {};
}

std::vector<std::int32_t> ArrayDataset::labels() const
{
    if (m_info.target != TargetKind::Class)
        return {};
    std::vector<std::int32_t> labels(m_targets.size());
    std::transform(m_targets.begin(), m_targets.end(), labels.begin(),
                   [](float label) { return static_cast<std::int32_t>(label); });
    return labels;
}

}  // namespace waypoint
