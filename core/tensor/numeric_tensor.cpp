// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/numeric_tensor.h"

#include "core/base/checked.h"
#include "core/tensor/element_blocks.h"
#include "core/tensor/number_decoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

/// Numbers that are decoded at a time: they stay in the processor's first cache.
constexpr std::size_t kPiece = 2048;

/// Values in one element as the shape counts them.
std::int64_t numbersPerElement(DType dtype) { return dtype == DType::Float4E2M1FNx2 ? 2 : 1; }

}  // namespace

std::int64_t numberCount(const TensorRef &tensor)
{
    const auto elements = tensor.elementCount();
    return elements ? checkedMul(*elements, numbersPerElement(tensor.dtype)).value_or(0) : 0;
}

SmallDims shapeOfNumbers(const TensorRef &tensor)
{
    if (tensor.dtype != DType::Float4E2M1FNx2)
        return tensor.shape;
    if (tensor.shape.empty())
        return {2};
    std::vector<std::int64_t> shape;
    shape.reserve(tensor.shape.size());
    for (std::size_t i = 0; i < tensor.shape.size(); ++i)
        shape.push_back(i + 1 < tensor.shape.size() ? tensor.shape[i] : 2 * tensor.shape[i]);
    return SmallDims(shape);
}

Result<void> checkNumeric(DType dtype)
{
    if (decodingUnit(dtype) > 0)
        return {};
    return Error{ErrorCode::Unsupported,
                 fmt::format("elements of type {} are no numbers to Waypoint", dtypeName(dtype))};
}

bool appendNumbers(DType dtype, std::span<const std::byte> elements, std::vector<double> &into)
{
    if (decodingUnit(dtype) == 0)
        return false;
    const std::size_t before = into.size();
    into.resize(before + numbersIn(dtype, elements.size()));
    decodeNumbers(dtype, elements, std::span(into).subspan(before));
    return true;
}

Result<void> forEachNumber(const NumericTensor &tensor, const std::stop_token &stop, const NumberSink &sink)
{
    if (auto numeric = checkNumeric(tensor.ref.dtype); !numeric)
        return numeric;
    const NumberDecoder decoder(tensor);
    std::int64_t first = 0;
    return forEachBlock(tensor.ref, tensor.storage, stop, [&](std::span<const std::byte> block) {
        decoder.decode(block, first, sink);
        first += decoder.numbersIn(block.size());
    });
}

NumberDecoder::NumberDecoder(const NumericTensor &tensor) : m_tensor(tensor), m_count(numberCount(tensor.ref))
{
    for (std::size_t d = tensor.quantization.axis + 1; d < tensor.ref.shape.size(); ++d)
        m_perChannel = checkedMul(m_perChannel, std::max<std::int64_t>(tensor.ref.shape[d], 1)).value_or(1);
}

std::int64_t NumberDecoder::numbersIn(std::size_t bytes) const
{
    return static_cast<std::int64_t>(waypoint::numbersIn(m_tensor.ref.dtype, bytes));
}

void NumberDecoder::decode(std::span<const std::byte> block, std::int64_t first, const NumberSink &sink) const
{
    const DType dtype = m_tensor.ref.dtype;
    const std::size_t unit = decodingUnit(dtype);
    const std::size_t pieceBytes = kPiece / waypoint::numbersIn(dtype, unit) * unit;
    std::array<double, kPiece> numbers;
    while (!block.empty() && first < m_count) {
        const auto piece = block.first(std::min(block.size(), pieceBytes));
        const std::int64_t count = std::min(numbersIn(piece.size()), m_count - first);
        decodeNumbers(dtype, piece, numbers);
        const auto decoded = std::span(numbers).first(static_cast<std::size_t>(count));
        dequantize(decoded, first);
        sink(decoded);
        first += count;
        block = block.subspan(piece.size());
    }
}

void NumberDecoder::dequantize(std::span<double> numbers, std::int64_t first) const
{
    const Quantization &quantization = m_tensor.quantization;
    const std::size_t channels = quantization.scales.size();
    while (channels > 0 && !numbers.empty()) {
        const auto channel = static_cast<std::size_t>(first / m_perChannel) % channels;
        const auto left = channels > 1 ? static_cast<std::size_t>(m_perChannel - first % m_perChannel) : numbers.size();
        const auto run = numbers.first(std::min(numbers.size(), left));
        for (double &number : run)
            number = (number - quantization.zeroPoints[channel]) * quantization.scales[channel];
        first += static_cast<std::int64_t>(run.size());
        numbers = numbers.subspan(run.size());
    }
}

}  // namespace waypoint
