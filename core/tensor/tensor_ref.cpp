// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/tensor_ref.h"

#include "core/base/checked.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace waypoint {

namespace {

/// Product of `dims`; 0 as soon as one is 0, however large the others are.
std::optional<std::int64_t> product(std::span<const std::int64_t> dims)
{
    if (std::ranges::any_of(dims, [](auto dim) { return dim < 0; }))
        return std::nullopt;
    if (std::ranges::find(dims, 0) != dims.end())
        return 0;
    std::int64_t count = 1;
    for (const auto dim : dims) {
        const auto next = checkedMul(count, dim);
        if (!next)
            return std::nullopt;
        count = *next;
    }
    return count;
}

/// Elements that share a byte and are packed row by row, each row starting a byte of its own
/// (at::native::get_sub_byte_tensor_size); 1 for every other type.
std::int64_t elementsPerByte(DType dtype)
{
    if (dtype == DType::QUInt4x2)
        return 2;
    return dtype == DType::QUInt2x4 ? 4 : 1;
}

}  // namespace

std::optional<ByteRange> StorageSource::place(std::uint64_t /*record*/) const { return std::nullopt; }

std::vector<StorageEvidence> StorageSource::evidence(std::uint64_t record, bool everywhere) const
{
    if (everywhere)
        return {};
    auto bytes = open(record);
    return bytes ? std::vector{StorageEvidence{*std::move(bytes), {}, false}} : std::vector<StorageEvidence>();
}

std::string_view layoutName(TensorLayout layout)
{
    switch (layout) {
    case TensorLayout::Strided:
        return "strided";
    case TensorLayout::SparseCoo:
        return "sparse_coo";
    case TensorLayout::SparseCsr:
        return "sparse_csr";
    case TensorLayout::SparseCsc:
        return "sparse_csc";
    case TensorLayout::SparseBsr:
        return "sparse_bsr";
    case TensorLayout::SparseBsc:
        return "sparse_bsc";
    case TensorLayout::Nested:
        return "nested";
    case TensorLayout::Mkldnn:
        return "_mkldnn";
    case TensorLayout::Wrapper:
        return "wrapper";
    }
    return "strided";
}

std::optional<std::int64_t> TensorRef::elementCount() const { return product(shape.dims()); }

ByteCount TensorRef::byteCount() const
{
    constexpr ByteCount kTooMany{std::numeric_limits<std::uint64_t>::max()};
    auto count = elementCount();
    if (!count)
        return kTooMany;
    if (const auto packed = elementsPerByte(dtype); packed > 1 && !shape.empty()) {
        const auto columns = shape[shape.size() - 1];
        const auto rows = columns > 0 ? *count / columns : 0;
        count = rows * (columns / packed + (columns % packed != 0));
    }
    const auto elements = static_cast<std::uint64_t>(*count);
    if (dtype == DType::Float6E2M3FN || dtype == DType::Float6E3M2FN)
        return {elements / 4 * 3 + (elements % 4 * 6 + 7) / 8};
    if (dtype == DType::Float4E2M1FN)
        return {elements / 2 + elements % 2};
    const auto bytes = checkedMul<std::uint64_t>(elements, dtypeBytes(dtype));
    return bytes ? ByteCount{*bytes} : kTooMany;
}

bool TensorRef::isContiguous() const
{
    if (layout != TensorLayout::Strided || shape.size() != strides.size())
        return false;
    if (elementCount() == 0)
        return true;
    std::int64_t expected = 1;
    for (auto i = shape.size(); i-- > 0;) {
        if (shape[i] == 1)
            continue;
        if (strides[i] != expected)
            return false;
        const auto next = checkedMul(expected, shape[i]);
        if (!next)
            return false;
        expected = *next;
    }
    return true;
}

std::optional<std::pair<std::int64_t, std::int64_t>> TensorRef::elementSpan() const
{
    if (offset < 0 || shape.size() != strides.size())
        return std::nullopt;
    const auto count = elementCount();
    if (!count)
        return std::nullopt;
    if (*count == 0)
        return std::pair{offset, offset};
    std::optional<std::int64_t> first = offset;
    std::optional<std::int64_t> last = offset;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const auto reach = checkedMul(shape[i] - 1, strides[i]);
        auto &end = strides[i] < 0 ? first : last;
        end = reach ? checkedAdd(*end, *reach) : std::nullopt;
        if (!end)
            return std::nullopt;
    }
    const auto beyond = checkedAdd<std::int64_t>(*last, 1);
    if (*first < 0 || !beyond)
        return std::nullopt;
    return std::pair{*first, *beyond};
}

std::optional<ByteRange> TensorRef::storageRange() const
{
    const auto unit = dtypeBytes(dtype);
    const auto span = elementSpan();
    if (!span || unit == 0)
        return std::nullopt;
    const auto start = checkedMul<std::uint64_t>(static_cast<std::uint64_t>(span->first), unit);
    if (!start)
        return std::nullopt;
    if (dtypeBits(dtype) < 8 && isContiguous())
        return ByteRange{{*start}, byteCount()};
    const auto length = checkedMul<std::uint64_t>(static_cast<std::uint64_t>(span->second - span->first), unit);
    if (!length || !checkedAdd(*start, *length))
        return std::nullopt;
    return ByteRange{{*start}, {*length}};
}

SmallDims contiguousStrides(const SmallDims &shape)
{
    std::vector<std::int64_t> strides(shape.size());
    std::int64_t stride = 1;
    for (auto i = shape.size(); i-- > 0;) {
        strides[i] = stride;
        // A shape whose product does not fit has no elements to find either: its strides stay at the largest number.
        stride =
            checkedMul(stride, std::max<std::int64_t>(shape[i], 1)).value_or(std::numeric_limits<std::int64_t>::max());
    }
    return SmallDims(strides);
}

}  // namespace waypoint
