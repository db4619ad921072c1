// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/block_difference.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace waypoint {

namespace {

/// Numbers that are decoded at a time: both sides stay in the processor's first cache. As many of every packed type
/// fill whole bytes.
constexpr std::int64_t kPiece = 1024;

/// The bytes as numbers, which buffers are aligned for.
template<typename Number>
std::span<const Number> as(std::span<const std::byte> block)
{
    return {reinterpret_cast<const Number *>(block.data()), block.size() / sizeof(Number)};
}

/// Decoded numbers of one tensor, piece by piece; real ones become complex where the other tensor is.
class PieceDecoder
{
public:
    PieceDecoder(const NumberRanges &ranges, std::span<const std::byte> block, bool complex)
        : m_ranges(ranges), m_block(block), m_widen(complex && !isComplex(ranges.tensor().ref.dtype))
    {
    }

    /// Valid until the next call. Pieces follow each other.
    std::span<const double> next(NumberRun piece)
    {
        const auto bytes = std::min<std::size_t>(m_ranges.bytesOf(piece.count).value, m_block.size());
        m_ranges.decode(m_block.first(bytes), piece, m_numbers);
        m_block = m_block.subspan(bytes);
        const auto count = static_cast<std::size_t>(piece.count);
        if (m_widen)
            widen(count);
        const bool isPair = m_widen || isComplex(m_ranges.tensor().ref.dtype);
        return std::span(m_numbers).first(isPair ? 2 * count : count);
    }

private:
    void widen(std::size_t count)
    {
        for (std::size_t i = count; i-- > 0;) {
            m_numbers[2 * i + 1] = 0;
            m_numbers[2 * i] = m_numbers[i];
        }
    }

    const NumberRanges &m_ranges;
    std::span<const std::byte> m_block;
    bool m_widen;
    std::array<double, 2 * kPiece> m_numbers{};
};

bool isComplexPair(const NumberRanges &a, const NumberRanges &b)
{
    return isComplex(a.tensor().ref.dtype) || isComplex(b.tensor().ref.dtype);
}

template<typename Sink>
void forEachPiece(const NumberRanges &a, const NumberRanges &b, const BlockPair &blocks, const Sink &sink)
{
    const bool complex = isComplexPair(a, b);
    PieceDecoder decoderA(a, blocks.a, complex);
    PieceDecoder decoderB(b, blocks.b, complex);
    for (std::int64_t done = 0; done < blocks.range.count; done += kPiece) {
        const NumberRun piece{blocks.range.first + done, std::min(kPiece, blocks.range.count - done)};
        sink(decoderA.next(piece), decoderB.next(piece));
    }
}

double realApart(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)) ? 0 : b - a; }

double complexApart(std::span<const double, 2> a, std::span<const double, 2> b)
{
    const bool oddA = std::isnan(a[0]) || std::isnan(a[1]);
    const bool oddB = std::isnan(b[0]) || std::isnan(b[1]);
    if ((a[0] == b[0] && a[1] == b[1]) || (oddA && oddB))
        return 0;
    // An infinite part would hide a NaN from hypot().
    return oddA || oddB ? std::nan("") : std::hypot(realApart(a[0], b[0]), realApart(a[1], b[1]));
}

}  // namespace

DifferenceSums differenceOfBlocks(const NumberRanges &a, const NumberRanges &b, const BlockPair &blocks)
{
    const DType dtype = a.tensor().ref.dtype;
    if (dtype == b.tensor().ref.dtype) {
        switch (dtype) {
        case DType::Float32:
            return differenceOf(as<float>(blocks.a), as<float>(blocks.b));
        case DType::Float64:
            return differenceOf(as<double>(blocks.a), as<double>(blocks.b));
        case DType::Float16:
            return differenceOfHalves(as<std::uint16_t>(blocks.a), as<std::uint16_t>(blocks.b));
        case DType::BFloat16:
            return differenceOfBFloat16s(as<std::uint16_t>(blocks.a), as<std::uint16_t>(blocks.b));
        case DType::Int64:
            return differenceOf(as<std::int64_t>(blocks.a), as<std::int64_t>(blocks.b));
        case DType::UInt64:
            return differenceOf(as<std::uint64_t>(blocks.a), as<std::uint64_t>(blocks.b));
        default:
            break;
        }
    }
    DifferenceSums sums;
    const bool complex = isComplexPair(a, b);
    forEachPiece(a, b, blocks, [&](std::span<const double> pieceA, std::span<const double> pieceB) {
        sums.add(complex ? differenceOfComplex(pieceA, pieceB) : differenceOf(pieceA, pieceB));
    });
    return sums;
}

void differencesInBlocks(const NumberRanges &a, const NumberRanges &b, const BlockPair &blocks, std::span<double> into)
{
    const bool complex = isComplexPair(a, b);
    auto free = into;
    forEachPiece(a, b, blocks, [&](std::span<const double> pieceA, std::span<const double> pieceB) {
        const std::size_t count = complex ? pieceA.size() / 2 : pieceA.size();
        for (std::size_t i = 0; i < count; ++i)
            free[i] = complex ? complexApart(pieceA.subspan(2 * i).first<2>(), pieceB.subspan(2 * i).first<2>())
                              : realApart(pieceA[i], pieceB[i]);
        free = free.subspan(count);
    });
}

}  // namespace waypoint
