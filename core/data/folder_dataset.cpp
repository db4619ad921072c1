// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/printable.h"
#include "core/data/image_files.h"
#include "core/data/image_transform.h"
#include "core/data/openers.h"
#include "core/data/resize_image.h"
#include "core/io/random_access_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSmall = 64;  ///< images that all have one size up to this keep it
constexpr std::int64_t kDefaultSide = 224;
constexpr std::size_t kAtLeast = 16;  ///< images whose size is looked at, whatever time it takes
constexpr std::int64_t kLargestSide = 4096;
constexpr std::uint64_t kHeadBytes = 64u << 10;

Result<std::vector<std::byte>> contentOf(const fs::path &path, std::uint64_t most)
{
    auto file = openFile(path);
    if (!file)
        return file.error();
    return readRange(**file, {{0}, {std::min((*file)->size().value, most)}});
}

/// Gray as Pillow's convert('L'): ITU-R 601 in 16-bit fixed point.
void toGray(ImagePixels &pixels)
{
    for (std::size_t i = 0; i < pixels.rgb.size(); i += 3) {
        const auto *rgb = pixels.rgb.data() + i;
        pixels.rgb[i / 3] =
            static_cast<std::uint8_t>((rgb[0] * 19595u + rgb[1] * 38470u + rgb[2] * 7471u + 0x8000u) >> 16);
    }
}

class FolderDataset final : public Dataset
{
public:
    FolderDataset(DatasetInfo info, ImageFiles files, const ImageOptions &options)
        : m_info(std::move(info)), m_files(std::move(files)), m_transform(m_info.shape, options)
    {
    }

    [[nodiscard]] const DatasetInfo &info() const override { return m_info; }

    Result<void> read(const SampleKey &key, std::span<float> into, std::span<float> target) const override
    {
        const auto index = static_cast<std::size_t>(key.sample);
        const auto path = m_files.pathOf(index);
        auto pixels = pixelsOf(path);
        if (!pixels) {
            auto error = pixels.error();
            error.file = path.string();
            return error;
        }
        const auto width = static_cast<std::size_t>(m_info.shape[2]);
        const bool gray = m_info.shape[0] == 1;
        if (gray)
            toGray(*pixels);
        const std::size_t step = gray ? 1 : 3;
        m_transform.apply({pixels->rgb.data(), 1, width * step, step}, key, into);
        target[0] = static_cast<float>(m_files.labels[index]);
        return {};
    }

    [[nodiscard]] std::vector<std::int32_t> labels() const override { return m_files.labels; }

private:
    [[nodiscard]] Result<ImagePixels> pixelsOf(const fs::path &path) const
    {
        const auto content = contentOf(path, ~std::uint64_t{0});
        if (!content)
            return content.error();
        auto pixels = decodeImage(*content);
        if (!pixels)
            return pixels;
        return fitted(*std::move(pixels), {m_info.shape[2], m_info.shape[1]});
    }

    DatasetInfo m_info;
    ImageFiles m_files;
    ImageTransform m_transform;
};

/// The size that all images share where that is small, else the default. Only headers are read, and only where the
/// first image is small.
ImageSize commonSize(const ImageFiles &files, const DataLimits &limits)
{
    ImageSize common;
    for (std::size_t i = 0; i < files.labels.size() && (i < kAtLeast || !limits.isOver()); ++i) {
        const auto head = contentOf(files.pathOf(i), kHeadBytes);
        const auto size = head ? imageSizeOf(*head) : ImageSize{};
        if (size == ImageSize{})
            continue;  // broken, which is said when it is read
        if (common == ImageSize{})
            common = size;
        if (size != common || size.width > kSmall || size.height > kSmall)
            return {kDefaultSide, kDefaultSide};
    }
    return common == ImageSize{} ? ImageSize{kDefaultSide, kDefaultSide} : common;
}

Result<std::vector<std::int64_t>> shapeFor(const DataSpec &spec, const ImageFiles &files)
{
    const auto channels = spec.options.integer("channels", 3);
    if (!channels)
        return channels.error();
    if (*channels != 1 && *channels != 3)
        return noSuchSpec(fmt::format("channels={}: 1 (gray) or 3 (colour) is expected", *channels));
    auto sides = spec.sizes("size", {});
    if (!sides)
        return sides.error();
    if (sides->empty()) {
        const auto size = commonSize(files, spec.limits);
        *sides = {size.height, size.width};
    }
    if (sides->size() == 1)
        sides->push_back(sides->front());
    if (sides->size() != 2 || std::max(sides->front(), sides->back()) > kLargestSide)
        return noSuchSpec(fmt::format("size={}: one side, or height x width as in 240x320, up to {} is expected",
                                      printable(spec.options.text("size", "")), kLargestSide));
    return std::vector<std::int64_t>{*channels, sides->front(), sides->back()};
}

ImageOptions defaultsFor(const std::vector<std::int64_t> &shape)
{
    const auto crop = std::min(shape[1], shape[2]) / 8;
    if (shape[0] == 1)
        return {{0.449}, {0.226}, true, crop};
    return {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}, true, crop};
}

Result<DatasetPtr> datasetOf(const DataSpec &spec, ImageFiles files, const std::vector<std::int64_t> &shape)
{
    const auto options = imageOptions(spec, shape, defaultsFor(shape));
    if (!options)
        return options.error();
    DatasetInfo info{.name = spec.text,
                     .count = static_cast<std::int64_t>(files.labels.size()),
                     .shape = shape,
                     .target = TargetKind::Class,
                     .targetSize = static_cast<std::int64_t>(files.classes.size()),
                     .classes = files.classes};
    return DatasetPtr(std::make_shared<const FolderDataset>(std::move(info), std::move(files), *options));
}

bool isFolder(const fs::path &path)
{
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

}  // namespace

Result<Datasets> openFolder(const DataSpec &spec)
{
    if (auto known = spec.onlyKnows({"size", "channels", "mean", "std", "flip", "crop"}); !known)
        return known.error();
    const bool parted = isFolder(spec.path / "train");
    auto files = findImageFiles(parted ? spec.path / "train" : spec.path, spec.limits);
    if (!files)
        return files.error();
    const auto shape = shapeFor(spec, *files);
    if (!shape)
        return shape.error();
    const bool cut = files->cut;
    auto train = datasetOf(spec, *std::move(files), *shape);
    if (!train)
        return train.error();
    if (!parted || !isFolder(spec.path / "val"))
        return Datasets{*train, nullptr, cut};
    auto valFiles = findImageFiles(spec.path / "val", spec.limits);
    if (!valFiles)
        return valFiles.error();
    auto val = datasetOf(spec, *std::move(valFiles), *shape);
    if (!val)
        return val.error();
    return Datasets{*train, *val, cut};
}

}  // namespace waypoint
