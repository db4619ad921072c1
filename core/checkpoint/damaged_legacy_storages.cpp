// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/damaged_legacy_storages.h"

#include "core/base/checked.h"
#include "core/base/endian.h"
#include "core/base/printable.h"
#include "core/checkpoint/file_ranges.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

namespace waypoint {

namespace {

constexpr std::uint64_t kCountBytes = 8;
constexpr std::size_t kChain = 3;  // counts in a row that prove a place

/// Opcodes, length and memo around a key, and a hash as long as PyTorch uses addresses.
constexpr std::uint64_t kLongestKeyEntry = 40;

class DamagedWalk
{
public:
    DamagedWalk(const FilePtr &file, const TorchTypes &types, const OpenOptions &options, Checkpoint &into)
        : m_file(file), m_size(file->size().value), m_types(types), m_options(options), m_into(into)
    {
    }

    void run(ByteOffset listAt, std::optional<Value> keys, ByteOffset start)
    {
        order(keys);
        m_at = begin(listAt.value, start.value, keys.has_value());
        for (std::size_t i = 0; i < m_order.size() && !m_options.stop.stop_requested(); ++i)
            if (!step(i))
                break;
        finish();
    }

private:
    void order(const std::optional<Value> &keys);
    std::uint64_t begin(std::uint64_t listAt, std::uint64_t start, bool listIsWhole);
    bool step(std::size_t i);
    void finish();

    [[nodiscard]] const Storage &storage(std::size_t i) const { return m_into.values.storages()[m_order[i]]; }
    [[nodiscard]] std::uint64_t announced(std::size_t i) const
    {
        return storage(i).bytes.value / std::max(dtypeBytes(storage(i).dtype), 1u);
    }
    [[nodiscard]] std::optional<std::uint64_t> countAt(std::uint64_t at) const;
    [[nodiscard]] bool isCount(std::size_t i, std::uint64_t at) const;
    [[nodiscard]] bool leadsOn(std::size_t i, std::uint64_t elements) const;
    [[nodiscard]] bool isChain(std::uint64_t at) const;
    void note(std::string text)
    {
        m_options.losses->damaged = true;
        m_options.losses->notes.push_back(std::move(text));
    }

    const FilePtr &m_file;
    std::uint64_t m_size;
    const TorchTypes &m_types;
    const OpenOptions &m_options;
    Checkpoint &m_into;
    std::vector<StorageIndex> m_order;
    std::vector<ByteRange> m_ranges;  ///< of the storages that were reached, in m_order
    std::uint64_t m_at = 0;
    std::size_t m_wrongCounts = 0;
};

/// The storages as the list has them; sorted by key where it does not name just those that the tensors use.
void DamagedWalk::order(const std::optional<Value> &keys)
{
    std::vector<StorageIndex> known;
    for (StorageIndex i = 0; i < m_into.values.storages().size(); ++i)
        if (m_types.find(m_into.values.storages()[i].key) == i)
            known.push_back(i);
    std::unordered_set<StorageIndex> listed;
    for (std::size_t i = 0; keys && i < keys->count(); ++i) {
        const auto number = keys->at(i).integer();
        const auto index = m_types.find(number ? fmt::format("{}", *number) : std::string(keys->at(i).text()));
        if (!index)
            break;
        if (listed.insert(*index).second)
            m_order.push_back(*index);
    }
    if (keys && listed.size() == keys->count() && listed.size() == known.size())
        return;
    if (!known.empty())
        note("The list of storages is damaged; they were looked for in the order in which PyTorch writes them.");
    m_order = std::move(known);
    const auto &storages = m_into.values.storages();
    std::sort(m_order.begin(), m_order.end(),
              [&](StorageIndex a, StorageIndex b) { return storages[a].key < storages[b].key; });
}

std::optional<std::uint64_t> DamagedWalk::countAt(std::uint64_t at) const
{
    std::array<std::byte, kCountBytes> bytes;
    const auto got = m_file->readAt({at}, bytes);
    return got && *got == bytes.size() ? std::optional(loadLittle<std::uint64_t>(bytes.data())) : std::nullopt;
}

/// Whether the count of storage `i` stands at `at`, in either byte order.
bool DamagedWalk::isCount(std::size_t i, std::uint64_t at) const
{
    std::array<std::byte, kCountBytes> bytes;
    const auto got = m_file->readAt({at}, bytes);
    return got && *got == bytes.size()
           && (loadLittle<std::uint64_t>(bytes.data()) == announced(i)
               || loadBig<std::uint64_t>(bytes.data()) == announced(i));
}

/// Whether the next count, or the end of the file, comes after so many elements of storage `i`.
bool DamagedWalk::leadsOn(std::size_t i, std::uint64_t elements) const
{
    const auto length = checkedMul<std::uint64_t>(elements, dtypeBytes(storage(i).dtype));
    const auto end = length ? checkedAdd(m_at + kCountBytes, *length) : length;
    if (!end || *end > m_size)
        return false;
    return i + 1 < m_order.size() ? isCount(i + 1, *end) : *end == m_size;
}

bool DamagedWalk::isChain(std::uint64_t at) const
{
    for (std::size_t i = 0; i < std::min(kChain, m_order.size()); ++i) {
        if (i > 0 && at + kCountBytes > m_size)
            return true;
        if (!isCount(i, at))
            return false;
        const auto next = checkedAdd(at + kCountBytes, storage(i).bytes.value);
        if (!next)
            return false;
        at = *next;
    }
    return true;
}

/// Where the first count stands: where it should, or else behind a list that cannot be read.
std::uint64_t DamagedWalk::begin(std::uint64_t listAt, std::uint64_t start, bool listIsWhole)
{
    if (m_order.empty() || (listIsWhole && isChain(start)))
        return start;
    const auto last = std::min(m_size, listAt + kLongestKeyEntry * (m_order.size() + 32));
    for (auto at = listAt; at < last && !m_options.stop.stop_requested(); ++at)
        if (isChain(at))
            return at;
    return listIsWhole ? start : m_size;
}

/// False where the file ends.
bool DamagedWalk::step(std::size_t i)
{
    const auto count = countAt(m_at);
    if (!count)
        return false;
    auto elements = announced(i);
    if (*count != elements && isCount(i, m_at)) {
        m_into.values.storage(m_order[i]).bigEndian = true;
    } else if (*count != elements) {
        ++m_wrongCounts;
        if (!leadsOn(i, elements) && leadsOn(i, *count))
            elements = *count;
    }
    m_at += kCountBytes;
    const auto length = checkedMul<std::uint64_t>(elements, dtypeBytes(storage(i).dtype)).value_or(~std::uint64_t{0});
    const auto there = std::min(length, m_size - m_at);
    m_ranges.push_back({{m_at}, {there}});
    m_at += there;
    return there == length;
}

void DamagedWalk::finish()
{
    if (m_wrongCounts > 0)
        note(fmt::format("{} storages have another number of elements before their data than the tensors need; the "
                         "tensors' word was taken.",
                         m_wrongCounts));
    Losses &losses = *m_options.losses;
    const auto source = std::make_shared<FileRanges>(m_file, m_ranges, "storage");
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        Storage &storage = m_into.values.storage(m_order[i]);
        if (i < m_ranges.size()) {
            storage.source = source;
            storage.record = i;
        }
        storage.present = storage.bytes.value == 0 || (i < m_ranges.size() && m_ranges[i].length >= storage.bytes);
        losses.damaged = losses.damaged || !storage.present;
        if (i >= m_ranges.size())
            losses.storageReasons.emplace(m_order[i], "the file ends before its data");
    }
}

}  // namespace

void locateDamagedLegacyStorages(const FilePtr &file, ByteOffset listAt, std::optional<Value> keys, ByteOffset start,
                                 const TorchTypes &types, const OpenOptions &options, Checkpoint &into)
{
    DamagedWalk(file, types, options, into).run(listAt, keys, start);
}

}  // namespace waypoint
