// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/block_pixels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

namespace waypoint {

namespace {

constexpr std::size_t kChunk = 256;  // columns whose sums stay in the processor's first cache

template<typename Number>
Number load(const std::byte *at)
{
    Number number;
    std::memcpy(&number, at, sizeof number);
    return number;
}

/// Sum, smallest and largest of each of some neighbouring columns.
template<typename Number>
struct ColumnSums
{
    std::array<double, kChunk> sum;
    std::array<Number, kChunk> low;
    std::array<Number, kChunk> high;

    void begin(const std::byte *row, std::size_t columns)
    {
        for (std::size_t c = 0; c < columns; ++c) {
            const auto number = load<Number>(row + c * sizeof(Number));
            sum[c] = static_cast<double>(number);
            low[c] = high[c] = number;
        }
    }

    void add(const std::byte *row, std::size_t columns)
    {
        for (std::size_t c = 0; c < columns; ++c)
            sum[c] += static_cast<double>(load<Number>(row + c * sizeof(Number)));
        for (std::size_t c = 0; c < columns; ++c) {
            const auto number = load<Number>(row + c * sizeof(Number));
            low[c] = number < low[c] ? number : low[c];
            high[c] = number > high[c] ? number : high[c];
        }
    }

    void addAll(const std::byte *numbers, std::int64_t rows, std::size_t rowBytes, std::size_t columns)
    {
        begin(numbers, columns);
        for (std::int64_t r = 1; r < rows; ++r)
            add(numbers + static_cast<std::size_t>(r) * rowBytes, columns);
    }
};

void addNumber(BlockPixel &pixel, double number)
{
    if (!std::isfinite(number)) {
        pixel.odd = static_cast<std::uint8_t>(pixel.odd | (std::isnan(number) ? 1 : 2));
        return;
    }
    pixel.sum += number;
    pixel.low = std::min(pixel.low, number);
    pixel.high = std::max(pixel.high, number);
    ++pixel.count;
}

}  // namespace

BlockPixels::BlockPixels(std::int64_t rows, std::int64_t columns, std::int64_t rowsPerPixel,
                         std::int64_t columnsPerPixel)
    : m_columns(columns),
      m_rowsPerPixel(rowsPerPixel),
      m_columnsPerPixel(columnsPerPixel),
      m_width((columns - 1) / columnsPerPixel + 1),
      m_pixels(static_cast<std::size_t>(((rows - 1) / rowsPerPixel + 1) * m_width))
{
}

template<typename Number>
void BlockPixels::add(std::span<const std::byte> numbers)
{
    while (!numbers.empty()) {
        const auto left = static_cast<std::int64_t>(numbers.size() / sizeof(Number));
        const auto row = m_position / m_columns;
        const auto column = m_position % m_columns;
        Strip strip{.numbers = numbers.data(), .row = row, .rows = 1, .column = column, .columns = m_columns};
        if (column == 0 && left >= m_columns)
            strip.rows = std::min(left / m_columns, m_rowsPerPixel - row % m_rowsPerPixel);
        else
            strip.columns = std::min(m_columns - column, left);
        addStrip<Number>(strip);
        m_position += strip.rows * strip.columns;
        numbers = numbers.subspan(static_cast<std::size_t>(strip.rows * strip.columns) * sizeof(Number));
    }
}

template<typename Number>
void BlockPixels::addStrip(const Strip &strip)
{
    const auto rowBytes = static_cast<std::size_t>(m_columns) * sizeof(Number);
    ColumnSums<Number> sums;
    for (std::int64_t done = 0; done < strip.columns; done += kChunk) {
        auto chunk = strip;
        chunk.numbers += static_cast<std::size_t>(done) * sizeof(Number);
        chunk.column += done;
        chunk.columns = std::min<std::int64_t>(kChunk, strip.columns - done);
        // Compilers vectorise loops of a known length best.
        if (chunk.columns == kChunk)
            sums.addAll(chunk.numbers, chunk.rows, rowBytes, kChunk);
        else
            sums.addAll(chunk.numbers, chunk.rows, rowBytes, static_cast<std::size_t>(chunk.columns));
        // Whatever is not finite among the numbers makes their sum so.
        const auto end = sums.sum.begin() + chunk.columns;
        if (std::isfinite(std::accumulate(sums.sum.begin(), end, 0.0)))
            addSums(chunk, sums);
        else
            addOddStrip<Number>(chunk);
    }
}

template<typename Sums>
void BlockPixels::addSums(const Strip &strip, const Sums &sums)
{
    auto *pixels = pixelRow(strip.row);
    for (std::int64_t c = 0; c < strip.columns;) {
        const auto column = strip.column + c;
        const auto inPixel = std::min(strip.columns - c, m_columnsPerPixel - column % m_columnsPerPixel);
        auto &pixel = pixels[column / m_columnsPerPixel];
        for (const auto end = c + inPixel; c < end; ++c) {
            const auto i = static_cast<std::size_t>(c);
            pixel.sum += sums.sum[i];
            pixel.low = std::min(pixel.low, static_cast<double>(sums.low[i]));
            pixel.high = std::max(pixel.high, static_cast<double>(sums.high[i]));
        }
        pixel.count += inPixel * strip.rows;
    }
}

template<typename Number>
void BlockPixels::addOddStrip(const Strip &strip)
{
    auto *pixels = pixelRow(strip.row);
    for (std::int64_t r = 0; r < strip.rows; ++r)
        for (std::int64_t c = 0; c < strip.columns; ++c)
            addNumber(pixels[(strip.column + c) / m_columnsPerPixel],
                      static_cast<double>(
                          load<Number>(strip.numbers + static_cast<std::size_t>(r * m_columns + c) * sizeof(Number))));
}

BlockPixel *BlockPixels::pixelRow(std::int64_t row)
{
    return m_pixels.data() + static_cast<std::size_t>(row / m_rowsPerPixel * m_width);
}

template void BlockPixels::add<float>(std::span<const std::byte>);
template void BlockPixels::add<double>(std::span<const std::byte>);

}  // namespace waypoint
