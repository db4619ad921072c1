// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/byte_images.h"
#include "core/data/idx_file.h"
#include "core/data/openers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLargestSide = 16384;

/// The file of a part ("train", "t10k") in a folder, under any of its usual names.
std::optional<fs::path> partFile(const fs::path &folder, std::string_view part, std::string_view kind)
{
    for (const char *inside : {"", "MNIST/raw", "raw"})
        for (const char *dot : {"-", "."})
            for (const char *packed : {"", ".gz"}) {
                const auto path =
                    folder / inside
                    / fmt::format("{}-{}{}idx{}-ubyte{}", part, kind, dot, kind == "images" ? 3 : 1, packed);
                std::error_code ignored;
                if (fs::is_regular_file(path, ignored))
                    return path;
            }
    return std::nullopt;
}

Error missing(const fs::path &folder, std::string_view part, std::string_view kind)
{
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
        return {ErrorCode::NotFound, "mnist: there is no such folder", {}, {}, folder.string()};
    return {ErrorCode::NotFound,
            fmt::format("mnist: there is no {}-{}-idx{}-ubyte, nor with .gz", part, kind, kind == "images" ? 3 : 1),
            {},
            "Download MNIST's files into this folder.",
            folder.string()};
}

Result<DatasetPtr> readPart(const DataSpec &spec, const fs::path &imagesPath, const fs::path &labelsPath)
{
    auto images = readIdxFile(imagesPath, 3);
    if (!images)
        return images.error();
    auto labels = readIdxFile(labelsPath, 1);
    if (!labels)
        return labels.error();
    if (images->sizes[0] != labels->sizes[0])
        return Error{ErrorCode::Corrupt,
                     fmt::format("mnist: {} labels for {} images", labels->sizes[0], images->sizes[0]),
                     {},
                     {},
                     labelsPath.string()};
    const auto height = images->sizes[1];
    const auto width = images->sizes[2];
    if (images->sizes[0] < 1 || height < 1 || width < 1 || height > kLargestSide || width > kLargestSide)
        return Error{ErrorCode::Corrupt,
                     fmt::format("mnist: {} images of {}x{} pixels", images->sizes[0], width, height),
                     {},
                     {},
                     imagesPath.string()};
    DatasetInfo info{.name = spec.text, .count = images->sizes[0], .shape = {1, height, width}};
    info.targetSize = std::max<std::int64_t>(10, *std::max_element(labels->bytes.begin(), labels->bytes.end()) + 1);
    const auto options = imageOptions(spec, info.shape, {{0.1307}, {0.3081}});
    if (!options)
        return options.error();
    const auto step = static_cast<std::size_t>(height * width);
    return byteImagesDataset(std::move(info), {std::move(images->bytes), 0, step, std::move(labels->bytes)}, *options);
}

}  // namespace

Result<Datasets> openMnist(const DataSpec &spec)
{
    if (auto known = spec.onlyKnows({"mean", "std", "flip", "crop"}); !known)
        return known.error();
    Datasets parts;
    for (const char *part : {"train", "t10k"}) {
        const bool train = std::string_view(part) == "train";
        const auto images = partFile(spec.path, part, "images");
        const auto labels = partFile(spec.path, part, "labels");
        if (!train && !images && !labels)
            break;
        if (!images || !labels)
            return missing(spec.path, part, images ? "labels" : "images");
        auto read = readPart(spec, *images, *labels);
        if (!read)
            return read.error();
        (train ? parts.train : parts.val) = *read;
    }
    return parts;
}

}  // namespace waypoint
