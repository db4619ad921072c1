// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/summary.h"

#include "core/base/checked.h"

#include <algorithm>
#include <array>
#include <compare>
#include <functional>
#include <limits>
#include <span>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kMostRows = 10;
constexpr std::uint32_t kNoSection = 0xffffffffu;

/// A row that shows a tensor.
struct Mention
{
    StorageIndex storage;
    EntryId entry;
    std::uint32_t section;  ///< the innermost one it lies in
    const TensorRef *ref;
};

void addUpTo(std::uint64_t &sum, std::uint64_t more)
{
    sum = checkedAdd(sum, more).value_or(std::numeric_limits<std::uint64_t>::max());
}

std::uint64_t elementsOf(const TensorRef &ref) { return static_cast<std::uint64_t>(ref.elementCount().value_or(0)); }

/// Counts per name, in the order the names come up.
class Groups
{
public:
    void add(std::string_view name, const TensorRef &ref)
    {
        const auto [found, isNew] = m_places.try_emplace(std::string(name), m_groups.size());
        if (isNew)
            m_groups.push_back({.name = found->first});
        Summary::Group &group = m_groups[found->second];
        ++group.tensors;
        addUpTo(group.elements, elementsOf(ref));
        addUpTo(group.bytes.value, ref.byteCount().value);
    }

    std::vector<Summary::Group> mostBytesFirst() &&
    {
        std::ranges::stable_sort(m_groups, std::greater<>(), &Summary::Group::bytes);
        return std::move(m_groups);
    }

private:
    std::unordered_map<std::string, std::size_t> m_places;
    std::vector<Summary::Group> m_groups;
};

auto compareViews(const TensorRef &a, const TensorRef &b)
{
    if (const auto order = std::tie(a.offset, a.dtype) <=> std::tie(b.offset, b.dtype); order != 0)
        return order;
    for (const auto &[one, other] : {std::tie(a.shape, b.shape), std::tie(a.strides, b.strides)})
        if (const auto order =
                std::lexicographical_compare_three_way(one.begin(), one.end(), other.begin(), other.end());
            order != 0)
            return order;
    return std::strong_ordering::equal;
}

class Counter
{
public:
    explicit Counter(const Checkpoint &checkpoint) : m_checkpoint(checkpoint), m_parts(checkpoint.sections.size()) {}

    Summary count()
    {
        countStorages();
        std::vector<Mention> mentions = collectMentions();
        for (std::size_t first = 0; first < mentions.size();) {
            std::size_t last = first + 1;
            while (last < mentions.size() && mentions[last].storage == mentions[first].storage)
                ++last;
            countMentions(std::span(mentions).subspan(first, last - first));
            first = last;
        }
        countLargest();
        finish();
        return std::move(m_summary);
    }

private:
    void countStorages()
    {
        for (const Storage &storage : m_checkpoint.values.storages()) {
            addUpTo(m_summary.storageBytes.value, storage.bytes.value);
            if (storage.present || storage.bytes.value == 0)
                continue;
            ++m_summary.missingStorages;
            addUpTo(m_summary.missingBytes.value, storage.bytes.value);
        }
    }

    /// Rows are numbered breadth first, so a row's section is known when its children are met.
    std::vector<std::uint32_t> sectionOfEachRow() const
    {
        std::vector<std::uint32_t> section(m_checkpoint.entries.size(), kNoSection);
        for (std::uint32_t s = 0; s < m_checkpoint.sections.size(); ++s)
            if (m_checkpoint.sections[s].entry < section.size())
                section[m_checkpoint.sections[s].entry] = s;
        for (EntryId id = 1; id < section.size(); ++id)
            if (section[id] == kNoSection)
                section[id] = section[m_checkpoint.entries[id].parent];
        return section;
    }

    /// Mentions of tensors without a storage come last, each by itself.
    std::vector<Mention> collectMentions()
    {
        const std::vector<std::uint32_t> section = sectionOfEachRow();
        std::vector<bool> seen(m_checkpoint.values.size());
        std::vector<Mention> mentions;
        for (EntryId id = 0; id < m_checkpoint.entries.size(); ++id) {
            const Value value = m_checkpoint.entries.value(id);
            if (!value.is(ValueKind::Tensor))
                continue;
            const TensorRef &ref = value.tensor().ref;
            if (ref.storage < m_checkpoint.values.storages().size())
                mentions.push_back({ref.storage, id, section[id], &ref});
            else if (!value.tensor().parts.isValid() && !seen[value.id().index])
                countView("meta", std::array{Mention{kNoStorage, id, section[id], &ref}});
            seen[value.id().index] = true;
        }
        std::ranges::sort(mentions, {}, [](const Mention &m) { return std::tuple(m.storage, m.entry); });
        return mentions;
    }

    /// All mentions of one storage.
    void countMentions(std::span<Mention> mentions)
    {
        const Storage &storage = m_checkpoint.values.storages()[mentions.front().storage];
        const ByteCount unused = unusedBytes(storage, mentions);
        addUpTo(m_summary.wastedBytes.value, unused.value);
        keepLargest(m_summary.wasteful, mentions.front().entry, unused);
        if (mentions.size() > 1) {
            Summary::Shared shared{mentions.front().storage, {}};
            for (const Mention &mention : mentions)
                shared.entries.push_back(mention.entry);
            m_summary.shared.push_back(std::move(shared));
            std::ranges::stable_sort(mentions, [](const Mention &a, const Mention &b) {
                const auto order = compareViews(*a.ref, *b.ref);
                return order != 0 ? order < 0 : a.section < b.section;
            });
        }
        const std::string_view device = storage.device.empty() ? std::string_view("cpu") : storage.device;
        while (!mentions.empty()) {
            std::size_t same = 1;
            while (same < mentions.size() && compareViews(*mentions[0].ref, *mentions[same].ref) == 0)
                ++same;
            countView(device, mentions.first(same));
            mentions = mentions.subspan(same);
        }
    }

    /// Mentions of one and the same tensor, ordered by section: each section counts it once.
    void countView(std::string_view device, std::span<const Mention> mentions)
    {
        const TensorRef &ref = *mentions.front().ref;
        ++m_summary.tensors;
        addUpTo(m_summary.elements, elementsOf(ref));
        m_byDtype.add(dtypeName(ref.dtype), ref);
        m_byDevice.add(device, ref);
        bool inModel = false;
        for (std::size_t i = 0; i < mentions.size(); ++i) {
            const std::uint32_t section = mentions[i].section;
            if (section == kNoSection || (i > 0 && mentions[i - 1].section == section))
                continue;
            Summary::Part &part = m_parts[section];
            ++part.tensors;
            addUpTo(part.elements, elementsOf(ref));
            addUpTo(part.bytes.value, ref.byteCount().value);
            const Role role = m_checkpoint.sections[section].role;
            inModel = inModel || role == Role::Model || role == Role::Module;
        }
        if (inModel) {
            addUpTo(m_summary.modelElements, elementsOf(ref));
            m_modelByDtype.add(dtypeName(ref.dtype), ref);
        }
    }

    /// Bytes of a storage that none of its mentions touches.
    static ByteCount unusedBytes(const Storage &storage, std::span<const Mention> mentions)
    {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> used;
        for (const Mention &mention : mentions) {
            const auto span = mention.ref->elementSpan();
            const std::uint64_t unit = dtypeBytes(mention.ref->dtype);
            if (!span || unit == 0)
                return {};
            const auto from = checkedMul(static_cast<std::uint64_t>(span->first), unit);
            const auto to = checkedMul(static_cast<std::uint64_t>(span->second), unit);
            if (!from || !to || *to > storage.bytes.value)
                return {};
            used.emplace_back(*from, *to);
        }
        std::ranges::sort(used);
        std::uint64_t covered = 0;
        std::uint64_t reached = 0;
        for (const auto &[from, to] : used) {
            const std::uint64_t start = std::max(from, reached);
            covered += to > start ? to - start : 0;
            reached = std::max(reached, to);
        }
        return {storage.bytes.value - covered};
    }

    void keepLargest(std::vector<Summary::Weight> &rows, EntryId entry, ByteCount bytes) const
    {
        if (bytes.value == 0 || (rows.size() == kMostRows && rows.back().bytes >= bytes))
            return;
        const ValueId value = m_checkpoint.entries[entry].value;
        if (std::ranges::any_of(rows, [&](const auto &row) { return m_checkpoint.entries[row.entry].value == value; }))
            return;
        const auto place = std::ranges::find_if(rows, [&](const auto &row) { return row.bytes < bytes; });
        rows.insert(place, {entry, bytes});
        if (rows.size() > kMostRows)
            rows.pop_back();
    }

    void countLargest()
    {
        const ValueTree &tree = m_checkpoint.values;
        for (EntryId id = 0; id < m_checkpoint.entries.size(); ++id) {
            const Value value = m_checkpoint.entries.value(id);
            if (value.is(ValueKind::Tensor))
                keepLargest(m_summary.largest, id, value.tensor().ref.byteCount());
            else if (value.is(ValueKind::Array) && tree.array(value.id()).data.isValid())
                keepLargest(m_summary.largest, id, tree.byteLength(tree.array(value.id()).data));
            else if (value.is(ValueKind::Bytes) || value.is(ValueKind::Str))
                keepLargest(m_summary.largest, id, tree.byteLength(value.id()));
        }
    }

    void finish()
    {
        std::ranges::sort(m_summary.shared, {}, [](const Summary::Shared &shared) { return shared.entries.front(); });
        m_summary.byDtype = std::move(m_byDtype).mostBytesFirst();
        m_summary.byDevice = std::move(m_byDevice).mostBytesFirst();
        m_summary.modelByDtype = std::move(m_modelByDtype).mostBytesFirst();
        for (std::size_t s = 0; s < m_parts.size(); ++s)
            if (m_parts[s].tensors > 0) {
                m_parts[s].section = s;
                m_summary.parts.push_back(m_parts[s]);
            }
    }

    const Checkpoint &m_checkpoint;
    std::vector<Summary::Part> m_parts;
    Groups m_byDtype;
    Groups m_byDevice;
    Groups m_modelByDtype;
    Summary m_summary;
};

}  // namespace

Summary summarize(const Checkpoint &checkpoint) { return Counter(checkpoint).count(); }

}  // namespace waypoint
