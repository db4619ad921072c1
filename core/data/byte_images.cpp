// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/byte_images.h"

#include <utility>

namespace waypoint {

namespace {

class ByteImagesDataset final : public Dataset
{
public:
    ByteImagesDataset(DatasetInfo info, ByteImages images, const ImageOptions &options)
        : m_info(std::move(info)),
          m_images(std::move(images)),
          m_transform(m_info.shape, options),
          m_rowStep(static_cast<std::size_t>(m_info.shape[2])),
          m_channelStep(m_rowStep * static_cast<std::size_t>(m_info.shape[1]))
    {
        m_info.cheap = true;
    }

    [[nodiscard]] const DatasetInfo &info() const override { return m_info; }

    Result<void> read(const SampleKey &key, std::span<float> into, std::span<float> target) const override
    {
        const auto index = static_cast<std::size_t>(key.sample);
        const auto *first = m_images.bytes.data() + m_images.first + index * m_images.step;
        m_transform.apply({first, m_channelStep, m_rowStep, 1}, key, into);
        target[0] = static_cast<float>(m_images.labels[index]);
        return {};
    }

    [[nodiscard]] std::vector<std::int32_t> labels() const override
    {
        return {m_images.labels.begin(), m_images.labels.end()};
    }

private:
    DatasetInfo m_info;
    ByteImages m_images;
    ImageTransform m_transform;
    std::size_t m_rowStep;
    std::size_t m_channelStep;
};

}  // namespace

DatasetPtr byteImagesDataset(DatasetInfo info, ByteImages images, const ImageOptions &options)
{
    return std::make_shared<const ByteImagesDataset>(std::move(info), std::move(images), options);
}

}  // namespace waypoint
