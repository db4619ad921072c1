// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/pack_storages.h"

#include "core/base/checked.h"
#include "core/base/printable.h"
#include "core/checkpoint/export/view_overlap.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

/// Storages begin where any element may begin: the largest has 16 bytes.
constexpr std::uint64_t kAlignment = 16;

/// Each view of a range is compared with each; where there are more than a model ever has, they are left as they are.
constexpr std::size_t kMostApart = 64;
constexpr std::size_t kMostCompared = 2000;

/// Where a tensor without elements lies: behind all others, and apart.
constexpr ByteRange kNoBytes{{~std::uint64_t(0)}, {0}};

/// A tensor that looks at a storage.
struct User
{
    ValueId node;
    ByteRange range;  ///< of the storage
    DType to = DType::Unknown;
};

bool sameView(const TensorRef &a, const TensorRef &b)
{
    return a.dtype == b.dtype && a.offset == b.offset && a.shape == b.shape && a.strides == b.strides
           && a.conjugate == b.conjugate && a.negative == b.negative;
}

/// One packing.
class Packing
{
public:
    Packing(ValueTree &tree, const PackOptions &options) : m_tree(tree), m_options(options)
    {
        m_made.source = std::make_shared<ExportStorages>();
    }

    Result<PackedStorages> run()
    {
        if (const Result<void> collected = collect(); !collected)
            return collected.error();
        for (StorageIndex index = 0; index < m_users.size(); ++index)
            if (!m_users[index].empty())
                pack(index);
        convertOuterTypes();
        return std::move(m_made);
    }

private:
    // --- who looks at what ---

    Result<void> collect()
    {
        m_users.resize(m_tree.storages().size());
        m_whole.resize(m_tree.storages().size());
        for (std::uint32_t i = 0; i < m_tree.size(); ++i) {
            const ValueId id{i};
            if (m_tree.kind(id) == ValueKind::Storage) {
                if (!isThere(m_tree.storageIndex(id)))
                    return missing(id);
                m_whole[m_tree.storageIndex(id)] = true;
            } else if (m_tree.kind(id) == ValueKind::Tensor) {
                if (const Result<void> added = addTensor(id); !added)
                    return added;
            }
        }
        return {};
    }

    Result<void> addTensor(ValueId id)
    {
        const TensorRef &ref = m_tree.tensor(id).ref;
        if (ref.layout != TensorLayout::Strided || ref.storage == kNoStorage)
            return {};
        const Storage &storage = m_tree.storages()[ref.storage];
        if (storage.device == "meta" && !storage.source)
            return {};
        const auto range = ref.storageRange();
        const bool isEmpty = ref.elementCount() == 0;
        if (!isEmpty && (!range || !liesWithin(*range, storage.bytes)))
            return Error{ErrorCode::Corrupt,
                         fmt::format("'{}' reaches beyond its storage of {} bytes", printable(m_options.name(id)),
                                     groupedDigits(storage.bytes.value)),
                         {},
                         "Leave it out: choose other parts, or names by a pattern.",
                         {}};
        if (!isEmpty && !isThere(ref.storage))
            return missing(id);
        m_users[ref.storage].push_back({id, isEmpty ? kNoBytes : *range, targetOf(id, ref)});
        return {};
    }

    [[nodiscard]] bool isThere(StorageIndex index) const
    {
        const Storage &storage = m_tree.storages()[index];
        return (storage.present && storage.source) || storage.bytes.value == 0;
    }

    [[nodiscard]] Error missing(ValueId id) const
    {
        return {ErrorCode::Truncated,
                fmt::format("the bytes of '{}' are not in the file, or not all of them", printable(m_options.name(id))),
                {},
                "Salvage writes what is left; or leave it out: choose other parts, or names by a pattern.",
                {}};
    }

    [[nodiscard]] DType targetOf(ValueId id, const TensorRef &ref) const
    {
        const bool can = m_options.dtype && ref.dtype != *m_options.dtype && !m_tree.tensor(id).quantized
                         && canConvertFloats(ref.dtype, *m_options.dtype) && m_options.converts(id);
        return can ? *m_options.dtype : ref.dtype;
    }

    // --- one storage ---

    void pack(StorageIndex index)
    {
        std::vector<User> &users = m_users[index];
        const std::uint64_t before = m_tree.storages()[index].bytes.value;
        std::stable_sort(users.begin(), users.end(), [](const User &a, const User &b) {
            return std::pair(a.range.start, b.range.length) < std::pair(b.range.start, a.range.length);
        });
        const bool isSmall = std::any_of(users.begin(), users.end(), [&](const User &user) {
            return dtypeBits(m_tree.tensor(user.node).ref.dtype) < 8;
        });
        std::vector<std::vector<User>> parts;
        std::uint64_t shown = 0;
        for (std::size_t first = 0; first < users.size();) {
            const std::size_t end = endOfSegment(users, first);
            for (std::vector<User> &part : apart(std::span(users).subspan(first, end - first)))
                parts.push_back(std::move(part));
            first = end;
        }
        for (const std::vector<User> &part : parts) {
            shown += shownBy(part);
            for (const User &user : part)
                m_made.groups.emplace(user.node.index, m_group);
            m_group += 1;
        }
        if (!m_whole[index])
            m_made.wasted.value += before - std::min(before, shown);
        // Nothing is wasted by tensors that share out a storage among them, as flattened parameters do.
        const bool isFull = shown >= before && before > 0;
        if (isFull && isOfOneKind(users) && before % dtypeBytes(m_tree.tensor(users.front().node).ref.dtype) == 0)
            return slice(index, users, {{0}, {before}}, true);
        const bool compacts = m_options.compact && !isFull && !m_whole[index] && !isSmall;
        for (const std::vector<User> &part : parts)
            if (compacts || converts(part))
                cut(index, part);
    }

    /// All of one type before, and of one after.
    [[nodiscard]] bool isOfOneKind(std::span<const User> users) const
    {
        const User &first = users.front();
        return std::all_of(users.begin(), users.end(), [&](const User &user) {
            return user.to == first.to && m_tree.tensor(user.node).ref.dtype == m_tree.tensor(first.node).ref.dtype;
        });
    }

    [[nodiscard]] bool isConverted(const User &user) const { return user.to != m_tree.tensor(user.node).ref.dtype; }

    [[nodiscard]] bool converts(std::span<const User> segment) const
    {
        return std::any_of(segment.begin(), segment.end(), [&](const User &user) { return isConverted(user); });
    }

    /// Users of overlapping ranges follow each other. Empty tensors share nothing.
    static std::size_t endOfSegment(const std::vector<User> &users, std::size_t first)
    {
        const auto endOf = [](const User &user) { return user.range.start.value + user.range.length.value; };
        std::uint64_t reach = endOf(users[first]);
        std::size_t end = first + 1;
        if (users[first].range.length.value == 0)
            return end;
        while (end < users.size() && users[end].range.start.value < reach && users[end].range.length.value > 0)
            reach = std::max(reach, endOf(users[end++]));
        return end;
    }

    /// The users of one range, those that have bytes in common together. Where they fill it, they stay as they are.
    [[nodiscard]] std::vector<std::vector<User>> apart(std::span<const User> segment) const
    {
        std::vector<std::vector<User>> parts;
        if (segment.size() > kMostCompared)
            return {{segment.begin(), segment.end()}};
        for (const User &user : segment) {
            const auto overlaps = [&](const std::vector<User> &part) {
                return std::any_of(part.begin(), part.end(),
                                   [&](const User &other) { return haveCommonBytes(user, other); });
            };
            // All parts that this one overlaps become one, which stands where the first of them stood.
            const auto first = std::find_if(parts.begin(), parts.end(), overlaps);
            if (first == parts.end() && parts.size() >= kMostApart)
                return {{segment.begin(), segment.end()}};
            if (first == parts.end()) {
                parts.push_back({user});
                continue;
            }
            for (auto next = std::next(first); next != parts.end();) {
                if (!overlaps(*next)) {
                    ++next;
                    continue;
                }
                first->insert(first->end(), next->begin(), next->end());
                next = parts.erase(next);
            }
            first->push_back(user);
        }
        std::uint64_t shown = 0;
        for (const std::vector<User> &part : parts)
            shown += shownBy(part);
        if (parts.size() > 1 && shown >= rangeOf(segment).length.value)
            return {{segment.begin(), segment.end()}};
        return parts;
    }

    [[nodiscard]] bool haveCommonBytes(const User &a, const User &b) const
    {
        const TensorRef &one = m_tree.tensor(a.node).ref;
        const TensorRef &other = m_tree.tensor(b.node).ref;
        return one.dtype != other.dtype || sameView(one, other) || mayOverlap(one, other);
    }

    static ByteRange rangeOf(std::span<const User> segment)
    {
        std::uint64_t start = segment.front().range.start.value;
        std::uint64_t end = start;
        for (const User &user : segment)
            start = std::min(start, user.range.start.value);
        for (const User &user : segment)
            end = std::max(end, user.range.start.value + user.range.length.value);
        return {{start}, {end - start}};
    }

    [[nodiscard]] bool isOneView(std::span<const User> segment) const
    {
        const TensorRef &first = m_tree.tensor(segment.front().node).ref;
        return std::all_of(segment.begin(), segment.end(),
                           [&](const User &user) { return sameView(first, m_tree.tensor(user.node).ref); });
    }

    /// Bytes that the users show; more where views overlap in part, but never more than their range.
    [[nodiscard]] std::uint64_t shownBy(std::span<const User> segment) const
    {
        const std::uint64_t range = rangeOf(segment).length.value;
        std::uint64_t sum = 0;
        std::vector<const TensorRef *> views;
        if (segment.size() > kMostCompared)
            return range;
        for (const User &user : segment) {
            const TensorRef &view = m_tree.tensor(user.node).ref;
            const bool isKnown =
                std::any_of(views.begin(), views.end(), [&](const TensorRef *other) { return sameView(*other, view); });
            if (isKnown)
                continue;
            sum = checkedAdd(sum, view.byteCount().value).value_or(range);
            if (sum >= range)
                return range;
            views.push_back(&view);
        }
        return sum;
    }

    /// Gives the users of overlapping bytes a storage of their own.
    void cut(StorageIndex index, std::span<const User> segment)
    {
        const ByteRange range = rangeOf(segment);
        const User &first = segment.front();
        const TensorRef &view = m_tree.tensor(first.node).ref;
        const bool sameTypes = isOfOneKind(segment);
        const bool hasGaps = view.byteCount().value < range.length.value;
        if (isOneView(segment) && sameTypes && hasGaps && m_options.compact && isGatherable(view))
            gather(index, segment);
        else if (converts(segment) && !sameTypes)
            separate(index, segment);
        else
            slice(index, segment, range, sameTypes);
    }

    /// forEachBlock() refuses a few bytes that are repeated for ever (an expanded tensor); those have no gaps.
    static bool isGatherable(const TensorRef &view)
    {
        return !view.negative || isFloatingPoint(view.dtype) || isComplex(view.dtype);
    }

    /// The range as it lies; offsets count from its start.
    void slice(StorageIndex index, std::span<const User> segment, ByteRange range, bool sameTypes)
    {
        const Storage storage = m_tree.storages()[index];
        if (range.length.value == 0)
            range = {};
        if (!sameTypes) {
            // Elements of several types: each of them must still begin at a multiple of its size.
            const std::uint64_t more = range.start.value % kAlignment;
            range = {{range.start.value - more}, {range.length.value + more}};
        }
        const DType from = m_tree.tensor(segment.front().node).ref.dtype;
        const DType to = segment.front().to;
        const bool isAll = range.start.value == 0 && range.length.value == storage.bytes.value;
        if (isAll && from == to)
            return;
        ExportPiece piece{
            .source = storage, .view = m_tree.tensor(segment.front().node).ref, .to = from == to ? from : to};
        piece.range = range;
        const StorageIndex made = add(storage, std::move(piece), segment.front().node);
        for (const User &user : segment) {
            TensorRef &ref = m_tree.tensor(user.node).ref;
            ref.storage = made;
            const auto start = static_cast<std::int64_t>(range.start.value / dtypeBytes(ref.dtype));
            ref.offset = range.length.value == 0 ? 0 : ref.offset - start;
            ref.dtype = user.to;
        }
    }

    /// The elements of one view side by side; all of its users show it.
    void gather(StorageIndex index, std::span<const User> segment)
    {
        const Storage storage = m_tree.storages()[index];
        ExportPiece piece{.source = storage,
                          .view = m_tree.tensor(segment.front().node).ref,
                          .to = segment.front().to,
                          .gather = true};
        const StorageIndex made = add(storage, std::move(piece), segment.front().node);
        for (const User &user : segment) {
            TensorRef &ref = m_tree.tensor(user.node).ref;
            ref.storage = made;
            ref.offset = 0;
            ref.strides = contiguousStrides(ref.shape);
            ref.conjugate = false;
            ref.negative = false;
            ref.dtype = user.to;
        }
    }

    /// Views that cannot share any more, since their elements become of different sizes: equal ones still do.
    void separate(StorageIndex index, std::span<const User> segment)
    {
        std::vector<User> left(segment.begin(), segment.end());
        std::size_t views = 0;
        while (!left.empty()) {
            const TensorRef view = m_tree.tensor(left.front().node).ref;
            const DType to = left.front().to;
            const auto same = std::stable_partition(left.begin(), left.end(), [&](const User &user) {
                return user.to == to && sameView(view, m_tree.tensor(user.node).ref);
            });
            const std::vector<User> equal(left.begin(), same);
            for (const User &user : equal)
                m_made.groups[user.node.index] = m_group;
            m_group += 1;
            gather(index, equal);
            left.erase(left.begin(), same);
            ++views;
        }
        m_made.separated += views > 1 ? views : 0;
    }

    StorageIndex add(const Storage &before, ExportPiece piece, ValueId firstUser)
    {
        piece.name = m_options.name(firstUser);
        Storage made = before;
        made.bytes = ExportStorages::bytesOf(piece);
        // What is gathered or converted is little-endian.
        made.bigEndian = before.bigEndian && !piece.gather && piece.to == piece.view.dtype;
        if (piece.gather || piece.to != piece.view.dtype)
            made.dtype = piece.to;
        made.record = m_made.source->add(std::move(piece));
        made.source = m_made.source;
        made.present = true;
        return m_tree.addStorage(std::move(made));
    }

    /// A sparse or nested tensor is of the type of what it holds.
    void convertOuterTypes()
    {
        if (!m_options.dtype)
            return;
        for (std::uint32_t i = 0; i < m_tree.size(); ++i) {
            const ValueId id{i};
            if (m_tree.kind(id) != ValueKind::Tensor || m_tree.tensor(id).ref.layout == TensorLayout::Strided)
                continue;
            const ValueId parts = m_tree.tensor(id).parts;
            if (!parts.isValid() || m_tree.kind(parts) != ValueKind::Dict)
                continue;
            const auto pairs = m_tree.children(parts);
            for (std::size_t p = 0; p + 1 < pairs.size(); p += 2) {
                const std::string_view name = m_tree.text(pairs[p]);
                if ((name == "values" || name == "buffer") && m_tree.kind(pairs[p + 1]) == ValueKind::Tensor)
                    m_tree.tensor(id).ref.dtype = m_tree.tensor(pairs[p + 1]).ref.dtype;
            }
        }
    }

    ValueTree &m_tree;
    const PackOptions &m_options;
    PackedStorages m_made;
    std::vector<std::vector<User>> m_users;  ///< by storage
    std::vector<bool> m_whole;               ///< storages that are values themselves
    std::size_t m_group = 0;
};

}  // namespace

Result<PackedStorages> packStorages(ValueTree &tree, const PackOptions &options)
{
    return Packing(tree, options).run();
}

}  // namespace waypoint
