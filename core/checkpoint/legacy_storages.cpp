// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/legacy_storages.h"

#include "core/base/checked.h"
#include "core/base/endian.h"
#include "core/base/printable.h"
#include "core/checkpoint/file_ranges.h"

#include <fmt/format.h>

#include <array>

namespace waypoint {

namespace {

constexpr std::uint64_t kCountBytes = 8;
constexpr std::size_t kNamed = 5;  // contradictions that are written out; the rest is counted

class Walk
{
public:
    Walk(const FilePtr &file, ByteOffset start, const TorchTypes &types, const OpenOptions &options, Checkpoint &into)
        : m_file(file), m_at(start.value), m_types(types), m_options(options), m_into(into)
    {
    }

    void run(Value keys);

private:
    struct Found
    {
        StorageIndex storage;
        ByteRange range;
        bool complete;
    };

    /// False where nothing behind can be found any more.
    bool step(const std::string &key);
    std::optional<std::uint64_t> countOf(const Storage &storage);
    void warn(std::string text) { m_into.warnings.push_back({std::move(text), kNoEntry}); }
    void contradiction(std::string text)
    {
        if (++m_contradictions <= kNamed)
            warn(std::move(text));
    }
    void assign();

    const FilePtr &m_file;
    std::uint64_t m_at;
    const TorchTypes &m_types;
    const OpenOptions &m_options;
    Checkpoint &m_into;
    std::vector<Found> m_found;
    std::size_t m_contradictions = 0;
    bool m_bigEndian = false;
};

/// The count before a storage. PyTorch writes it and the elements little-endian on every machine; where it makes sense
/// only the other way round, the file comes from something that wrote its own order.
std::optional<std::uint64_t> Walk::countOf(const Storage &storage)
{
    std::array<std::byte, kCountBytes> bytes;
    const auto got = m_file->readAt({m_at}, bytes);
    if (!got || *got < bytes.size())
        return std::nullopt;
    const auto little = loadLittle<std::uint64_t>(bytes.data());
    const std::uint64_t announced = storage.bytes.value / std::max(dtypeBytes(storage.dtype), 1u);
    m_bigEndian = little != announced && loadBig<std::uint64_t>(bytes.data()) == announced;
    return m_bigEndian ? announced : little;
}

bool Walk::step(const std::string &key)
{
    const auto index = m_types.find(key);
    if (!index) {
        warn(fmt::format("The list of storages names '{}', which no tensor uses; the data behind it cannot be found.",
                         printable(key, 80)));
        return false;
    }
    const Storage &storage = m_into.values.storages()[*index];
    const auto count = countOf(storage);
    if (!count) {
        warn(fmt::format("The file ends early, at byte {}, before the data of storage '{}'. It may still be "
                         "downloading or have been cut off.",
                         m_file->size().value, printable(key, 80)));
        return false;
    }
    const auto length = checkedMul<std::uint64_t>(*count, dtypeBytes(storage.dtype));
    if (length != storage.bytes.value)
        contradiction(fmt::format("Storage '{}' should have {} bytes and the data says {} elements of {} bytes.",
                                  printable(key, 80), storage.bytes.value, *count, dtypeBytes(storage.dtype)));
    m_at += kCountBytes;
    const std::uint64_t left = m_file->size().value - m_at;
    if (!length || *length > left) {
        warn(fmt::format("The file ends early, at byte {}, inside the data of storage '{}'. It may still be "
                         "downloading or have been cut off.",
                         m_file->size().value, printable(key, 80)));
        m_found.push_back({*index, {{m_at}, {left}}, false});
        return false;
    }
    m_found.push_back({*index, {{m_at}, {*length}}, *length >= storage.bytes.value});
    m_into.values.storage(*index).bigEndian = m_bigEndian;
    m_at += *length;
    return true;
}

void Walk::run(Value keys)
{
    for (std::size_t i = 0; i < keys.count() && !m_options.stop.stop_requested(); ++i) {
        const Value key = keys.at(i);
        const auto number = key.integer();
        if (!step(number ? fmt::format("{}", *number) : std::string(key.text())))
            break;
    }
    if (m_contradictions > kNamed)
        warn(fmt::format("In all, {} storages contradict their announced size.", m_contradictions));
    assign();
}

void Walk::assign()
{
    std::vector<ByteRange> ranges;
    ranges.reserve(m_found.size());
    for (const Found &found : m_found)
        ranges.push_back(found.range);
    const auto source = std::make_shared<FileRanges>(m_file, std::move(ranges), "storage");
    for (std::size_t i = 0; i < m_found.size(); ++i) {
        Storage &storage = m_into.values.storage(m_found[i].storage);
        storage.source = source;
        storage.record = i;
        storage.present = m_found[i].complete;
    }
}

}  // namespace

void locateLegacyStorages(const FilePtr &file, ByteOffset start, Value keys, const TorchTypes &types,
                          const OpenOptions &options, Checkpoint &into)
{
    Walk(file, start, types, options, into).run(keys);
}

}  // namespace waypoint
