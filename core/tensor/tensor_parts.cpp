// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/tensor_parts.h"

#include "core/base/checked.h"
#include "core/tensor/opened_storage.h"
#include "core/tensor/packed_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

constexpr std::int64_t kMostUnpacked = 16'000'000;

Error outside(std::string_view what)
{
    return {ErrorCode::BadArgument, fmt::format("the tensor has no such {}", what)};
}

bool isInside(const PartDim &part, std::int64_t size)
{
    if (part.first < 0 || part.count < 0 || part.step < 1)
        return false;
    if (part.count == 0)
        return part.first <= size;
    const auto reach = checkedMul(part.count - 1, part.step);
    const auto last = reach ? checkedAdd(part.first, *reach) : std::nullopt;
    return last && *last < size;
}

Result<void> checkParts(const TensorRef &ref, std::span<const PartDim> dims, std::span<const std::int64_t> fixed)
{
    std::vector<bool> named(ref.shape.size(), false);
    for (const auto &part : dims) {
        if (part.dim && (*part.dim >= named.size() || named[*part.dim]))
            return outside("dimension");
        if (part.dim)
            named[*part.dim] = true;
        if (!isInside(part, part.dim ? ref.shape[*part.dim] : 1))
            return outside("index");
    }
    for (std::size_t d = 0; d < named.size(); ++d)
        if (!named[d] && (d >= fixed.size() || fixed[d] < 0 || fixed[d] >= ref.shape[d]))
            return outside("index");
    return {};
}

Result<void> checkStrided(const TensorRef &ref)
{
    if (ref.layout != TensorLayout::Strided)
        return Error{ErrorCode::Unsupported,
                     fmt::format("a {} tensor has no elements of its own that could be read", layoutName(ref.layout))};
    if (!ref.elementSpan())
        return Error{ErrorCode::Corrupt, "a tensor's shape, strides and offset lead outside every storage"};
    return {};
}

/// Scales and zero points of the part: those of its channels, or of the one channel it stands in.
Quantization quantizationOf(const NumericTensor &tensor, std::span<const PartDim> dims,
                            std::span<const std::int64_t> fixed)
{
    const auto &all = tensor.quantization;
    const bool perChannel = all.scales.size() > 1;
    const auto at = perChannel ? std::ranges::find(dims, std::optional(all.axis), &PartDim::dim) : dims.end();
    const auto channelOfAll = perChannel && all.axis < fixed.size() ? fixed[all.axis] : 0;
    const auto part = at != dims.end() ? *at : PartDim{.first = channelOfAll};
    Quantization out;
    out.axis = at != dims.end() ? static_cast<std::size_t>(at - dims.begin()) : 0;
    for (std::int64_t i = 0; i < part.count; ++i) {
        const auto channel = static_cast<std::size_t>(part.first + i * part.step);
        if (channel >= all.scales.size())
            break;
        out.scales.push_back(all.scales[channel]);
        out.zeroPoints.push_back(channel < all.zeroPoints.size() ? all.zeroPoints[channel] : 0);
    }
    return out;
}

/// The part as a view of the same storage.
NumericTensor viewOf(const NumericTensor &tensor, std::span<const PartDim> dims, std::span<const std::int64_t> fixed)
{
    const auto &ref = tensor.ref;
    auto out = tensor;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;
    for (std::size_t d = 0; d < ref.shape.size(); ++d)
        if (std::ranges::find(dims, std::optional(d), &PartDim::dim) == dims.end())
            out.ref.offset += fixed[d] * ref.strides[d];
    for (const auto &part : dims) {
        shape.push_back(part.count);
        // A single index has no next one; its stride must not grow past 64 bits.
        strides.push_back(part.dim && part.count > 1 ? ref.strides[*part.dim] * part.step : 1);
        if (part.dim && part.count > 0)
            out.ref.offset += part.first * ref.strides[*part.dim];
    }
    out.ref.shape = SmallDims(shape);
    out.ref.strides = SmallDims(strides);
    if (out.ref.dtype == DType::Float4E2M1FNx2)
        out.ref.dtype = DType::UInt8;
    return out;
}

/// Collects the parts of a row-major run, dimension by dimension.
class RunCutter
{
public:
    explicit RunCutter(const NumericTensor &tensor) : m_tensor(tensor), m_inner(contiguousStrides(tensor.ref.shape)) {}

    /// Elements `first` to `beyond` of what the indices `at` before `dim` leave.
    Result<void> cut(std::vector<std::int64_t> at, std::size_t dim, std::int64_t first, std::int64_t beyond)
    {
        if (first >= beyond)
            return {};
        if (m_tensor.ref.shape.empty())
            return add(at, 0, 0, 1);
        const auto inner = m_inner[dim];
        const auto index = first / inner;
        if (index == (beyond - 1) / inner && beyond - first < inner) {
            at[dim] = index;
            return cut(at, dim + 1, first - index * inner, beyond - index * inner);
        }
        const auto whole = (first + inner - 1) / inner;
        const auto wholeBeyond = beyond / inner;
        at[dim] = index;
        if (auto head = cut(at, dim + 1, first % inner, first % inner == 0 ? 0 : inner); !head)
            return head;
        if (auto middle = add(at, dim, whole, wholeBeyond - whole); !middle)
            return middle;
        at[dim] = wholeBeyond;
        return cut(at, dim + 1, 0, beyond % inner);
    }

    [[nodiscard]] std::vector<NumericTensor> take() && { return std::move(m_parts); }

private:
    /// All elements whose indices before `dim` are `at`'s and whose index there is one of `count` from `first` on.
    Result<void> add(const std::vector<std::int64_t> &at, std::size_t dim, std::int64_t first, std::int64_t count)
    {
        if (count <= 0)
            return {};
        std::vector<PartDim> dims;
        for (auto d = dim; d < m_tensor.ref.shape.size(); ++d)
            dims.push_back(d == dim ? PartDim{d, first, count} : PartDim{d, 0, m_tensor.ref.shape[d]});
        auto part = partOf(m_tensor, dims, at);
        if (!part)
            return part.error();
        m_parts.push_back(*std::move(part));
        return {};
    }

    const NumericTensor &m_tensor;
    SmallDims m_inner;
    std::vector<NumericTensor> m_parts;
};

}  // namespace

Result<NumericTensor> partOf(const NumericTensor &tensor, std::span<const PartDim> dims,
                             std::span<const std::int64_t> fixed)
{
    if (auto strided = checkStrided(tensor.ref); !strided)
        return strided.error();
    if (auto inside = checkParts(tensor.ref, dims, fixed); !inside)
        return inside.error();
    if (!isPacked(tensor.ref.dtype)) {
        auto view = viewOf(tensor, dims, fixed);
        view.quantization = quantizationOf(tensor, dims, fixed);
        return view;
    }
    std::int64_t count = 1;
    for (const auto &part : dims)
        count = checkedMul(count, part.count).value_or(kMostUnpacked + 1);
    if (count > kMostUnpacked)
        return Error{ErrorCode::BadArgument, "a part of more than 16 million packed values"};
    auto unpacked = unpackedPart(tensor, dims, fixed);
    if (unpacked)
        unpacked->quantization = quantizationOf(tensor, dims, fixed);
    return unpacked;
}

Result<NumericTensor> windowPart(const NumericTensor &tensor, const PlaneWindow &window)
{
    const std::array dims{PartDim{window.rowDim, window.firstRow, window.rows, window.rowStep},
                          PartDim{window.columnDim, window.firstColumn, window.columns, window.columnStep}};
    return partOf(tensor, dims, window.fixed);
}

Result<std::vector<NumericTensor>> runParts(const NumericTensor &tensor, std::int64_t first, std::int64_t count)
{
    if (auto strided = checkStrided(tensor.ref); !strided)
        return strided.error();
    const auto all = tensor.ref.elementCount().value_or(0);
    if (first < 0 || count < 0 || first > all || count > all - first)
        return outside("element");
    RunCutter cutter(tensor);
    if (auto done = cutter.cut(std::vector<std::int64_t>(tensor.ref.shape.size(), 0), 0, first, first + count); !done)
        return done.error();
    return std::move(cutter).take();
}

Result<NumericTensor> withOpenStorage(const NumericTensor &tensor)
{
    // Whoever reads it says what is missing.
    if (!tensor.storage.source)
        return tensor;
    auto file = tensor.storage.source->open(tensor.storage.record);
    if (!file)
        return file.error();
    auto out = tensor;
    out.storage.source =
        std::make_shared<const OpenedStorage>(*std::move(file), tensor.storage.source->place(tensor.storage.record));
    return out;
}

}  // namespace waypoint
