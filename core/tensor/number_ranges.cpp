// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/number_ranges.h"

#include "core/tensor/element_blocks.h"
#include "core/tensor/number_decoding.h"
#include "core/tensor/tensor_parts.h"

#include <algorithm>
#include <cassert>
#include <new>
#include <utility>

namespace waypoint {

namespace {

DType componentOf(DType complex)
{
    if (complex == DType::ComplexHalf)
        return DType::Float16;
    return complex == DType::ComplexFloat ? DType::Float32 : DType::Float64;
}

}  // namespace

NumberRanges::NumberRanges(NumericTensor tensor) : m_tensor(std::move(tensor)), m_decoder(m_tensor) {}

Result<std::unique_ptr<const NumberRanges>> NumberRanges::open(NumericTensor tensor)
{
    if (auto numeric = checkNumeric(tensor.ref.dtype); !numeric)
        return numeric.error();
    if (auto readable = checkElementsReadable(tensor.ref); !readable)
        return readable.error();
    std::unique_ptr<NumberRanges> ranges(new NumberRanges(std::move(tensor)));
    if (auto opened = ranges->openStorage(); !opened)
        return opened.error();
    return std::unique_ptr<const NumberRanges>(std::move(ranges));
}

Result<void> NumberRanges::openStorage()
{
    m_count = numberCount(m_tensor.ref);
    m_contiguous = m_tensor.ref.isContiguous();
    if (m_count == 0)
        return {};
    auto opened = withOpenStorage(m_tensor);
    if (!opened)
        return opened.error();
    m_opened = *std::move(opened);
    auto bytes = StorageBytes::open(m_opened.storage);
    if (!bytes)
        return bytes.error();
    m_bytes.emplace(*std::move(bytes));
    m_meaning.emplace(m_tensor.ref, m_tensor.storage);
    auto held = m_bytes->checkHolds(*m_tensor.ref.storageRange());
    return held ? held : located(held.error());
}

ByteCount NumberRanges::bytesOf(std::int64_t numbers) const
{
    const unsigned bits = dtypeBits(m_tensor.ref.dtype);
    const auto count = static_cast<std::uint64_t>(numbers);
    return {bits < 8 ? (count * bits + 7) / 8 : count * dtypeBytes(m_tensor.ref.dtype)};
}

bool NumberRanges::isSameAs(const NumberRanges &other) const
{
    const auto &a = m_tensor;
    const auto &b = other.m_tensor;
    return a.storage.source && a.storage.source == b.storage.source && a.storage.record == b.storage.record
           && a.storage.bigEndian == b.storage.bigEndian && a.ref.dtype == b.ref.dtype && a.ref.offset == b.ref.offset
           && a.ref.shape == b.ref.shape && a.ref.strides == b.ref.strides && a.ref.conjugate == b.ref.conjugate
           && a.ref.negative == b.ref.negative;
}

Result<std::span<const std::byte>> NumberRanges::read(NumberRun range, const std::stop_token &stop,
                                                      std::vector<std::byte> &buffer) const
{
    assert(range.first % kGroup == 0 && range.first + range.count <= m_count);
    try {
        const auto length = static_cast<std::size_t>(bytesOf(range.count).value);
        if (buffer.size() < length)
            buffer.resize(length);
        const auto block = std::span(buffer).first(length);
        if (!m_contiguous) {
            auto gathered = gather(range, stop, buffer);
            return gathered ? Result(std::span<const std::byte>(block)) : located(gathered.error());
        }
        const auto start = m_tensor.ref.storageRange()->start.value + bytesOf(range.first).value;
        if (auto read = m_bytes->read({start}, block); !read)
            return located(read.error());
        m_meaning->apply(block);
        return std::span<const std::byte>(block);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory to read a tensor"};
    }
}

Result<void> NumberRanges::gather(NumberRun range, const std::stop_token &stop, std::vector<std::byte> &buffer) const
{
    const auto parts = runParts(m_opened, range.first, range.count);
    if (!parts)
        return parts.error();
    auto free = std::span(buffer);
    for (const auto &part : *parts) {
        auto read = forEachBlock(part.ref, part.storage, stop, [&](std::span<const std::byte> block) {
            std::ranges::copy(block, free.begin());
            free = free.subspan(block.size());
        });
        if (!read)
            return read;
    }
    return {};
}

void NumberRanges::decode(std::span<const std::byte> block, NumberRun range, std::span<double> into) const
{
    const DType dtype = m_tensor.ref.dtype;
    if (isComplex(dtype)) {
        decodeNumbers(componentOf(dtype), block, into);
        return;
    }
    if (m_tensor.quantization.scales.empty() && numbersIn(dtype, block.size()) <= into.size()) {
        decodeNumbers(dtype, block, into);
        return;
    }
    m_decoder.decode(block, range.first, [&](std::span<const double> numbers) {
        std::ranges::copy(numbers, into.begin());
        into = into.subspan(numbers.size());
    });
}

Error NumberRanges::located(Error error) const
{
    if (error.file.empty() && error.code != ErrorCode::Cancelled && m_bytes)
        error.file = m_bytes->fileName();
    return error;
}

}  // namespace waypoint
