// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_transform.h"

#include "core/data/random_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace waypoint {

namespace {

Result<std::vector<double>> perChannel(const DataSpec &spec, std::string_view key, std::size_t channels,
                                       std::vector<double> fallback)
{
    auto numbers = spec.numbers(key, std::move(fallback));
    if (!numbers)
        return numbers;
    if (numbers->size() == 1)
        numbers->resize(channels, numbers->front());
    const bool usable = std::all_of(numbers->begin(), numbers->end(), [&](double number) {
        return std::isfinite(number) && (key != "std" || number > 0);
    });
    if (numbers->size() != channels || !usable)
        return noSuchSpec(fmt::format("{}={}: {} number{} {}with : between them expected", key,
                                      spec.options.text(key, ""), channels, channels == 1 ? " is" : "s are",
                                      key == "std" ? "above 0 " : ""));
    return numbers;
}

}  // namespace

Result<ImageOptions> imageOptions(const DataSpec &spec, const std::vector<std::int64_t> &shape, ImageOptions defaults)
{
    const auto channels = static_cast<std::size_t>(shape[0]);
    auto mean = perChannel(spec, "mean", channels, std::move(defaults.mean));
    if (!mean)
        return mean.error();
    auto deviation = perChannel(spec, "std", channels, std::move(defaults.deviation));
    if (!deviation)
        return deviation.error();
    const auto flip = spec.options.flag("flip", defaults.flip);
    if (!flip)
        return flip.error();
    const auto crop = spec.options.integer("crop", defaults.crop);
    if (!crop)
        return crop.error();
    if (*crop < 0 || *crop > std::min(shape[1], shape[2]))
        return noSuchSpec(fmt::format("crop={}: pixels from 0 to the image's shorter side ({}) are expected", *crop,
                                      std::min(shape[1], shape[2])));
    return ImageOptions{*std::move(mean), *std::move(deviation), *flip, *crop};
}

ImageTransform::ImageTransform(const std::vector<std::int64_t> &shape, const ImageOptions &options)
    : m_channels(shape[0]),
      m_height(shape[1]),
      m_width(shape[2]),
      m_flip(options.flip),
      m_crop(options.crop),
      m_values(static_cast<std::size_t>(m_channels))
{
    for (std::size_t channel = 0; channel < m_values.size(); ++channel)
        for (std::size_t byte = 0; byte < 256; ++byte)
            m_values[channel][byte] = (static_cast<float>(byte) / 255.0f - static_cast<float>(options.mean[channel]))
                                      / static_cast<float>(options.deviation[channel]);
}

ImageTransform::Placement ImageTransform::placementFor(const SampleKey &key) const
{
    if (!key.augment)
        return {};
    RandomStream random(RandomUse::Augment,
                        {key.seed, static_cast<std::uint64_t>(key.epoch), static_cast<std::uint64_t>(key.sample)});
    const auto places = static_cast<std::uint64_t>(2 * m_crop + 1);
    Placement placement;
    placement.down = static_cast<std::int64_t>(random.below(places)) - m_crop;
    placement.right = static_cast<std::int64_t>(random.below(places)) - m_crop;
    placement.flipped = m_flip && random.below(2) == 1;
    return placement;
}

void ImageTransform::applyRow(const PixelView &pixels, std::size_t channel, std::int64_t y, const Placement &placement,
                              float *into) const
{
    const auto &values = m_values[channel];
    const auto fromY = y + placement.down;
    if (fromY < 0 || fromY >= m_height) {
        std::fill_n(into, m_width, values[0]);
        return;
    }
    const auto *row = pixels.first + channel * pixels.channelStep + static_cast<std::size_t>(fromY) * pixels.rowStep;
    for (std::int64_t x = 0; x < m_width; ++x) {
        const auto fromX = (placement.flipped ? m_width - 1 - x : x) + placement.right;
        const bool inside = fromX >= 0 && fromX < m_width;
        into[x] = values[inside ? row[static_cast<std::size_t>(fromX) * pixels.pixelStep] : 0];
    }
}

void ImageTransform::apply(const PixelView &pixels, const SampleKey &key, std::span<float> into) const
{
    const auto placement = placementFor(key);
    auto *row = into.data();
    for (std::int64_t channel = 0; channel < m_channels; ++channel)
        for (std::int64_t y = 0; y < m_height; ++y, row += m_width)
            applyRow(pixels, static_cast<std::size_t>(channel), y, placement, row);
}

}  // namespace waypoint
