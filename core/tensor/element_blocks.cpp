// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/element_blocks.h"

#include "core/base/checked.h"
#include "core/base/printable.h"
#include "core/io/sha256.h"
#include "core/tensor/strided_gather.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

static_assert(std::endian::native == std::endian::little, "elements are handed out as they lie in memory");

constexpr std::size_t kBlock = 1u << 20;        // a multiple of every element's size
constexpr std::size_t kFloat6Block = 3u << 18;  // and of four float6 in three bytes

// A view that repeats a few stored bytes over and over costs time and not one byte of file.
constexpr std::uint64_t kRepeatedBytes = std::uint64_t{4} << 30;
constexpr std::uint64_t kMostRepetition = 64;

std::size_t blockBytes(DType dtype) { return dtypeBits(dtype) == 6 ? kFloat6Block : kBlock; }

bool isPlainInteger(DType dtype)
{
    return !isFloatingPoint(dtype) && !isComplex(dtype) && !isQuantized(dtype) && dtype != DType::Bool
           && dtype != DType::Bits8 && dtype != DType::Bits16;
}

/// Elements as they are stored -> as they are meant: little-endian, conjugated, negated.
class Meaning
{
public:
    Meaning(const TensorRef &tensor, const Storage &storage)
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

    void apply(std::span<std::byte> elements) const
    {
        if (m_swap)
            for (std::size_t i = 0; i + m_unit <= elements.size(); i += m_unit)
                std::ranges::reverse(elements.subspan(i, m_unit));
        if (m_negateIntegers)
            for (std::size_t i = 0; i + m_unit <= elements.size(); i += m_unit)
                negate(elements.subspan(i, m_unit));
        if (m_flipEven || m_flipOdd)
            flipSigns(elements);
    }

    /// Whether Waypoint knows what lazily negating this type means.
    static bool isKnown(const TensorRef &tensor)
    {
        return !tensor.negative || isComplex(tensor.dtype) || isPlainInteger(tensor.dtype)
               || (isFloatingPoint(tensor.dtype) && dtypeSwapUnit(tensor.dtype) > 1);
    }

private:
    static void negate(std::span<std::byte> number)
    {
        std::uint64_t value = 0;
        std::memcpy(&value, number.data(), number.size());
        value = 0 - value;
        std::memcpy(number.data(), &value, number.size());
    }

    void flipSigns(std::span<std::byte> elements) const
    {
        bool odd = false;
        for (std::size_t i = 0; i + m_unit <= elements.size(); i += m_unit) {
            if (odd ? m_flipOdd : m_flipEven)
                elements[i + m_unit - 1] ^= std::byte{0x80};
            odd = !odd;
        }
    }

    std::size_t m_unit;
    bool m_swap;
    bool m_negateIntegers;
    bool m_flipEven = false;
    bool m_flipOdd = false;
};

/// A storage's bytes, with errors that tell the place in the file.
class StorageBytes
{
public:
    static Result<StorageBytes> open(const Storage &storage)
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

    [[nodiscard]] Result<void> checkHolds(ByteRange range) const
    {
        if (liesWithin(range, m_file->size()))
            return {};
        return missing(m_file->size(),
                       fmt::format("its tensor needs the {} bytes from byte {} on", groupedDigits(range.length.value),
                                   groupedDigits(range.start.value)));
    }

    Result<void> read(ByteOffset at, std::span<std::byte> into) const
    {
        auto got = m_file->readAt(at, into);
        if (!got)
            return got.error();
        if (*got < into.size())
            return missing({at.value + *got}, "it became shorter while it was read");
        return {};
    }

private:
    StorageBytes(const Storage &storage, FilePtr file, ByteOffset inFile)
        : m_storage(&storage), m_file(std::move(file)), m_inFile(inFile)
    {
    }

    [[nodiscard]] Error missing(ByteCount there, std::string_view why) const
    {
        return {ErrorCode::Truncated,
                fmt::format("storage '{}' ends after {} bytes: {}", printable(m_storage->key),
                            groupedDigits(there.value), why),
                ByteOffset{checkedAdd(m_inFile.value, there.value).value_or(there.value)}};
    }

    const Storage *m_storage;
    FilePtr m_file;
    ByteOffset m_inFile;
};

Error unsupported(const TensorRef &tensor, std::string_view what)
{
    return {ErrorCode::Unsupported,
            fmt::format("a {} tensor of type {} {}", layoutName(tensor.layout), dtypeName(tensor.dtype), what)};
}

Result<void> checkReadable(const TensorRef &tensor)
{
    if (tensor.layout != TensorLayout::Strided || dtypeBytes(tensor.dtype) == 0)
        return unsupported(tensor, "has no elements of its own that could be read");
    if (dtypeBits(tensor.dtype) < 8 && !tensor.isContiguous())
        return unsupported(tensor, "can be read only where it is contiguous");
    if (!Meaning::isKnown(tensor))
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

Result<void> readContiguous(const StorageBytes &bytes, ByteRange range, std::size_t most, const Meaning &meaning,
                            const std::stop_token &stop, const ElementSink &sink)
{
    std::vector<std::byte> block(static_cast<std::size_t>(std::min<std::uint64_t>(most, range.length.value)));
    for (std::uint64_t done = 0; done < range.length.value;) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled};
        const auto length = std::min<std::uint64_t>(block.size(), range.length.value - done);
        const auto part = std::span(block).first(static_cast<std::size_t>(length));
        if (auto read = bytes.read({range.start.value + done}, part); !read)
            return read;
        meaning.apply(part);
        sink(part);
        done += length;
    }
    return {};
}

Result<void> readStrided(const StorageBytes &bytes, const TensorRef &tensor, const Meaning &meaning,
                         const std::stop_token &stop, const ElementSink &sink)
{
    StridedGather gather(tensor, [&](ByteOffset at, std::span<std::byte> into) { return bytes.read(at, into); });
    return gather.run(stop, [&](std::span<std::byte> band) -> Result<void> {
        while (!band.empty()) {
            if (stop.stop_requested())
                return Error{ErrorCode::Cancelled};
            const auto part = band.first(std::min(band.size(), kBlock));
            meaning.apply(part);
            sink(part);
            band = band.subspan(part.size());
        }
        return {};
    });
}

}  // namespace

Result<void> forEachBlock(const TensorRef &tensor, const Storage &storage, const std::stop_token &stop,
                          const ElementSink &sink)
{
    try {
        if (auto readable = checkReadable(tensor); !readable)
            return readable;
        // An empty tensor has all its elements wherever its storage is.
        if (tensor.elementCount() == 0)
            return {};
        auto bytes = StorageBytes::open(storage);
        if (!bytes)
            return bytes.error();
        const auto range = *tensor.storageRange();
        if (auto held = bytes->checkHolds(range); !held)
            return held;
        const Meaning meaning(tensor, storage);
        return tensor.isContiguous() ? readContiguous(*bytes, range, blockBytes(tensor.dtype), meaning, stop, sink)
                                     : readStrided(*bytes, tensor, meaning, stop, sink);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory to read a tensor"};
    }
}

Result<std::string> sha256OfElements(const TensorRef &tensor, const Storage &storage, const std::stop_token &stop)
{
    Sha256 hash;
    auto read = forEachBlock(tensor, storage, stop, [&](std::span<const std::byte> block) { hash.update(block); });
    if (!read)
        return read.error();
    auto digest = hash.hexDigest();
    if (digest.empty())
        return Error{ErrorCode::Unsupported, "this system's cryptography library offers no SHA-256"};
    return digest;
}

}  // namespace waypoint
