// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/entry_stats.h"

#include "core/checkpoint/numeric_tensors.h"
#include "ui/models/entry_facts.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace waypoint {

namespace {

bool isSameView(const TensorRef &a, const TensorRef &b)
{
    return std::tie(a.storage, a.offset, a.dtype, a.layout, a.conjugate, a.negative)
               == std::tie(b.storage, b.offset, b.dtype, b.layout, b.conjugate, b.negative)
           && a.shape == b.shape && a.strides == b.strides;
}

/// Equal for the same view; few others. A flat storage may have 100,000 views.
std::uint64_t viewHash(const TensorRef &ref)
{
    std::uint64_t hash = ref.storage;
    const auto mix = [&hash](std::int64_t part) {
        hash = (hash ^ static_cast<std::uint64_t>(part)) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    };
    mix(ref.offset);
    mix(static_cast<std::int64_t>(ref.dtype));
    for (const std::int64_t length : ref.shape)
        mix(length);
    for (const std::int64_t stride : ref.strides)
        mix(stride);
    return hash;
}

/// Finds entries that show the same numbers, and the order in which the file holds them.
class Layout
{
public:
    explicit Layout(const Checkpoint &checkpoint) : m_checkpoint(checkpoint) {}

    struct Group
    {
        std::vector<EntryId> entries;
        std::size_t source = 0;  ///< files of a sharded checkpoint, in the order they appear
        std::uint64_t record = 0;
        std::int64_t offset = 0;
    };

    void add(EntryId entry)
    {
        const Value value = m_checkpoint.entries.value(entry);
        if (!value.is(ValueKind::Tensor) || value.tensor().ref.storage == kNoStorage) {
            m_groups.push_back({.entries = {entry}});
            return;
        }
        const TensorRef &ref = value.tensor().ref;
        // Scales of quantised tensors may differ where their storage is the same.
        if (!isQuantized(ref.dtype) && joined(entry, ref))
            return;
        const Storage &storage = m_checkpoint.values.storages()[ref.storage];
        const std::size_t source = m_sources.emplace(storage.source.get(), m_sources.size() + 1).first->second;
        m_groups.push_back({.entries = {entry}, .source = source, .record = storage.record, .offset = ref.offset});
    }

    std::vector<Group> inFileOrder() &&
    {
        std::stable_sort(m_groups.begin(), m_groups.end(), [](const Group &a, const Group &b) {
            return std::tie(a.source, a.record, a.offset) < std::tie(b.source, b.record, b.offset);
        });
        return std::move(m_groups);
    }

private:
    /// Adds to the group that shows the same; where there is none yet, the next group will be it.
    bool joined(EntryId entry, const TensorRef &ref)
    {
        const std::uint64_t hash = viewHash(ref);
        const auto [begin, end] = m_byView.equal_range(hash);
        for (auto it = begin; it != end; ++it)
            if (Group &group = m_groups[it->second]; isSameView(ref, refOf(group))) {
                group.entries.push_back(entry);
                return true;
            }
        m_byView.emplace(hash, m_groups.size());
        return false;
    }

    [[nodiscard]] const TensorRef &refOf(const Group &group) const
    {
        return m_checkpoint.entries.value(group.entries.front()).tensor().ref;
    }

    const Checkpoint &m_checkpoint;
    std::vector<Group> m_groups;
    std::unordered_multimap<std::uint64_t, std::size_t> m_byView;
    std::unordered_map<const StorageSource *, std::size_t> m_sources;
};

}  // namespace

EntryStats::EntryStats(CheckpointPtr checkpoint, const std::stop_token &stop)
    : m_checkpoint(std::move(checkpoint)),
      m_pieceOf(m_checkpoint->entries.size(), kNoPiece),
      m_slotOf(m_checkpoint->entries.size()),
      m_ailmentsFrom(m_checkpoint->entries.size())
{
    Layout layout(*m_checkpoint);
    for (const EntryId entry : numericEntries(*m_checkpoint)) {
        if (stop.stop_requested())
            return;
        layout.add(entry);
    }
    for (const Layout::Group &group : std::move(layout).inFileOrder())
        addPiece(group.entries);
    m_known.resize(m_entries.size());
    m_phase = std::vector<std::atomic<Phase>>(m_pieces.size());
}

std::span<const EntryId> EntryStats::entriesOf(PieceId piece) const
{
    return std::span(m_entries).subspan(m_pieces[piece].firstEntry, m_pieces[piece].entryCount);
}

const EntryStats::Known *EntryStats::known(EntryId entry) const
{
    return phaseOf(entry) == Phase::Known ? &m_known[m_slotOf[entry]] : nullptr;
}

std::optional<Error> EntryStats::failure(EntryId entry) const
{
    if (phaseOf(entry) != Phase::Failed)
        return {};
    const std::scoped_lock lock(m_failureGuard);
    return m_failures.at(m_pieceOf[entry]);
}

std::vector<EntryId> EntryStats::ailing() const
{
    std::vector<EntryId> ailing;
    std::vector<EntryId> open;
    if (!m_ailmentsFrom.empty())
        open.push_back(kRootEntry);
    while (!open.empty()) {
        const EntryId at = open.back();
        open.pop_back();
        if (ailmentsFrom(at) == 0)
            continue;
        if (const Known *stats = known(at); stats && stats->ailments != 0)
            ailing.push_back(at);
        const EntryTree::Entry &row = m_checkpoint->entries[at];
        for (EntryId i = row.childCount; i-- > 0;)
            open.push_back(row.firstChild + i);
    }
    return ailing;
}

void EntryStats::put(PieceId piece, const Result<TensorStats> &result)
{
    if (!result) {
        const std::scoped_lock lock(m_failureGuard);
        m_failures.emplace(piece, result.error());
        m_phase[piece].store(Phase::Failed, std::memory_order_release);
        return;
    }
    for (const EntryId entry : entriesOf(piece)) {
        const Ailments ailments = judgeTensor(*m_checkpoint, entry, *result);
        m_known[m_slotOf[entry]] = {*result, ailments};
        if (ailments != 0)
            spreadAilments(entry, ailments);
    }
    m_phase[piece].store(Phase::Known, std::memory_order_release);
}

EntryStats::Phase EntryStats::phaseOf(EntryId entry) const
{
    const PieceId piece = pieceOf(entry);
    return piece == kNoPiece ? Phase::Unknown : m_phase[piece].load(std::memory_order_acquire);
}

void EntryStats::addPiece(const std::vector<EntryId> &entries)
{
    const auto piece = static_cast<PieceId>(m_pieces.size());
    const std::uint64_t bytes = ownBytes(m_checkpoint->entries.value(entries.front())).value;
    m_pieces.push_back(
        {static_cast<std::uint32_t>(m_entries.size()), static_cast<std::uint32_t>(entries.size()), bytes});
    // Impossible shapes stand for the largest number there is.
    m_totalBytes += std::min(bytes, std::numeric_limits<std::uint64_t>::max() - m_totalBytes);
    for (const EntryId entry : entries) {
        m_pieceOf[entry] = piece;
        m_slotOf[entry] = static_cast<std::uint32_t>(m_entries.size());
        m_entries.push_back(entry);
    }
}

void EntryStats::spreadAilments(EntryId entry, Ailments ailments)
{
    for (EntryId at = entry; at != kNoEntry; at = m_checkpoint->entries[at].parent) {
        const Ailments before = m_ailmentsFrom[at].fetch_or(ailments, std::memory_order_relaxed);
        if ((before & ailments) == ailments)
            return;
    }
}

}  // namespace waypoint
