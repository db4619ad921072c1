// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/strided_gather.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace waypoint {

namespace {

constexpr std::int64_t kBandBytes = 64 << 20;
constexpr std::int64_t kPieceBytes = 4 << 20;
constexpr std::int64_t kCheapBytes = 64 << 10;  // reading that much costs little more than reading one element
constexpr std::int64_t kMostWaste = 4;          // bytes read for one that is used, where pieces are larger

/// Whether to read `span` bytes in one go for the sake of `used` of them.
bool isWorthReading(std::int64_t span, std::int64_t used)
{
    return span <= kCheapBytes || (span <= kPieceBytes && used >= span / kMostWaste);
}

/// Calls `visit` with every index of a box of `sizes`, the last dimension fastest, until it returns false.
template<typename Visit>
void countThrough(std::span<const std::int64_t> sizes, Visit visit)
{
    std::vector<std::int64_t> index(sizes.size(), 0);
    for (;;) {
        if (!visit(std::span<const std::int64_t>(index)))
            return;
        auto d = sizes.size();
        while (d > 0 && ++index[d - 1] == sizes[d - 1])
            index[--d] = 0;
        if (d == 0)
            return;
    }
}

template<typename Element>
void copyAlong(const std::byte *from, std::int64_t fromStride, std::byte *to, std::int64_t toStride, std::int64_t count)
{
    constexpr auto kSize = static_cast<std::int64_t>(sizeof(Element));
    for (std::int64_t i = 0; i < count; ++i)
        std::memcpy(to + i * toStride * kSize, from + i * fromStride * kSize, sizeof(Element));
}

auto copierFor(std::size_t unit)
{
    switch (unit) {
    case 1:
        return &copyAlong<std::uint8_t>;
    case 2:
        return &copyAlong<std::uint16_t>;
    case 4:
        return &copyAlong<std::uint32_t>;
    case 8:
        return &copyAlong<std::uint64_t>;
    default:
        return &copyAlong<std::array<std::uint64_t, 2>>;
    }
}

}  // namespace

StridedGather::StridedGather(const TensorRef &tensor, StorageRead read)
    : m_tensor(tensor), m_read(std::move(read)), m_unit(dtypeBytes(tensor.dtype))
{
    chooseBands();
}

void StridedGather::chooseBands()
{
    const auto shape = m_tensor.shape.dims();
    const auto unit = static_cast<std::int64_t>(m_unit);
    m_split = shape.size() - 1;
    while (m_split > 0 && shape[m_split] <= kBandBytes / unit / m_rowElements)
        m_rowElements *= shape[m_split--];
    m_rowsPerBand = std::clamp<std::int64_t>(kBandBytes / unit / m_rowElements, 1, shape[m_split]);
    m_band.resize(static_cast<std::size_t>(m_rowsPerBand * m_rowElements) * m_unit);
}

Result<void> StridedGather::run(const std::stop_token &stop,
                                const std::function<Result<void>(std::span<std::byte>)> &sink)
{
    const auto shape = m_tensor.shape.dims();
    const auto strides = m_tensor.strides.dims();
    Result<void> outcome;
    countThrough(shape.first(m_split), [&](std::span<const std::int64_t> index) {
        Place place{.inStorage = m_tensor.offset};
        for (std::size_t d = 0; d < m_split; ++d)
            place.inStorage += index[d] * strides[d];
        for (std::int64_t row = 0; row < shape[m_split] && outcome; row += m_rowsPerBand) {
            const auto rows = std::min(m_rowsPerBand, shape[m_split] - row);
            outcome = fillBand(rows, {.inStorage = place.inStorage + row * strides[m_split]}, stop);
            if (outcome)
                outcome = sink(std::span(m_band).first(static_cast<std::size_t>(rows * m_rowElements) * m_unit));
        }
        return static_cast<bool>(outcome);
    });
    return outcome;
}

std::vector<StridedGather::Axis> StridedGather::bandAxes(std::int64_t rows, Place &place) const
{
    std::vector<Axis> axes;
    std::int64_t inBand = m_rowElements;
    for (auto d = m_split; d < m_tensor.shape.size(); ++d) {
        const auto size = d == m_split ? rows : m_tensor.shape[d];
        if (d > m_split)
            inBand /= size;
        Axis axis{.size = size, .inStorage = m_tensor.strides[d], .inBand = inBand};
        if (axis.inStorage < 0) {
            place.inStorage += (size - 1) * axis.inStorage;
            place.inBand += (size - 1) * axis.inBand;
            axis = {.size = size, .inStorage = -axis.inStorage, .inBand = -axis.inBand};
        }
        if (size > 1)
            axes.push_back(axis);
    }
    std::ranges::stable_sort(axes, std::ranges::greater{}, &Axis::inStorage);
    return axes;
}

StridedGather::Cut StridedGather::cutOf(std::span<const Axis> axes) const
{
    const auto unit = static_cast<std::int64_t>(m_unit);
    auto span = unit;
    auto used = unit;
    auto whole = axes.size();
    for (; whole > 0; --whole) {
        const auto &axis = axes[whole - 1];
        const auto wider = span + (axis.size - 1) * axis.inStorage * unit;
        const auto more = axis.inStorage == 0 ? used : used * axis.size;
        if (!isWorthReading(wider, more))
            break;
        span = wider;
        used = more;
    }
    if (whole == 0)
        return {};
    // An axis that repeats elements is always worth it, so the gap is not 0.
    const auto gap = axes[whole - 1].inStorage * unit;
    const auto stepsWithin = [&](std::int64_t bytes) {
        return std::min(1 + std::max<std::int64_t>(bytes - span, 0) / gap, axes[whole - 1].size);
    };
    auto step = stepsWithin(kPieceBytes);
    if (!isWorthReading(span + (step - 1) * gap, used * step))
        step = stepsWithin(kCheapBytes);
    return {.axis = whole, .step = step};
}

Result<void> StridedGather::fillBand(std::int64_t rows, Place place, const std::stop_token &stop)
{
    const auto axes = bandAxes(rows, place);
    const auto cut = cutOf(axes);
    if (cut.axis == 0)
        return readPieces({}, axes, place, stop);
    const auto axis = axes[cut.axis - 1];
    const auto edge = axes.begin() + static_cast<std::ptrdiff_t>(cut.axis);
    std::vector<Axis> outer(axes.begin(), edge);
    std::vector<Axis> inner(edge - 1, axes.end());
    outer.back() = {
        .size = axis.size / cut.step, .inStorage = axis.inStorage * cut.step, .inBand = axis.inBand * cut.step};
    inner.front().size = cut.step;
    if (auto done = readPieces(outer, inner, place, stop); !done)
        return done;
    const auto rest = axis.size % cut.step;
    if (rest == 0)
        return {};
    inner.front().size = rest;
    place.inStorage += (axis.size - rest) * axis.inStorage;
    place.inBand += (axis.size - rest) * axis.inBand;
    return readPieces(std::span(outer).first(outer.size() - 1), inner, place, stop);
}

Result<void> StridedGather::readPieces(std::span<const Axis> outer, std::span<const Axis> inner, Place place,
                                       const std::stop_token &stop)
{
    std::vector<std::int64_t> sizes;
    for (const auto &axis : outer)
        sizes.push_back(axis.size);
    Result<void> outcome;
    countThrough(sizes, [&](std::span<const std::int64_t> index) {
        if (stop.stop_requested()) {
            outcome = Error{ErrorCode::Cancelled};
            return false;
        }
        auto piece = place;
        for (std::size_t d = 0; d < index.size(); ++d) {
            piece.inStorage += index[d] * outer[d].inStorage;
            piece.inBand += index[d] * outer[d].inBand;
        }
        outcome = readPiece(inner, piece);
        return static_cast<bool>(outcome);
    });
    return outcome;
}

Result<void> StridedGather::readPiece(std::span<const Axis> inner, Place place)
{
    std::int64_t elements = 1;
    std::vector<std::int64_t> sizes;
    for (const auto &axis : inner) {
        elements += (axis.size - 1) * axis.inStorage;
        sizes.push_back(axis.size);
    }
    const auto unit = static_cast<std::int64_t>(m_unit);
    m_piece.resize(static_cast<std::size_t>(elements) * m_unit);
    auto read = m_read({static_cast<std::uint64_t>(place.inStorage * unit)}, m_piece);
    if (!read)
        return read;
    const auto copy = copierFor(m_unit);
    const auto last = inner.empty() ? Axis{} : inner.back();
    countThrough(std::span<const std::int64_t>(sizes).first(sizes.empty() ? 0 : sizes.size() - 1),
                 [&](std::span<const std::int64_t> index) {
                     std::int64_t from = 0;
                     auto to = place.inBand;
                     for (std::size_t d = 0; d < index.size(); ++d) {
                         from += index[d] * inner[d].inStorage;
                         to += index[d] * inner[d].inBand;
                     }
                     copy(m_piece.data() + from * unit, last.inStorage, m_band.data() + to * unit, last.inBand,
                          last.size);
                     return true;
                 });
    return {};
}

}  // namespace waypoint
