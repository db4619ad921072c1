// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/base/endian.h"
#include "core/checkpoint/file_ranges.h"
#include "core/checkpoint/readers.h"
#include "core/checkpoint/safetensors_header.h"

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::uint64_t kLengthField = 8;
// safetensors/src/tensor.rs, MAX_HEADER_SIZE
constexpr std::uint64_t kLongestHeader = 100'000'000;
constexpr std::size_t kNamedWarnings = 5;  // of one kind; the rest is counted

Error failure(ErrorCode code, std::string what, std::uint64_t at)
{
    return {.code = code, .detail = "safetensors: " + std::move(what), .at = ByteOffset{at}, .advice = {}, .file = {}};
}

class SafetensorsReader final : public CheckpointReader
{
public:
    [[nodiscard]] Format format() const override { return Format::Safetensors; }
    [[nodiscard]] bool recognises(const Source &source) const override;
    Result<ValueId> read(const Source &source, const OpenOptions &options, Checkpoint &into) const override;
};

/// The JSON text of the header, checked against the file and the library's ceiling.
Result<std::vector<std::byte>> headerOf(const Source &source, const Limits &limits)
{
    const auto length = loadLittle<std::uint64_t>(source.head.data());
    const std::uint64_t size = source.file->size().value;
    if (length > std::min<std::uint64_t>(kLongestHeader, limits.headerBytes))
        return failure(ErrorCode::Corrupt, "the header claims to be " + std::to_string(length) + " bytes long", 0);
    if (length > size - kLengthField)
        return failure(ErrorCode::Truncated,
                       "the header is " + std::to_string(length) + " bytes long, and only "
                           + std::to_string(size - kLengthField) + " are there",
                       size);
    return readRange(*source.file, {{kLengthField}, {length}});
}

/// What follows the header is compared with what it announces. Bytes that no tensor owns are refused as the
/// library does: another file could hide in them.
Result<void> checkData(const SafetensorsHeader &header, std::uint64_t dataStart, const Source &source,
                       const OpenOptions &options, Checkpoint &into)
{
    const std::uint64_t size = source.file->size().value;
    const std::uint64_t there = size - dataStart;
    if (options.losses)
        options.losses->damaged = options.losses->damaged || there != header.dataBytes;
    else if (there > header.dataBytes)
        return failure(ErrorCode::Corrupt,
                       std::to_string(there - header.dataBytes) + " bytes follow that belong to no tensor",
                       dataStart + header.dataBytes);
    if (there < header.dataBytes)
        into.warnings.push_back({"The file ends early: the header announces " + std::to_string(header.dataBytes)
                                     + " bytes of tensor data and " + std::to_string(there)
                                     + " are there. It may still be downloading or have been cut off.",
                                 kNoEntry});
    return {};
}

/// The format has no strides: its tensors are contiguous. Unlike torch's, those of an empty tensor are the plain
/// products of the shape.
SmallDims stridesOf(const SmallDims &shape)
{
    std::vector<std::int64_t> strides(shape.size());
    std::int64_t stride = 1;
    for (std::size_t i = shape.size(); i-- > 0;) {
        strides[i] = stride;
        stride = checkedMul(stride, shape[i]).value_or(0);  // overflows only where a dimension further left is 0
    }
    return SmallDims(strides);
}

ValueId addTensor(const SafetensorsEntry &entry, const StorageSourcePtr &data, std::uint64_t record, bool present,
                  ValueTree &tree)
{
    const StorageIndex storage = tree.addStorage({.key = entry.name,
                                                  .device = "cpu",
                                                  .dtype = entry.dtype,
                                                  .bigEndian = false,
                                                  .present = present,
                                                  .bytes = {entry.end - entry.begin},
                                                  .source = data,
                                                  .record = record});
    TensorValue value;
    value.ref.dtype = entry.dtype;
    value.ref.storage = storage;
    value.ref.shape = entry.shape;
    value.ref.strides = stridesOf(entry.shape);
    return tree.addTensor(std::move(value));
}

void addMetadata(const SafetensorsHeader &header, ValueTree &tree, std::vector<ValueId> &children)
{
    if (header.metadata.empty())
        return;
    std::vector<ValueId> pairs;
    for (const auto &[key, text] : header.metadata) {
        pairs.push_back(tree.addStr(key));
        pairs.push_back(tree.addStr(text));
    }
    children.push_back(tree.addStr("__metadata__"));
    children.push_back(tree.addContainer(ValueKind::Dict, pairs));
}

void warnUnknownTypes(const SafetensorsHeader &header, Checkpoint &into)
{
    std::size_t unknown = 0;
    for (const SafetensorsEntry &entry : header.tensors)
        if (entry.dtype == DType::Unknown && unknown++ < kNamedWarnings)
            into.warnings.push_back({"Tensor '" + entry.name.substr(0, 120) + "' has the element type '"
                                         + entry.dtypeText.substr(0, 40)
                                         + "', which Waypoint does not know; its values cannot be shown.",
                                     kNoEntry});
    if (unknown > kNamedWarnings)
        into.warnings.push_back(
            {"In all, " + std::to_string(unknown) + " tensors have an element type that Waypoint does not know.",
             kNoEntry});
}

Result<ValueId> addTensors(SafetensorsHeader header, std::uint64_t dataStart, const FilePtr &file,
                           const OpenOptions &options, Checkpoint &into)
{
    warnUnknownTypes(header, into);
    std::vector<ByteRange> ranges;
    ranges.reserve(header.tensors.size());
    for (const SafetensorsEntry &entry : header.tensors) {
        const std::uint64_t begin = std::min(dataStart + entry.begin, file->size().value);
        ranges.push_back({{begin}, {std::min(entry.end - entry.begin, file->size().value - begin)}});
    }
    std::vector<ValueId> children;
    children.reserve(2 * header.tensors.size() + 2);
    addMetadata(header, into.values, children);
    const auto data = std::make_shared<FileRanges>(file, std::move(ranges), "tensor");
    for (std::size_t i = 0; i < header.tensors.size(); ++i) {
        if (options.stop.stop_requested())
            return Error{.code = ErrorCode::Cancelled, .detail = {}, .at = {}, .advice = {}, .file = {}};
        if (into.values.memory().value > options.limits.treeBytes)
            return failure(ErrorCode::TooLarge, "more tensors than fit into memory", 0);
        const SafetensorsEntry &entry = header.tensors[i];
        const bool present = dataStart + entry.end <= file->size().value;
        children.push_back(into.values.addStr(entry.name));
        children.push_back(addTensor(entry, data, i, present, into.values));
    }
    return into.values.addContainer(ValueKind::Dict, children);
}

bool SafetensorsReader::recognises(const Source &source) const
{
    if (source.isFolder() || source.head.size() < kLengthField + 1)
        return false;
    // The header is a JSON object. Its length is a number of 64 bits that no text file begins with.
    const auto length = loadLittle<std::uint64_t>(source.head.data());
    return std::to_integer<char>(source.head[kLengthField]) == '{' && length > 0
           && (length >> 40 == 0 || std::to_integer<unsigned>(source.head[kLengthField - 1]) >= 0x80);
}

Result<ValueId> SafetensorsReader::read(const Source &source, const OpenOptions &options, Checkpoint &into) const
{
    const Result<std::vector<std::byte>> json = headerOf(source, options.limits);
    if (!json)
        return json.error();
    const std::string_view text(reinterpret_cast<const char *>(json->data()), json->size());
    Result<SafetensorsHeader> header = readSafetensorsHeader(text, {kLengthField}, options.limits);
    if (!header)
        return header.error();
    const std::uint64_t dataStart = kLengthField + json->size();
    if (const auto checked = checkData(*header, dataStart, source, options, into); !checked)
        return checked.error();
    for (std::string &warning : header->warnings)
        into.warnings.push_back({std::move(warning), kNoEntry});
    if (source.nesting == 0)
        into.container.emplace_back("header", std::to_string(json->size()) + " bytes");
    return addTensors(std::move(*header), dataStart, source.file, options, into);
}

}  // namespace

const CheckpointReader &safetensorsReader()
{
    static const SafetensorsReader reader;
    return reader;
}

}  // namespace waypoint
