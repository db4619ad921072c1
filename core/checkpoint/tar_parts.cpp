// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/tar_parts.h"

#include "core/base/checked.h"
#include "core/base/endian.h"
#include "core/base/printable.h"
#include "core/checkpoint/file_ranges.h"
#include "core/checkpoint/pickle_into.h"
#include "core/checkpoint/torch_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace waypoint {

namespace {

constexpr std::size_t kMostParts = 1'000'000;  // tensors or storages; files of that time have hundreds

Error corrupt(std::string_view member, std::string_view what, ByteOffset at)
{
    return {.code = ErrorCode::Corrupt,
            .detail = fmt::format("tar: {}: {}", member, what),
            .at = at,
            .advice = {},
            .file = {}};
}

/// One of the two members, read from front to back. Its many small pickles go into a tree of their own.
class MemberReader
{
public:
    MemberReader(const FilePtr &member, const std::string &label, const OpenOptions &options, Checkpoint &into)
        : m_stream(member), m_label(label), m_options(options), m_into(into)
    {
    }

    /// The value stays valid until the next call.
    Result<Value> pickle()
    {
        m_scratch.values = ValueTree();
        m_scratch.globals.swap(m_into.globals);
        const auto read = readPickleInto(m_stream, m_label, nullptr, m_options, m_scratch);
        m_scratch.globals.swap(m_into.globals);
        if (!read)
            return read.error();
        return Value(m_scratch.values, read->root);
    }

    Result<std::int64_t> number()
    {
        const auto bytes = m_stream.take({8});
        if (!bytes)
            return bytes.error();
        return static_cast<std::int64_t>(loadLittle<std::uint64_t>(bytes->data()));
    }

    /// The count that the member begins with.
    Result<std::int64_t> count()
    {
        const auto value = pickle();
        if (!value)
            return value.error();
        const auto number = value->integer();
        if (!number || *number < 0)
            return error("it does not begin with a count");
        return *number;
    }

    [[nodiscard]] Error error(std::string_view what) const { return corrupt(m_label, what, m_stream.position()); }
    [[nodiscard]] static Error tooMany(std::string_view what)
    {
        return {.code = ErrorCode::TooLarge,
                .detail = fmt::format("tar: more than {} {}", kMostParts, what),
                .at = {},
                .advice = {},
                .file = {}};
    }
    [[nodiscard]] bool stopped() const { return m_options.stop.stop_requested(); }
    ByteStream &stream() { return m_stream; }

private:
    ByteStream m_stream;
    const std::string &m_label;
    const OpenOptions &m_options;
    Checkpoint &m_into;
    Checkpoint m_scratch;
};

Error cancelled() { return {.code = ErrorCode::Cancelled, .detail = {}, .at = {}, .advice = {}, .file = {}}; }

struct PlacedStorage
{
    StorageIndex index;
    ByteRange range;
};

class StorageReader
{
public:
    StorageReader(const FilePtr &member, const std::string &label, const OpenOptions &options, TarParts &parts,
                  Checkpoint &into)
        : m_file(member), m_reader(member, label, options, into), m_parts(parts), m_into(into)
    {
    }

    Result<void> run()
    {
        const auto count = m_reader.count();
        if (!count)
            return count.error();
        bool whole = true;
        for (std::int64_t i = 0; i < *count && whole; ++i) {
            const auto read = one();
            if (!read && read.error().code != ErrorCode::Truncated)
                return read.error();
            whole = read && *read;
        }
        place();
        if (whole)
            return views();
        m_into.warnings.push_back({fmt::format("The data of tensors ends early, after {} of {} storages. The file was "
                                               "cut off.",
                                               m_placed.size() - (m_placed.empty() || lastIsWhole() ? 0 : 1), *count),
                                   kNoEntry});
        return {};
    }

private:
    [[nodiscard]] bool lastIsWhole() const { return m_into.values.storages()[m_placed.back().index].present; }

    /// False where the member ends inside this storage.
    Result<bool> one()
    {
        if (m_reader.stopped())
            return cancelled();
        if (m_placed.size() >= kMostParts)
            return m_reader.tooMany("storages");
        const auto value = m_reader.pickle();
        if (!value)
            return value.error();
        const auto dtype = dtypeOfGlobal(value->at(2));
        const std::string key = tarKey(value->at(0));
        if (!dtype || key.empty())
            return m_reader.error("a storage's description is not (key, device, class)");
        Storage storage;
        storage.key = key;
        storage.device = deviceText(value->at(1));
        storage.dtype = *dtype;
        const auto elements = m_reader.number();
        if (!elements)
            return elements.error();
        const auto bytes = *elements < 0
                               ? std::nullopt
                               : checkedMul<std::uint64_t>(static_cast<std::uint64_t>(*elements), dtypeBytes(*dtype));
        if (!bytes)
            return m_reader.error(fmt::format("storage '{}' claims {} elements", printable(key, 40), *elements));
        const ByteRange range{m_reader.stream().position(), {std::min(*bytes, m_reader.stream().remaining().value)}};
        storage.bytes = {*bytes};
        storage.present = *bytes <= m_reader.stream().remaining().value;
        const bool whole = storage.present;
        const StorageIndex index = m_into.values.addStorage(std::move(storage));
        m_parts.storages[key] = {index, 0};
        m_placed.push_back({index, range});
        if (!whole) {
            m_into.warnings.push_back(
                {fmt::format("The data ends early, inside storage '{}'. The file was cut off.", printable(key, 80)),
                 kNoEntry});
            return false;
        }
        if (const auto skipped = m_reader.stream().skip({*bytes}); !skipped)
            return skipped.error();
        return true;
    }

    Result<void> views()
    {
        const auto list = m_reader.pickle();
        if (!list)
            return list.error();
        for (std::size_t i = 0; i < list->count(); ++i) {
            const Value view = list->at(i);
            const auto root = m_parts.storages.find(tarKey(view.at(1)));
            const auto offset = view.at(2).integer();
            const auto total =
                root != m_parts.storages.end() && offset ? checkedAdd(root->second.offset, *offset) : std::nullopt;
            if (!total || *total < 0)
                return m_reader.error("a view names no storage of the archive");
            m_parts.storages[tarKey(view.at(0))] = {root->second.index, *total};
        }
        return {};
    }

    void place()
    {
        std::vector<ByteRange> ranges;
        for (const PlacedStorage &placed : m_placed)
            ranges.push_back(placed.range);
        const auto source = std::make_shared<FileRanges>(m_file, std::move(ranges), "storage");
        for (std::size_t i = 0; i < m_placed.size(); ++i) {
            m_into.values.storage(m_placed[i].index).source = source;
            m_into.values.storage(m_placed[i].index).record = i;
        }
    }

    const FilePtr &m_file;
    MemberReader m_reader;
    TarParts &m_parts;
    Checkpoint &m_into;
    std::vector<PlacedStorage> m_placed;
};

Result<SmallDims> readDims(MemberReader &reader, std::size_t count)
{
    std::vector<std::int64_t> dims;
    for (std::size_t i = 0; i < count; ++i) {
        const auto dim = reader.number();
        if (!dim)
            return dim.error();
        dims.push_back(*dim);
    }
    return SmallDims(dims);
}

Result<void> readTensor(MemberReader &reader, const Limits &limits, TarParts &parts, const ValueTree &tree)
{
    const auto value = reader.pickle();
    if (!value)
        return value.error();
    const std::string key = tarKey(value->at(0));
    const auto storage = parts.storages.find(tarKey(value->at(1)));
    const auto dimensions = reader.number();  // 4 bytes and 4 that mean nothing
    if (!dimensions)
        return dimensions.error();
    const auto count = static_cast<std::uint32_t>(*dimensions);
    if (key.empty() || count > limits.dimensions)
        return reader.error(fmt::format("tensor '{}' claims {} dimensions", printable(key, 40), count));
    TensorRef tensor;
    auto sizes = readDims(reader, count);
    auto strides = sizes ? readDims(reader, count) : sizes;
    if (!strides)
        return strides.error();
    const auto offset = reader.number();
    if (!offset)
        return offset.error();
    tensor.shape = *std::move(sizes);
    tensor.strides = *std::move(strides);
    // The storages may be cut off: a tensor without one is still described, by its class ("torch.FloatTensor").
    std::string type(value->at(2).text());
    if (type.ends_with("Tensor"))
        type.replace(type.size() - 6, 6, "Storage");
    tensor.dtype = dtypeOfTorchName(type).value_or(DType::Unknown);
    if (storage != parts.storages.end()) {
        tensor.storage = storage->second.index;
        tensor.dtype = tree.storages()[tensor.storage].dtype;
        const auto first = checkedAdd(*offset, storage->second.offset);
        if (!first)
            return reader.error(fmt::format("tensor '{}' begins beyond its storage", printable(key, 40)));
        tensor.offset = *first;
    }
    parts.tensors[key] = std::move(tensor);
    return {};
}

}  // namespace

std::string tarKey(Value key)
{
    if (const auto number = key.integer())
        return fmt::format("{}", *number);
    return std::string(key.text());
}

Result<void> readTarStorages(const FilePtr &member, const std::string &label, const OpenOptions &options,
                             TarParts &parts, Checkpoint &into)
{
    return StorageReader(member, label, options, parts, into).run();
}

Result<void> readTarTensors(const FilePtr &member, const std::string &label, const OpenOptions &options,
                            TarParts &parts, Checkpoint &into)
{
    MemberReader reader(member, label, options, into);
    const auto count = reader.count();
    if (!count)
        return count.error();
    for (std::int64_t i = 0; i < *count; ++i) {
        if (reader.stopped())
            return cancelled();
        if (parts.tensors.size() >= kMostParts)
            return MemberReader::tooMany("tensors");
        if (const auto read = readTensor(reader, options.limits, parts, into.values); !read)
            return read.error();
    }
    return {};
}

}  // namespace waypoint
