// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/chunked_storage.h"

#include "core/base/checked.h"

#include <algorithm>
#include <mutex>

namespace waypoint {

namespace {

std::optional<std::int64_t> productOf(std::span<const std::int64_t> dims)
{
    std::int64_t product = 1;
    for (const std::int64_t dim : dims) {
        const auto next = dim < 0 ? std::nullopt : checkedMul(product, dim);
        if (!next)
            return std::nullopt;
        product = *next;
    }
    return product;
}

bool liesInside(const StorageChunk &chunk, const SmallDims &shape)
{
    if (chunk.offsets.size() != shape.size() || chunk.sizes.size() != shape.size())
        return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const bool inside = chunk.offsets[i] >= 0 && chunk.sizes[i] >= 0 && chunk.offsets[i] <= shape[i]
                            && chunk.sizes[i] <= shape[i] - chunk.offsets[i];
        if (!inside)
            return false;
    }
    return true;
}

/// How a block's elements lie in the whole tensor: as runs of equal length, in rising order.
class Runs
{
public:
    Runs(const StorageChunk &chunk, const SmallDims &shape) : m_chunk(chunk), m_strides(contiguousStrides(shape))
    {
        // From the last dimension on, as long as the block spans the tensor, rows follow one another without a gap.
        m_outer = shape.size();
        while (m_outer > 0) {
            --m_outer;
            m_length *= chunk.sizes[m_outer];
            if (chunk.sizes[m_outer] != shape[m_outer])
                break;
        }
        for (std::size_t i = 0; i < m_outer; ++i)
            m_count *= chunk.sizes[i];
        if (m_length == 0)
            m_count = 0;
    }

    [[nodiscard]] std::int64_t count() const { return m_count; }
    [[nodiscard]] std::int64_t length() const { return m_length; }

    /// First element of a run, counted in the whole tensor.
    [[nodiscard]] std::int64_t start(std::int64_t run) const
    {
        std::int64_t at = 0;
        for (std::size_t i = m_strides.size(); i-- > 0;) {
            std::int64_t index = m_chunk.offsets[i];
            if (i < m_outer) {
                index += run % m_chunk.sizes[i];
                run /= m_chunk.sizes[i];
            }
            at += index * m_strides[i];
        }
        return at;
    }

    /// The first run that ends behind `element`.
    [[nodiscard]] std::int64_t firstBehind(std::int64_t element) const
    {
        std::int64_t low = 0;
        std::int64_t high = m_count;
        while (low < high) {
            const std::int64_t middle = low + (high - low) / 2;
            if (start(middle) + m_length <= element)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

private:
    const StorageChunk &m_chunk;
    SmallDims m_strides;
    std::size_t m_outer = 0;  ///< dimensions that are stepped through; the rest makes up a run
    std::int64_t m_length = 1;
    std::int64_t m_count = 1;
};

class ChunkedFile final : public RandomAccessFile
{
public:
    explicit ChunkedFile(std::shared_ptr<const ChunkedTensor> tensor) : m_tensor(std::move(tensor))
    {
        m_files.resize(m_tensor->chunks.size());
    }

    [[nodiscard]] ByteCount size() const override
    {
        return {static_cast<std::uint64_t>(productOf(m_tensor->shape.dims()).value_or(0)) * m_tensor->elementBytes};
    }
    [[nodiscard]] const std::string &name() const override { return m_name; }

    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        const std::uint64_t end = size().value;
        if (at.value >= end)
            return std::size_t{0};
        into = into.first(std::min<std::uint64_t>(into.size(), end - at.value));
        std::size_t filled = 0;
        for (std::size_t i = 0; i < m_tensor->chunks.size(); ++i) {
            const auto got = fill(i, at.value, into);
            if (!got)
                return got.error();
            filled += *got;
        }
        if (filled < into.size())
            return Error{.code = ErrorCode::Corrupt,
                         .detail = "no block of the checkpoint has this part of the tensor",
                         .at = {},
                         .advice = {},
                         .file = {}};
        return into.size();
    }

private:
    Result<FilePtr> fileOf(std::size_t chunk) const
    {
        const std::lock_guard lock(m_mutex);
        if (!m_files[chunk]) {
            auto file = m_tensor->chunks[chunk].source->open(m_tensor->chunks[chunk].record);
            if (!file)
                return file.error();
            m_files[chunk] = *std::move(file);
        }
        return m_files[chunk];
    }

    /// Copies what the block has of the bytes [at, at + into.size()); returns how many those are.
    Result<std::size_t> fill(std::size_t index, std::uint64_t at, std::span<std::byte> into) const
    {
        const StorageChunk &chunk = m_tensor->chunks[index];
        const std::uint64_t unit = m_tensor->elementBytes;
        const Runs runs(chunk, m_tensor->shape);
        const std::uint64_t runBytes = static_cast<std::uint64_t>(runs.length()) * unit;
        const std::uint64_t end = at + into.size();
        std::size_t filled = 0;
        for (std::int64_t run = runs.firstBehind(static_cast<std::int64_t>(at / unit)); run < runs.count(); ++run) {
            const std::uint64_t runStart = static_cast<std::uint64_t>(runs.start(run)) * unit;
            if (runStart >= end)
                break;
            const std::uint64_t first = std::max(runStart, at);
            const std::uint64_t last = std::min(runStart + runBytes, end);
            const auto file = fileOf(index);
            if (!file)
                return file.error();
            const std::uint64_t place =
                chunk.start.value + static_cast<std::uint64_t>(run) * runBytes + (first - runStart);
            const auto got = (*file)->readAt({place}, into.subspan(first - at, last - first));
            if (!got)
                return got.error();
            if (*got < last - first)
                return Error{.code = ErrorCode::Truncated,
                             .detail = "a block of the tensor ends early",
                             .at = ByteOffset{place + *got},
                             .advice = {},
                             .file = (*file)->name()};
            filled += *got;
        }
        return filled;
    }

    std::shared_ptr<const ChunkedTensor> m_tensor;
    std::string m_name = "tensor in blocks";
    mutable std::mutex m_mutex;
    mutable std::vector<FilePtr> m_files;  ///< opened as they are needed; guarded by m_mutex
};

}  // namespace

std::optional<std::string> chunkProblem(const ChunkedTensor &tensor)
{
    const auto total = productOf(tensor.shape.dims());
    if (!total || !checkedMul<std::int64_t>(*total, tensor.elementBytes))
        return "claim an impossible size";
    std::int64_t sum = 0;
    for (const StorageChunk &chunk : tensor.chunks) {
        if (!liesInside(chunk, tensor.shape))
            return "leave the tensor";
        // Each is at most the whole; a sum that overflows is not the whole either.
        sum = checkedAdd(sum, *productOf(chunk.sizes.dims())).value_or(-1);
        if (sum < 0)
            break;
    }
    return sum == *total ? std::nullopt : std::optional<std::string>("do not fill it exactly");
}

std::uint64_t ChunkedStorage::add(ChunkedTensor tensor)
{
    m_tensors.push_back(std::make_shared<const ChunkedTensor>(std::move(tensor)));
    return m_tensors.size() - 1;
}

Result<FilePtr> ChunkedStorage::open(std::uint64_t record) const
{
    if (record >= m_tensors.size())
        return Error{.code = ErrorCode::Corrupt, .detail = "no such tensor", .at = {}, .advice = {}, .file = {}};
    return FilePtr(std::make_shared<ChunkedFile>(m_tensors[record]));
}

}  // namespace waypoint
