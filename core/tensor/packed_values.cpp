// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/packed_values.h"

#include "core/tensor/opened_storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace waypoint {

namespace {

/// So many values lie in so many whole bytes.
struct Group
{
    std::int64_t values = 1;
    std::int64_t bytes = 1;
};

Group groupOf(DType dtype)
{
    switch (dtype) {
    case DType::Float6E2M3FN:
    case DType::Float6E3M2FN:
        return {.values = 4, .bytes = 3};
    case DType::QUInt2x4:
        return {.values = 4, .bytes = 1};
    default:
        return {.values = 2, .bytes = 1};
    }
}

/// Reads runs of values out of the groups that hold them.
class PackedReader
{
public:
    PackedReader(const NumericTensor &tensor, FilePtr file)
        : m_dtype(tensor.ref.dtype), m_group(groupOf(m_dtype)), m_file(std::move(file))
    {
        m_start = tensor.ref.storageRange()->start.value;
        m_bytes = tensor.ref.byteCount().value;
    }

    /// Every `step`-th of the values from the row-major `position` on. Values follow each other through all rows, also
    /// where torch reserves whole bytes for each row (of quint4x2, quint2x4).
    Result<void> append(std::int64_t position, std::int64_t count, std::int64_t step, std::vector<double> &into)
    {
        const auto skipped = position % m_group.values;
        const auto values = skipped + (count - 1) * step + 1;
        const auto from = static_cast<std::uint64_t>(position / m_group.values * m_group.bytes);
        const auto wanted = static_cast<std::uint64_t>((values + m_group.values - 1) / m_group.values * m_group.bytes);
        auto bytes = readRange(*m_file, {{m_start + from}, {std::min(wanted, m_bytes - from)}});
        if (!bytes)
            return bytes.error();
        m_values.clear();
        if (!appendNumbers(m_dtype, *bytes, m_values) || m_values.size() < static_cast<std::size_t>(values))
            return Error{ErrorCode::Unsupported,
                         fmt::format("values of type {} cannot be unpacked", dtypeName(m_dtype))};
        for (std::int64_t i = 0; i < count; ++i)
            into.push_back(m_values[static_cast<std::size_t>(skipped + i * step)]);
        return {};
    }

private:
    DType m_dtype;
    Group m_group;
    FilePtr m_file;
    std::uint64_t m_start = 0;
    std::uint64_t m_bytes = 0;
    std::vector<double> m_values;
};

template<typename Number>
FilePtr memoryOf(const std::vector<double> &values)
{
    std::vector<std::byte> bytes(values.size() * sizeof(Number));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto number = static_cast<Number>(values[i]);
        std::memcpy(bytes.data() + i * sizeof(Number), &number, sizeof(Number));
    }
    return memoryFile("unpacked values", std::move(bytes));
}

NumericTensor madeOf(const NumericTensor &tensor, std::span<const PartDim> dims, const std::vector<double> &values)
{
    NumericTensor made;
    const bool quantized = isQuantized(tensor.ref.dtype);
    std::vector<std::int64_t> shape;
    for (const auto &dim : dims)
        shape.push_back(dim.count);
    made.ref.dtype = quantized ? DType::QUInt8 : DType::Float32;
    made.ref.shape = SmallDims(shape);
    made.ref.strides = contiguousStrides(made.ref.shape);
    made.ref.negative = tensor.ref.negative;
    made.storage.key = tensor.storage.key;
    made.storage.dtype = made.ref.dtype;
    made.storage.present = true;
    const auto file = quantized ? memoryOf<std::uint8_t>(values) : memoryOf<float>(values);
    made.storage.bytes = file->size();
    made.storage.source = std::make_shared<const OpenedStorage>(file);
    return made;
}

/// Row-major positions where runs along the last of `dims` begin.
std::vector<std::int64_t> runStarts(const SmallDims &strides, std::span<const PartDim> outer, std::int64_t origin)
{
    std::vector<std::int64_t> starts{origin};
    for (const auto &dim : outer) {
        const auto stride = dim.dim ? strides[*dim.dim] * dim.step : 0;
        std::vector<std::int64_t> next;
        next.reserve(starts.size() * static_cast<std::size_t>(dim.count));
        for (const auto start : starts)
            for (std::int64_t i = 0; i < dim.count; ++i)
                next.push_back(start + i * stride);
        starts = std::move(next);
    }
    return starts;
}

std::int64_t originOf(const SmallDims &strides, std::span<const PartDim> dims, std::span<const std::int64_t> fixed)
{
    std::int64_t origin = 0;
    for (std::size_t d = 0; d < strides.size(); ++d) {
        const auto at = std::ranges::find(dims, std::optional(d), &PartDim::dim);
        origin += (at == dims.end() ? fixed[d] : at->first) * strides[d];
    }
    return origin;
}

}  // namespace

bool isPacked(DType dtype)
{
    // Shapes of the x2 type count bytes.
    return dtype != DType::Float4E2M1FNx2 && dtypeBits(dtype) > 0 && dtypeBits(dtype) < 8;
}

Result<NumericTensor> unpackedPart(const NumericTensor &tensor, std::span<const PartDim> dims,
                                   std::span<const std::int64_t> fixed)
{
    if (!tensor.ref.isContiguous() || !tensor.ref.storageRange() || !tensor.storage.source)
        return Error{ErrorCode::Unsupported, fmt::format("a tensor of type {} can be read only where it is contiguous",
                                                         dtypeName(tensor.ref.dtype))};
    auto file = tensor.storage.source->open(tensor.storage.record);
    if (!file)
        return file.error();
    PackedReader reader(tensor, *std::move(file));
    const auto strides = contiguousStrides(tensor.ref.shape);
    const PartDim alone;
    const bool along = !dims.empty() && dims.back().dim == strides.size() - 1;
    const auto &run = along ? dims.back() : alone;
    std::vector<double> values;
    for (const auto start :
         runStarts(strides, along ? dims.first(dims.size() - 1) : dims, originOf(strides, dims, fixed)))
        if (auto read = reader.append(start, run.count, run.step, values); !read)
            return read.error();
    return madeOf(tensor, dims, values);
}

}  // namespace waypoint
