// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/element_access.h"
#include "core/tensor/element_blocks.h"
#include "core/tensor/tensor_parts.h"

#include <algorithm>
#include <new>

namespace waypoint {

namespace {

constexpr std::int64_t kStretch = 4 << 20;  // elements between two looks at the progress

/// Elements are looked for by their bits: those with `low` <= (bits & mask) <= `high`. Every special value of every
/// number format is such a range.
struct BitRange
{
    unsigned unit = 0;        ///< bytes of what is compared; 0: nothing can match
    unsigned perElement = 1;  ///< so many of them in an element, any of which decides
    std::uint64_t mask = 0;
    std::uint64_t low = 0;
    std::uint64_t high = 0;
};

/// IEEE numbers: all ones in the exponent are infinite with an empty significand, else NaN; the sign means nothing.
BitRange ieeeRange(Wanted wanted, unsigned unit, std::uint64_t infinity)
{
    const auto mask = ~std::uint64_t{0} >> (65 - 8 * unit);
    switch (wanted) {
    case Wanted::Nan:
        return {.unit = unit, .mask = mask, .low = infinity + 1, .high = mask};
    case Wanted::Infinite:
        return {.unit = unit, .mask = mask, .low = infinity, .high = infinity};
    case Wanted::NotFinite:
        return {.unit = unit, .mask = mask, .low = infinity, .high = mask};
    case Wanted::Zero:
        break;
    }
    return {.unit = unit, .mask = mask};
}

/// Bytes whose only value that is not finite is the NaN `nan`.
BitRange byteRange(Wanted wanted, std::uint64_t nan, std::uint64_t mask)
{
    if (wanted == Wanted::Zero)
        return {.unit = 1, .mask = mask};
    if (wanted == Wanted::Infinite)
        return {};
    return {.unit = 1, .mask = mask, .low = nan, .high = nan};
}

BitRange rangeOf(Wanted wanted, DType dtype)
{
    switch (dtype) {
    case DType::Float16:
        return ieeeRange(wanted, 2, 0x7c00);
    case DType::BFloat16:
        return ieeeRange(wanted, 2, 0x7f80);
    case DType::Float32:
        return ieeeRange(wanted, 4, 0x7f800000);
    case DType::Float64:
        return ieeeRange(wanted, 8, 0x7ff0000000000000);
    case DType::Float8E5M2:
        return ieeeRange(wanted, 1, 0x7c);
    case DType::Float8E4M3FN:
        return byteRange(wanted, 0x7f, 0x7f);
    case DType::Float8E5M2FNUZ:
    case DType::Float8E4M3FNUZ:
        return byteRange(wanted, 0x80, 0xff);
    case DType::Float8E8M0FNU:
        return wanted == Wanted::Zero ? BitRange{} : byteRange(wanted, 0xff, 0xff);
    default:
        break;
    }
    const auto unit = dtypeBytes(dtype);
    return wanted == Wanted::Zero ? BitRange{.unit = unit, .mask = ~std::uint64_t{0}} : BitRange{};
}

BitRange complexRange(Wanted wanted, DType dtype)
{
    const auto component = dtype == DType::ComplexHalf    ? DType::Float16
                           : dtype == DType::ComplexFloat ? DType::Float32
                                                          : DType::Float64;
    auto range = rangeOf(wanted, component);
    if (wanted != Wanted::Zero) {
        range.perElement = 2;
        return range;
    }
    // Both components at once, without their signs.
    const auto half = 8 * range.unit;
    return {.unit = 2 * range.unit, .mask = range.mask | range.mask << half};
}

/// Finds the first or the last match in elements that come in pieces.
class BitSearch
{
public:
    BitSearch(const BitRange &range, bool last) : m_range(range), m_last(last) {}

    void look(std::span<const std::byte> bytes)
    {
        switch (m_range.unit) {
        case 1:
            return lookAt<std::uint8_t>(bytes);
        case 2:
            return lookAt<std::uint16_t>(bytes);
        case 4:
            return lookAt<std::uint32_t>(bytes);
        default:
            return lookAt<std::uint64_t>(bytes);
        }
    }

    /// Counted from where the first piece began, in elements.
    [[nodiscard]] std::optional<std::int64_t> found() const
    {
        return m_found ? std::optional(*m_found / m_range.perElement) : std::nullopt;
    }

private:
    template<typename Bits>
    [[nodiscard]] bool matches(const std::byte *at) const
    {
        const auto bits = static_cast<Bits>(loadNative<Bits>(at) & static_cast<Bits>(m_range.mask));
        return static_cast<Bits>(bits - static_cast<Bits>(m_range.low))
               <= static_cast<Bits>(m_range.high - m_range.low);
    }

    template<typename Bits>
    static Bits loadNative(const std::byte *at)
    {
        Bits bits{};
        std::copy_n(at, sizeof(Bits), reinterpret_cast<std::byte *>(&bits));
        return bits;
    }

    template<typename Bits>
    void lookAt(std::span<const std::byte> bytes)
    {
        constexpr std::size_t kChunk = 256;
        const auto count = bytes.size() / sizeof(Bits);
        for (std::size_t i = 0; i < count && (m_last || !m_found); i += kChunk) {
            const auto *chunk = bytes.data() + i * sizeof(Bits);
            if (count - i >= kChunk && !anyMatches<Bits, kChunk>(chunk))
                continue;
            pinPoint<Bits>(chunk, std::min(kChunk, count - i), m_seen + static_cast<std::int64_t>(i));
        }
        m_seen += static_cast<std::int64_t>(count);
    }

    /// A loop without exits and of fixed length, for the compiler to vectorise.
    template<typename Bits, std::size_t kCount>
    [[nodiscard]] bool anyMatches(const std::byte *chunk) const
    {
        const auto mask = static_cast<Bits>(m_range.mask);
        const auto low = static_cast<Bits>(m_range.low);
        const auto reach = static_cast<Bits>(m_range.high - m_range.low);
        Bits any = 0;
        for (std::size_t i = 0; i < kCount; ++i) {
            const auto bits = static_cast<Bits>((loadNative<Bits>(chunk + i * sizeof(Bits)) & mask) - low);
            any = static_cast<Bits>(any | (bits <= reach ? Bits{1} : Bits{0}));
        }
        return any != 0;
    }

    template<typename Bits>
    void pinPoint(const std::byte *chunk, std::size_t count, std::int64_t first)
    {
        for (std::size_t i = 0; i < count; ++i) {
            if (!matches<Bits>(chunk + i * sizeof(Bits)))
                continue;
            m_found = first + static_cast<std::int64_t>(i);
            if (!m_last)
                return;
        }
    }

    BitRange m_range;
    bool m_last;
    std::int64_t m_seen = 0;
    std::optional<std::int64_t> m_found;
};

/// Stretches of a tensor, one after the other.
class Finder
{
public:
    Finder(const NumericTensor &tensor, Wanted wanted, bool backwards, const std::stop_token &stop,
           const std::function<void(std::int64_t)> &done)
        : m_tensor(tensor), m_wanted(wanted), m_backwards(backwards), m_stop(stop), m_done(done)
    {
    }

    /// In [first, beyond), from its end where it goes backwards.
    Result<std::optional<std::int64_t>> findIn(std::int64_t first, std::int64_t beyond)
    {
        while (first < beyond) {
            const auto count = std::min(kStretch, beyond - first);
            const auto start = m_backwards ? beyond - count : first;
            auto found = findInStretch(start, count);
            if (!found || *found)
                return found;
            (m_backwards ? beyond : first) += m_backwards ? -count : count;
            m_looked += count;
            if (m_done)
                m_done(m_looked);
        }
        return std::optional<std::int64_t>();
    }

private:
    Result<std::optional<std::int64_t>> findInStretch(std::int64_t first, std::int64_t count)
    {
        const auto parts = runParts(m_tensor, first, count);
        if (!parts)
            return parts.error();
        std::optional<std::int64_t> found;
        auto at = first;
        for (const auto &part : *parts) {
            auto here = findInPart(part);
            if (!here)
                return here;
            if (*here)
                found = at + **here;
            if (found && !m_backwards)
                break;
            at += part.ref.elementCount().value_or(0);
        }
        return found;
    }

    Result<std::optional<std::int64_t>> findInPart(const NumericTensor &part)
    {
        const auto dtype = part.ref.dtype;
        const bool byValue = isQuantized(dtype) || (dtype == DType::ComplexDouble && m_wanted == Wanted::Zero);
        const auto range = byValue            ? rangeOf(m_wanted, DType::Float64)
                           : isComplex(dtype) ? complexRange(m_wanted, dtype)
                                              : rangeOf(m_wanted, dtype);
        BitSearch search(range, m_backwards);
        if (range.unit == 0)
            return search.found();
        const auto look = [&](auto elements) { search.look(std::as_bytes(elements)); };
        auto read = byValue ? forEachNumber(part, m_stop, look) : forEachBlock(part.ref, part.storage, m_stop, look);
        if (!read)
            return read.error();
        return search.found();
    }

    const NumericTensor &m_tensor;
    Wanted m_wanted;
    bool m_backwards;
    const std::stop_token &m_stop;
    const std::function<void(std::int64_t)> &m_done;
    std::int64_t m_looked = 0;
};

}  // namespace

Result<std::optional<std::int64_t>> findElement(const NumericTensor &tensor, Wanted wanted, std::int64_t from,
                                                bool backwards, const std::stop_token &stop,
                                                const std::function<void(std::int64_t)> &done)
{
    try {
        // Its stretches alone may be small enough of a view that repeats a few bytes without end.
        if (auto readable = checkElementsReadable(tensor.ref); !readable)
            return readable.error();
        const auto opened = withOpenStorage(tensor);
        if (!opened)
            return opened.error();
        const auto count = tensor.ref.elementCount().value_or(0);
        Finder finder(*opened, wanted, backwards, stop, done);
        const auto turn = std::clamp<std::int64_t>(backwards ? from : from + 1, 0, count);
        auto found = backwards ? finder.findIn(0, turn) : finder.findIn(turn, count);
        if (!found || *found)
            return found;
        return backwards ? finder.findIn(turn, count) : finder.findIn(0, turn);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory to search a tensor"};
    }
}

}  // namespace waypoint
