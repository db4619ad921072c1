// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace waypoint {

/// What a pixel knows of the elements it stands for.
struct BlockPixel
{
    double sum = 0;  ///< of the finite ones, as all but `odd`
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    std::int64_t count = 0;
    std::uint8_t odd = 0;  ///< bit 0: a NaN; bit 1: an infinity
};

/// Sums up a matrix, handed over in row-major order in pieces of any length, into pixels of `rowsPerPixel` by
/// `columnsPerPixel` elements. Those of the last row and column may stand for fewer.
class BlockPixels
{
public:
    /// Requires: all numbers are positive.
    BlockPixels(std::int64_t rows, std::int64_t columns, std::int64_t rowsPerPixel, std::int64_t columnsPerPixel);

    /// The bytes of the next float or double numbers. Requires: no more of them than the matrix has.
    template<typename Number>
    void add(std::span<const std::byte> numbers);

    /// Row by row.
    [[nodiscard]] const std::vector<BlockPixel> &pixels() const { return m_pixels; }

private:
    /// Rows of one row of pixels, `columns` elements from `column` on in each.
    struct Strip
    {
        const std::byte *numbers;
        std::int64_t row;
        std::int64_t rows;
        std::int64_t column;
        std::int64_t columns;
    };

    template<typename Number>
    void addStrip(const Strip &strip);
    template<typename Sums>
    void addSums(const Strip &strip, const Sums &sums);
    template<typename Number>
    void addOddStrip(const Strip &strip);
    [[nodiscard]] BlockPixel *pixelRow(std::int64_t row);

    std::int64_t m_columns;
    std::int64_t m_rowsPerPixel;
    std::int64_t m_columnsPerPixel;
    std::int64_t m_width;
    std::int64_t m_position = 0;
    std::vector<BlockPixel> m_pixels;
};

}  // namespace waypoint
