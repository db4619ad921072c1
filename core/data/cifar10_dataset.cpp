// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/byte_images.h"
#include "core/data/openers.h"
#include "core/io/random_access_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

/// A label, then 32x32 pixels of red, of green, of blue.
constexpr std::size_t kRecord = 1 + 3 * 32 * 32;
constexpr std::size_t kClasses = 10;

bool isThere(const fs::path &path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

fs::path folderOfBatches(const fs::path &folder)
{
    const auto inside = folder / "cifar-10-batches-bin";
    return isThere(inside) ? inside : folder;
}

Error inFile(Error error, const fs::path &path)
{
    error.file = path.string();
    if (error.code == ErrorCode::NotFound)
        error.advice = "Download cifar-10-binary.tar.gz (the binary version) and unpack it into this folder.";
    return error;
}

/// Adds the records of one file.
Result<void> addBatch(const fs::path &path, ByteImages &images)
{
    auto file = openFile(path);
    if (!file)
        return inFile(file.error(), path);
    auto bytes = readRange(**file, {{0}, (*file)->size()});
    if (!bytes)
        return inFile(bytes.error(), path);
    if (bytes->empty() || bytes->size() % kRecord != 0)
        return inFile(
            {ErrorCode::Truncated,
             fmt::format("cifar10: {} bytes are no whole number of images ({} bytes each)", bytes->size(), kRecord)},
            path);
    const auto start = images.bytes.size();
    images.bytes.resize(start + bytes->size());
    std::memcpy(images.bytes.data() + start, bytes->data(), bytes->size());
    for (std::size_t at = 0; at < bytes->size(); at += kRecord) {
        const auto label = images.bytes[start + at];
        if (label >= kClasses)
            return inFile(
                {ErrorCode::Corrupt, fmt::format("cifar10: {} is no label from 0 to 9", label), ByteOffset{at}}, path);
        images.labels.push_back(label);
    }
    return {};
}

/// Names of the classes, one a line; none where the file is not there.
std::vector<std::string> classNames(const fs::path &folder)
{
    std::vector<std::string> names;
    auto file = openFile(folder / "batches.meta.txt");
    if (!file)
        return names;
    auto bytes = readRange(**file, {{0}, {std::min<std::uint64_t>((*file)->size().value, 4096)}});
    if (!bytes)
        return names;
    std::string name;
    for (const std::byte byte : *bytes) {
        const char c = std::to_integer<char>(byte);
        if (c != '\n' && c != '\r')
            name += c;
        else if (!name.empty())
            names.push_back(std::exchange(name, {}));
    }
    if (!name.empty())
        names.push_back(name);
    return names.size() == kClasses ? names : std::vector<std::string>();
}

DatasetPtr datasetOf(const DataSpec &spec, const fs::path &folder, ByteImages images, const ImageOptions &options)
{
    DatasetInfo info{.name = spec.text,
                     .count = static_cast<std::int64_t>(images.labels.size()),
                     .shape = {3, 32, 32},
                     .target = TargetKind::Class,
                     .targetSize = kClasses,
                     .classes = classNames(folder)};
    images.first = 1;
    images.step = kRecord;
    return byteImagesDataset(std::move(info), std::move(images), options);
}

}  // namespace

Result<Datasets> openCifar10(const DataSpec &spec)
{
    if (auto known = spec.onlyKnows({"mean", "std", "flip", "crop"}); !known)
        return known.error();
    const auto options =
        imageOptions(spec, {3, 32, 32}, {{0.4914, 0.4822, 0.4465}, {0.2470, 0.2435, 0.2616}, false, 0});
    if (!options)
        return options.error();
    const auto folder = folderOfBatches(spec.path);
    ByteImages train;
    for (int number = 1; number <= 5; ++number)
        if (auto added = addBatch(folder / fmt::format("data_batch_{}.bin", number), train); !added)
            return added.error();
    Datasets parts{datasetOf(spec, folder, std::move(train), *options), nullptr};
    if (!isThere(folder / "test_batch.bin"))
        return parts;
    ByteImages test;
    if (auto added = addBatch(folder / "test_batch.bin", test); !added)
        return added.error();
    parts.val = datasetOf(spec, folder, std::move(test), *options);
    return parts;
}

}  // namespace waypoint
