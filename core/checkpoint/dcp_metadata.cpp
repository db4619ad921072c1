// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/dcp_metadata.h"

#include "core/checkpoint/torch_names.h"

#include <fmt/format.h>

#include <unordered_map>

namespace waypoint {

namespace {

constexpr std::size_t kMostParts = 1'000'000;

/// MetadataIndex as text: the name, then the offsets of a block. Values that are no tensor have none.
std::string indexKey(std::string_view name, std::span<const std::int64_t> offsets)
{
    std::string key(name);
    for (const std::int64_t offset : offsets)
        key += fmt::format("{}{}", '\0', offset);
    return key;
}

std::optional<SmallDims> dimsOfSize(Value size, const Limits &limits)
{
    if ((!size.is(ValueKind::Tuple) && !size.is(ValueKind::List)) || size.count() > limits.dimensions)
        return std::nullopt;
    std::vector<std::int64_t> dims;
    for (std::size_t i = 0; i < size.count(); ++i) {
        const auto dim = size.at(i).integer();
        if (!dim || *dim < 0)
            return std::nullopt;
        dims.push_back(*dim);
    }
    return SmallDims(dims);
}

std::optional<DcpPlace> placeOf(Value info)
{
    const auto offset = info["offset"].integer();
    const auto length = info["length"].integer();
    const Value file = info["relative_path"];
    if (!offset || !length || *offset < 0 || *length < 0 || !file.is(ValueKind::Str))
        return std::nullopt;
    const Value transforms = info["transform_descriptors"];
    return DcpPlace{std::string(file.text()),
                    {{static_cast<std::uint64_t>(*offset)}, {static_cast<std::uint64_t>(*length)}},
                    transforms.count() > 0};
}

using Places = std::unordered_map<std::string, DcpPlace>;

Places placesOf(Value storageData, const Limits &limits)
{
    Places places;
    for (std::size_t i = 0; i < storageData.count() && storageData.is(ValueKind::Dict); ++i) {
        const Value index = storageData.key(i);
        const auto offsets = dimsOfSize(index["offset"], limits);
        if (auto place = placeOf(storageData.at(i)))
            places[indexKey(index["fqn"].text(), offsets ? offsets->dims() : std::span<const std::int64_t>())] =
                *std::move(place);
    }
    return places;
}

/// TensorProperties: since 2.0 and in 1.13 its state is the tuple (dtype, layout, requires_grad, memory format,
/// pinned); a plain dict of fields otherwise.
void readProperties(Value properties, DcpItem &item)
{
    const ValueId state = properties.is(ValueKind::Object) ? properties.object().state : ValueId();
    const Value parts = state.isValid() ? properties.wrap(state) : Value();
    const bool tuple = parts.is(ValueKind::Tuple);
    item.dtype = dtypeOfGlobal(tuple ? parts.at(0) : properties["dtype"]).value_or(DType::Unknown);
    item.requiresGrad = (tuple ? parts.at(2) : properties["requires_grad"]).integer().value_or(0) != 0;
}

const DcpPlace *find(const Places &places, const std::string &key)
{
    const auto found = places.find(key);
    return found == places.end() ? nullptr : &found->second;
}

Result<void> readTensor(Value description, const Places &places, const Limits &limits, DcpItem &item)
{
    item.tensor = true;
    readProperties(description["properties"], item);
    auto shape = dimsOfSize(description["size"], limits);
    if (!shape)
        return Error{.code = ErrorCode::Corrupt,
                     .detail = fmt::format("distributed checkpoint: '{}' has no proper size", item.name),
                     .at = {},
                     .advice = {},
                     .file = {}};
    item.shape = *std::move(shape);
    const Value chunks = description["chunks"];
    for (std::size_t i = 0; i < chunks.count(); ++i) {
        auto offsets = dimsOfSize(chunks.at(i)["offsets"], limits);
        auto sizes = dimsOfSize(chunks.at(i)["sizes"], limits);
        if (!offsets || !sizes)
            continue;  // the blocks then do not fill the tensor, which is said where they are put together
        DcpChunk chunk;
        const DcpPlace *place = find(places, indexKey(item.name, offsets->dims()));
        chunk.offsets = *std::move(offsets);
        chunk.sizes = *std::move(sizes);
        if (place)
            chunk.place = *place;
        item.chunks.push_back(std::move(chunk));
    }
    return {};
}

void readPath(Value path, const Limits &limits, DcpItem &item)
{
    if (!path.is(ValueKind::Tuple) || path.count() > limits.entryDepth)
        return;
    for (std::size_t i = 0; i < path.count(); ++i) {
        if (!path.at(i).is(ValueKind::Str) && !path.at(i).is(ValueKind::Int)) {
            item.path.clear();
            return;
        }
        item.path.push_back(path.at(i).id());
    }
}

}  // namespace

bool looksLikeDcpMetadata(std::string_view head)
{
    // The class is the first thing in it, after PROTO and FRAME. 1.13 had it in torch.distributed._shard.
    constexpr std::size_t kLooked = 160;
    const std::string_view start = head.substr(0, kLooked);
    return start.starts_with('\x80') && start.find("torch.distributed.") != start.npos
           && start.find("checkpoint.metadata") != start.npos && start.find("Metadata") != start.npos;
}

Result<std::vector<DcpItem>> dcpItems(Value metadata, const Limits &limits)
{
    const Value described = metadata["state_dict_metadata"];
    if (!described.is(ValueKind::Dict))
        return Error{.code = ErrorCode::Corrupt,
                     .detail = "distributed checkpoint: the metadata does not say what was saved",
                     .at = {},
                     .advice = {},
                     .file = {}};
    const Places places = placesOf(metadata["storage_data"], limits);
    std::unordered_map<std::string_view, Value> paths;
    const Value planned = metadata["planner_data"];
    for (std::size_t i = 0; i < planned.count() && planned.is(ValueKind::Dict); ++i)
        paths.insert_or_assign(planned.key(i).text(), planned.at(i));
    std::vector<DcpItem> items;
    std::size_t parts = 0;
    for (std::size_t i = 0; i < described.count(); ++i) {
        DcpItem item;
        item.name = described.key(i).text();
        const Value description = described.at(i);
        // A few bytes of a hostile pickle can announce a block, so they are counted before they are made.
        parts += 1 + description["chunks"].count();
        if (parts > kMostParts)
            return Error{.code = ErrorCode::TooLarge,
                         .detail = fmt::format("distributed checkpoint: more than {} entries and blocks", kMostParts),
                         .at = {},
                         .advice = {},
                         .file = {}};
        if (description.contains("size")) {
            if (const auto read = readTensor(description, places, limits, item); !read)
                return read.error();
        } else if (const DcpPlace *place = find(places, item.name)) {
            item.place = *place;
        }
        if (const auto path = paths.find(item.name); path != paths.end())
            readPath(path->second, limits, item);
        items.push_back(std::move(item));
    }
    return items;
}

}  // namespace waypoint
