// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/element_access.h"

#include "core/base/checked.h"
#include "core/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace waypoint {

namespace {

static_assert(std::endian::native == std::endian::little, "elements are handed out as they lie in memory");

// A view that repeats a few stored bytes over and over costs time and not one byte of file.
constexpr std::uint64_t kRepeatedBytes = std::uint64_t{4} << 30;
constexpr std::uint64_t kMostRepetition = 64;

bool isPlainInteger(DType dtype)
{
    return !isFloatingPoint(dtype) && !isComplex(dtype) && !isQuantized(dtype) && dtype != DType::Bool
           && dtype != DType::Bits8 && dtype != DType::Bits16;
}

void negateNumber(std::span<std::byte> number)
{
    std::uint64_t value = 0;
    std::memcpy(&value, number.data(), number.size());
    value = 0 - value;
    std::memcpy(number.data(), &value, number.size());
}

Error unsupported(const TensorRef &tensor, std::string_view what)
{
    return {ErrorCode::Unsupported,
            fmt::format("a {} tensor of type {} {}", layoutName(tensor.layout), dtypeName(tensor.dtype), what)};
}

}  // namespace

ElementMeaning::ElementMeaning(const TensorRef &tensor, const Storage &storage)
    : m_unit(dtypeSwapUnit(tensor.dtype)),
      m_swap(storage.bigEndian && m_unit > 1),
      m_negateIntegers(tensor.negative && isPlainInteger(tensor.dtype))
{
    const bool complex = isComplex(tensor.dtype);
    const bool signedUnits = complex || (isFloatingPoint(tensor.dtype) && m_unit > 1);
    m_flipEven = tensor.negative && signedUnits;
    // The imaginary parts stand second; conjugating what is negated gives them back.
    m_flipOdd = m_flipEven != (tensor.conjugate && complex);
}

void ElementMeaning::apply(std::span<std::byte> elements) const
{
    if (m_swap)
        for (std::size_t i = 0; i + m_unit <= elements.size(); i += m_unit)
            std::ranges::reverse(elements.subspan(i, m_unit));
    if (m_negateIntegers)
        for (std::size_t i = 0; i + m_unit <= elements.size(); i += m_unit)
            negateNumber(elements.subspan(i, m_unit));
    if (m_flipEven || m_flipOdd)
        flipSigns(elements);
}

bool ElementMeaning::isKnown(const TensorRef &tensor)
{
    return !tensor.negative || isComplex(tensor.dtype) || isPlainInteger(tensor.dtype)
           || (isFloatingPoint(tensor.dtype) && dtypeSwapUnit(tensor.dtype) > 1);
}

void ElementMeaning::flipSigns(std::span<std::byte> elements) const
{
    bool odd = false;
    for (std::size_t i = 0; i + m_unit <= elements.size(); i += m_unit) {
        if (odd ? m_flipOdd : m_flipEven)
            elements[i + m_unit - 1] ^= std::byte{0x80};
        odd = !odd;
    }
}

StorageBytes::StorageBytes(const Storage &storage, FilePtr file, ByteOffset inFile)
    : m_storage(&storage), m_file(std::move(file)), m_inFile(inFile)
{
}

Result<StorageBytes> StorageBytes::open(const Storage &storage)
{
    if (!storage.source)
        return Error{ErrorCode::Truncated,
                     fmt::format("the bytes of storage '{}' are not in the file", printable(storage.key))};
    auto file = storage.source->open(storage.record);
    if (!file)
        return file.error();
    const auto place = storage.source->place(storage.record);
    return StorageBytes(storage, *std::move(file), place ? place->start : ByteOffset{});
}

Result<void> StorageBytes::checkHolds(ByteRange range) const
{
    if (liesWithin(range, m_file->size()))
        return {};
    return missing(m_file->size(), fmt::format("its tensor needs the {} bytes from byte {} on",
                                               groupedDigits(range.length.value), groupedDigits(range.start.value)));
}

Result<void> StorageBytes::read(ByteOffset at, std::span<std::byte> into) const
{
    auto got = m_file->readAt(at, into);
    if (!got)
        return got.error();
    if (*got < into.size())
        return missing({at.value + *got}, "it became shorter while it was read");
    return {};
}

Error StorageBytes::missing(ByteCount there, std::string_view why) const
{
    return {
        ErrorCode::Truncated,
        fmt::format("storage '{}' ends after {} bytes: {}", printable(m_storage->key), groupedDigits(there.value), why),
        ByteOffset{checkedAdd(m_inFile.value, there.value).value_or(there.value)}};
}

Result<void> checkElementsReadable(const TensorRef &tensor)
{
    if (tensor.layout != TensorLayout::Strided || dtypeBytes(tensor.dtype) == 0)
        return unsupported(tensor, "has no elements of its own that could be read");
    if (dtypeBits(tensor.dtype) < 8 && !tensor.isContiguous())
        return unsupported(tensor, "can be read only where it is contiguous");
    if (!ElementMeaning::isKnown(tensor))
        return unsupported(tensor, "cannot be negated");
    const auto range = tensor.storageRange();
    if (!range)
        return Error{ErrorCode::Corrupt, "a tensor's shape, strides and offset lead outside every storage"};
    const auto bytes = tensor.byteCount().value;
    if (bytes > kRepeatedBytes && bytes / kMostRepetition > range->length.value)
        return Error{ErrorCode::TooLarge, fmt::format("a tensor spreads {} stored bytes over {} bytes of elements",
                                                      groupedDigits(range->length.value), groupedDigits(bytes))};
    return {};
}

}  // namespace waypoint
