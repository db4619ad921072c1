// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/checkpoint_diff.h"

#include "core/checkpoint/numeric_tensors.h"

#include <algorithm>
#include <map>
#include <utility>

namespace waypoint {

namespace {

/// Pairs of tensors to read, each once: tied weights stand in several rows.
class PairsToRead
{
public:
    PairsToRead(const CheckpointDiff &diff, const std::vector<std::size_t> &which) : m_diff(diff)
    {
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> known;
        for (const std::size_t row : which) {
            const TensorDiff &tensor = diff.tensors[row];
            if (tensor.a == kNoEntry || tensor.b == kNoEntry || tensor.status == DiffStatus::Reshaped)
                continue;
            const auto values = std::pair(entriesA()[tensor.a].value.index, entriesB()[tensor.b].value.index);
            const auto [pair, isNew] = known.try_emplace(values, m_rows.size());
            if (isNew)
                m_rows.emplace_back();
            m_rows[pair->second].push_back(row);
        }
    }

    [[nodiscard]] std::size_t count() const { return m_rows.size(); }
    [[nodiscard]] const std::vector<std::size_t> &rowsOf(std::size_t pair) const { return m_rows[pair]; }

    [[nodiscard]] Result<std::pair<NumericTensor, NumericTensor>> read(std::size_t pair) const
    {
        const TensorDiff &tensor = m_diff.tensors[m_rows[pair].front()];
        auto a = numbersOf(m_diff.a, tensor.a);
        if (!a)
            return a.error();
        auto b = numbersOf(m_diff.b, tensor.b);
        if (!b)
            return b.error();
        return std::pair(*std::move(a), *std::move(b));
    }

    /// Bytes of elements on both sides.
    [[nodiscard]] std::uint64_t bytes() const
    {
        std::uint64_t sum = 0;
        for (const auto &rows : m_rows) {
            const TensorDiff &tensor = m_diff.tensors[rows.front()];
            sum += bytesOf(m_diff.a, tensor.a) + bytesOf(m_diff.b, tensor.b);
        }
        return sum;
    }

private:
    [[nodiscard]] const EntryTree &entriesA() const { return m_diff.a.checkpoint->entries; }
    [[nodiscard]] const EntryTree &entriesB() const { return m_diff.b.checkpoint->entries; }

    static Result<NumericTensor> numbersOf(const DiffSide &side, EntryId entry)
    {
        auto tensor = numericTensor(*side.checkpoint, entry);
        if (tensor)
            return tensor;
        Error error = tensor.error();
        if (error.file.empty())
            error.file = side.checkpoint->path.string();
        return error;
    }

    static std::uint64_t bytesOf(const DiffSide &side, EntryId entry)
    {
        // Only for showing how far it has come: what cannot be read counts nothing.
        const Value value = side.checkpoint->entries.value(entry);
        if (!value.is(ValueKind::Tensor))
            return side.checkpoint->values.byteLength(side.checkpoint->values.array(value.id()).data).value;
        const TensorRef &ref = value.tensor().ref;
        const bool readable = ref.storage != kNoStorage && side.checkpoint->values.storages()[ref.storage].source;
        return readable ? ref.byteCount().value : 0;
    }

    const CheckpointDiff &m_diff;
    std::vector<std::vector<std::size_t>> m_rows;
};

}  // namespace

Result<void> compareNumbers(const CheckpointDiff &diff, const std::vector<std::size_t> &which,
                            const std::stop_token &stop, const TensorDiffSink &sink, unsigned threads,
                            Progress *progress)
{
    const PairsToRead pairs(diff, which);
    if (progress)
        progress->total = pairs.bytes();
    const auto pairAt = [&](std::size_t pair) { return pairs.read(pair); };
    const auto take = [&](std::size_t pair, const Result<TensorDifference> &difference) {
        for (const std::size_t row : pairs.rowsOf(pair))
            sink(row, difference);
    };
    return differencesOfTensors(pairs.count(), pairAt, stop, take, threads, progress);
}

}  // namespace waypoint
