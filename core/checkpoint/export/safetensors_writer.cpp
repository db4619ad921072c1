// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/safetensors_writer.h"

#include "core/base/checked.h"
#include "core/checkpoint/export/named_tensors.h"
#include "core/checkpoint/export/write_verified.h"
#include "core/checkpoint/safetensors_header.h"
#include "core/pickle/pickle_text.h"
#include "core/tensor/element_blocks.h"

#include "core/tensor/numeric_tensor.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace waypoint {

namespace {

constexpr std::size_t kAlignment = 8;
constexpr std::size_t kLongestHeader = 100'000'000;  // safetensors/src/tensor.rs, MAX_HEADER_SIZE
constexpr std::string_view kMetadataKey = "__metadata__";

/// Requires: UTF-8.
std::string jsonText(std::string_view text) { return nlohmann::json(text).dump(); }

/// The type's name in the format and the shape as it counts there.
struct Described
{
    std::string_view dtype;
    SmallDims shape;
};

Result<Described> described(const TensorRef &ref)
{
    // torch counts bytes of two values each, the format values.
    Described what{safetensorsName(ref.dtype), shapeOfNumbers(ref)};
    if (what.dtype.empty())
        return Error{ErrorCode::Unsupported,
                     fmt::format("safetensors has no elements of type {}", dtypeName(ref.dtype)),
                     {},
                     "Choose the format .pth, or another type for the elements.",
                     {}};
    return what;
}

std::string shapeText(std::span<const std::int64_t> shape) { return fmt::format("[{}]", fmt::join(shape, ",")); }

Result<std::string> metadataText(SafetensorsMetadata metadata)
{
    std::string text;
    for (const auto &[key, value] : metadata) {
        if (!isUtf8(key) || !isUtf8(value))
            return Error{ErrorCode::Unsupported, "the metadata are no text that the format could hold"};
        text += fmt::format("{}{}:{}", text.empty() ? "" : ",", jsonText(key), jsonText(value));
    }
    return fmt::format("{}:{{{}}}", jsonText(kMetadataKey), text);
}

/// Length and JSON, filled up with spaces.
Result<std::string> framed(std::string json)
{
    json.append((kAlignment - json.size() % kAlignment) % kAlignment, ' ');
    if (json.size() > kLongestHeader)
        return Error{ErrorCode::Unsupported,
                     "the header would become longer than readers of safetensors accept",
                     {},
                     "Export fewer tensors, or choose the format .pth.",
                     {}};
    std::string header;
    for (unsigned shift = 0; shift < 64; shift += 8)
        header.push_back(static_cast<char>(json.size() >> shift & 0xff));
    return header + json;
}

}  // namespace

Result<SafetensorsLayout> safetensorsLayout(const ValueTree &tree, std::span<const NamedTensor> tensors,
                                            SafetensorsMetadata metadata)
{
    if (const Result<void> sound = checkNamedTensors(tree, tensors); !sound)
        return sound.error();
    SafetensorsLayout layout;
    layout.order.resize(tensors.size());
    std::iota(layout.order.begin(), layout.order.end(), std::size_t{0});
    const auto unit = [&](std::size_t i) { return dtypeBytes(refOf(tree, tensors[i]).dtype); };
    std::ranges::stable_sort(layout.order, std::ranges::greater(), unit);
    std::vector<std::uint64_t> begins(tensors.size());
    std::uint64_t end = 0;
    for (const std::size_t i : layout.order) {
        begins[i] = end;
        const auto next = checkedAdd(end, refOf(tree, tensors[i]).byteCount().value);
        if (!next)
            return aboutTensor(tensors[i].name, {ErrorCode::Corrupt, "its shape is too large to be true"});
        end = *next;
    }
    std::string json = "{";
    if (!metadata.empty()) {
        Result<std::string> text = metadataText(metadata);
        if (!text)
            return text.error();
        json += *text;
    }
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const TensorRef &ref = refOf(tree, tensors[i]);
        const Result<Described> what = described(ref);
        if (!what)
            return aboutTensor(tensors[i].name, what.error());
        if (tensors[i].name == kMetadataKey)
            return aboutTensor(tensors[i].name, {ErrorCode::Unsupported, "safetensors keeps this name for itself"});
        json += fmt::format("{}{}:{{\"dtype\":\"{}\",\"shape\":{},\"data_offsets\":[{},{}]}}",
                            json.size() == 1 ? "" : ",", jsonText(tensors[i].name), what->dtype,
                            shapeText(what->shape.dims()), begins[i], begins[i] + ref.byteCount().value);
    }
    Result<std::string> header = framed(json + "}");
    if (!header)
        return header.error();
    layout.header = *std::move(header);
    layout.bytes = {layout.header.size() + end};
    return layout;
}

Result<void> fillSafetensors(AtomicFile &file, const ValueTree &tree, std::span<const NamedTensor> tensors,
                             const SafetensorsLayout &layout, const std::stop_token &stop)
{
    if (Result<void> written = file.write(layout.header); !written)
        return written;
    for (const std::size_t i : layout.order) {
        const NamedTensor &tensor = tensors[i];
        const Result<void> copied =
            copyElements(refOf(tree, tensor), storageOf(tree, tensor), stop,
                         [&file](std::span<const std::byte> block) { return file.write(block); });
        if (!copied)
            return aboutTensor(tensor.name, copied.error());
    }
    return {};
}

Result<void> writeSafetensors(const std::filesystem::path &path, const ValueTree &tree,
                              std::span<const NamedTensor> tensors, SafetensorsMetadata metadata,
                              const TensorFileOptions &options, const std::stop_token &stop)
{
    const Result<SafetensorsLayout> layout = safetensorsLayout(tree, tensors, metadata);
    if (!layout)
        return layout.error();
    return writeVerified(path, layout->bytes, options.progress, stop,
                         [&](AtomicFile &file) { return fillSafetensors(file, tree, tensors, *layout, stop); });
}

ByteCount safetensorsBytes(const ValueTree &tree, std::span<const NamedTensor> tensors, SafetensorsMetadata metadata)
{
    const Result<SafetensorsLayout> layout = safetensorsLayout(tree, tensors, metadata);
    return layout ? layout->bytes : ByteCount();
}

}  // namespace waypoint
