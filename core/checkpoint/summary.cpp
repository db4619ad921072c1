// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/summary.h"

#include <algorithm>
#include <tuple>

namespace waypoint {

namespace {

constexpr std::size_t kMostRows = 10;

// A mention of a tensor that has a storage.
struct Mention
{
    StorageIndex storage;
    EntryId entry;
    const TensorRef *ref;
};

bool sameView(const TensorRef &a, const TensorRef &b)
{
    return a.offset == b.offset && a.dtype == b.dtype && a.shape == b.shape && a.strides == b.strides;
}

void addTo(std::vector<Summary::Group> &groups, std::string_view name, const TensorRef &ref)
{
    auto group = std::ranges::find(groups, name, &Summary::Group::name);
    if (group == groups.end())
        group = groups.insert(groups.end(), {std::string(name), 0, 0, {}});
    ++group->tensors;
    group->elements += static_cast<std::uint64_t>(ref.elementCount().value_or(0));
    group->bytes.value += ref.byteCount().value;
}

void keepLargest(std::vector<Summary::Weight> &rows, EntryId entry, ByteCount bytes)
{
    if (bytes.value == 0 || (rows.size() == kMostRows && rows.back().bytes >= bytes))
        return;
    const auto place = std::ranges::find_if(rows, [&](const Summary::Weight &row) { return row.bytes < bytes; });
    rows.insert(place, {entry, bytes});
    if (rows.size() > kMostRows)
        rows.pop_back();
}

// Bytes of [0, storage) that none of the mentions of one storage touches.
ByteCount unusedBytes(const Storage &storage, std::span<const Mention> mentions)
{
    std::vector<std::pair<std::uint64_t, std::uint64_t>> used;
    for (const Mention &mention : mentions) {
        const auto span = mention.ref->elementSpan();
        const std::uint64_t unit = dtypeBytes(mention.ref->dtype);
        if (!span || unit == 0 || span->second < span->first)
            return {};
        used.emplace_back(static_cast<std::uint64_t>(span->first) * unit,
                          static_cast<std::uint64_t>(span->second) * unit);
    }
    std::ranges::sort(used);
    std::uint64_t covered = 0;
    std::uint64_t reached = 0;
    for (const auto &[from, to] : used) {
        const std::uint64_t start = std::max(from, reached);
        const std::uint64_t end = std::min(to, storage.bytes.value);
        if (end > start) {
            covered += end - start;
            reached = end;
        }
    }
    return {storage.bytes.value - std::min(covered, storage.bytes.value)};
}

std::vector<Mention> mentionsByStorage(const Checkpoint &checkpoint)
{
    std::vector<Mention> mentions;
    for (EntryId id = 0; id < checkpoint.entries.size(); ++id) {
        const Value value = checkpoint.entries.value(id);
        if (value.is(ValueKind::Tensor) && value.tensor().ref.storage != kNoStorage)
            mentions.push_back({value.tensor().ref.storage, id, &value.tensor().ref});
    }
    std::ranges::sort(mentions, {}, [](const Mention &m) { return std::tuple(m.storage, m.entry); });
    return mentions;
}

void countStorage(const Checkpoint &checkpoint, std::span<const Mention> mentions, Summary &summary)
{
    const Storage &storage = checkpoint.values.storages()[mentions.front().storage];
    summary.storageBytes.value += storage.bytes.value;
    if (!storage.present && storage.bytes.value > 0) {
        ++summary.missingStorages;
        summary.missingBytes.value += storage.bytes.value;
    }
    const ByteCount unused = unusedBytes(storage, mentions);
    summary.wastedBytes.value += unused.value;
    keepLargest(summary.wasteful, mentions.front().entry, unused);
    if (mentions.size() > 1) {
        Summary::Shared shared{mentions.front().storage, {}};
        for (const Mention &mention : mentions)
            shared.entries.push_back(mention.entry);
        summary.shared.push_back(std::move(shared));
    }
    for (std::size_t i = 0; i < mentions.size(); ++i) {
        const TensorRef &ref = *mentions[i].ref;
        const auto earlier = mentions.first(std::min<std::size_t>(i, 64));
        if (std::ranges::any_of(earlier, [&](const Mention &m) { return sameView(*m.ref, ref); }))
            continue;
        ++summary.tensors;
        summary.elements += static_cast<std::uint64_t>(ref.elementCount().value_or(0));
        addTo(summary.byDtype, dtypeName(ref.dtype), ref);
        addTo(summary.byDevice, storage.device.empty() ? "cpu" : storage.device, ref);
    }
}

void countLargest(const Checkpoint &checkpoint, Summary &summary)
{
    for (EntryId id = 0; id < checkpoint.entries.size(); ++id) {
        const Value value = checkpoint.entries.value(id);
        if (value.is(ValueKind::Tensor))
            keepLargest(summary.largest, id, value.tensor().ref.byteCount());
        else if (value.is(ValueKind::Array) && value.tree().array(value.id()).data.isValid())
            keepLargest(summary.largest, id, value.tree().byteLength(value.tree().array(value.id()).data));
        else if (value.is(ValueKind::Bytes) || value.is(ValueKind::Str))
            keepLargest(summary.largest, id, value.tree().byteLength(value.id()));
    }
}

// Rows are numbered breadth first, so a row's section is known when its children are met.
void countParts(const Checkpoint &checkpoint, Summary &summary)
{
    constexpr std::uint32_t kNone = 0xffffffffu;
    std::vector<std::uint32_t> owner(checkpoint.entries.size(), kNone);
    for (std::uint32_t s = 0; s < checkpoint.sections.size(); ++s)
        owner[checkpoint.sections[s].entry] = s;
    std::vector<Summary::Part> parts(checkpoint.sections.size());
    for (EntryId id = 0; id < checkpoint.entries.size(); ++id) {
        if (id != kRootEntry && owner[id] == kNone)
            owner[id] = owner[checkpoint.entries[id].parent];
        const Value value = checkpoint.entries.value(id);
        if (owner[id] == kNone || !value.is(ValueKind::Tensor))
            continue;
        Summary::Part &part = parts[owner[id]];
        ++part.tensors;
        part.elements += static_cast<std::uint64_t>(value.tensor().ref.elementCount().value_or(0));
        part.bytes.value += value.tensor().ref.byteCount().value;
    }
    for (std::size_t s = 0; s < parts.size(); ++s)
        if (parts[s].tensors > 0) {
            parts[s].section = s;
            summary.parts.push_back(parts[s]);
        }
}

}  // namespace

Summary summarize(const Checkpoint &checkpoint)
{
    Summary summary;
    const std::vector<Mention> mentions = mentionsByStorage(checkpoint);
    for (auto first = mentions.begin(); first != mentions.end();) {
        const auto last =
            std::find_if(first, mentions.end(), [&](const Mention &m) { return m.storage != first->storage; });
        countStorage(checkpoint, {first, last}, summary);
        first = last;
    }
    std::ranges::sort(summary.shared, {}, [](const Summary::Shared &shared) { return shared.entries.front(); });
    for (auto *groups : {&summary.byDtype, &summary.byDevice})
        std::ranges::stable_sort(*groups, std::greater<>(), &Summary::Group::bytes);
    countLargest(checkpoint, summary);
    countParts(checkpoint, summary);
    return summary;
}

}  // namespace waypoint
