// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/plane_image.h"

#include "core/tensor/block_pixels.h"
#include "core/tensor/element_access.h"
#include "core/tensor/element_blocks.h"
#include "core/tensor/packed_values.h"
#include "core/tensor/tensor_parts.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

namespace waypoint {

namespace {

constexpr std::int64_t kTileElements = 2 << 20;  // a thread's piece of work: milliseconds
constexpr unsigned kMostThreads = 16;

/// A piece of the picture, in pixels.
struct Tile
{
    std::int64_t firstRow = 0;
    std::int64_t rows = 0;
    std::int64_t firstColumn = 0;
    std::int64_t columns = 0;
};

std::int64_t ceilDiv(std::int64_t a, std::int64_t b) { return a / b + (a % b != 0); }

/// Elements for a pixel, so that `elements` fit `pixels`.
std::int64_t perPixel(std::int64_t elements, std::int64_t pixels)
{
    return std::max<std::int64_t>(ceilDiv(elements, std::max<std::int64_t>(pixels, 1)), 1);
}

float toFloat(double number)
{
    constexpr double kMost = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(number, -kMost, kMost));
}

/// Makes the picture of one window, tile by tile on several threads.
class PicturePainter
{
public:
    PicturePainter(const NumericTensor &tensor, const PlaneWindow &window, std::int64_t widest, std::int64_t highest,
                   const std::stop_token &stop)
        : m_tensor(tensor), m_window(window), m_stop(stop)
    {
        m_image.columnsPerPixel = perPixel(window.columns, widest);
        m_image.rowsPerPixel = perPixel(window.rows, highest);
        m_image.width = ceilDiv(window.columns, m_image.columnsPerPixel);
        m_image.height = ceilDiv(window.rows, m_image.rowsPerPixel);
    }

    Result<PlaneImage> paint()
    {
        const auto pixels = static_cast<std::size_t>(m_image.width * m_image.height);
        m_image.mean.assign(pixels, std::numeric_limits<float>::quiet_NaN());
        m_image.extreme = m_image.mean;
        m_image.odd.assign(pixels, 0);
        cutTiles();
        runThreads();
        if (!m_outcome)
            return m_outcome.error();
        if (m_low <= m_high) {
            m_image.min = m_low;
            m_image.max = m_high;
        }
        return std::move(m_image);
    }

private:
    void cutTiles()
    {
        const auto pixelElements = m_image.columnsPerPixel * m_image.rowsPerPixel;
        // Whole rows of pixels where they are not too long: they are read in one piece.
        const auto columns = std::clamp<std::int64_t>(2 * kTileElements / pixelElements, 1, m_image.width);
        const auto rows = std::clamp<std::int64_t>(kTileElements / pixelElements / columns, 1, m_image.height);
        for (std::int64_t y = 0; y < m_image.height; y += rows)
            for (std::int64_t x = 0; x < m_image.width; x += columns)
                m_tiles.push_back({y, std::min(rows, m_image.height - y), x, std::min(columns, m_image.width - x)});
    }

    void runThreads()
    {
        const auto cores = std::clamp(std::thread::hardware_concurrency(), 1u, kMostThreads);
        const auto helpers = std::min<std::size_t>(cores, m_tiles.size()) - 1;
        std::vector<std::jthread> threads;
        threads.reserve(helpers);
        try {
            for (std::size_t i = 0; i < helpers; ++i)
                threads.emplace_back([this] { work(); });
        } catch (const std::system_error &) {
            // The system has no more threads: those there are do it.
        }
        work();
    }

    void work()
    {
        while (!m_failed) {
            const auto next = m_next.fetch_add(1);
            if (next >= m_tiles.size())
                return;
            try {
                keep(paintTile(m_tiles[next]));
            } catch (const std::bad_alloc &) {
                keep(Error{ErrorCode::TooLarge, "there is not enough memory for a picture of a tensor"});
            }
        }
    }

    void keep(Result<void> outcome)
    {
        if (outcome)
            return;
        const std::lock_guard lock(m_mutex);
        m_failed = true;
        m_outcome = std::move(outcome);
    }

    [[nodiscard]] PlaneWindow elementsOf(const Tile &tile) const
    {
        auto part = m_window;
        part.firstRow += tile.firstRow * m_image.rowsPerPixel;
        part.firstColumn += tile.firstColumn * m_image.columnsPerPixel;
        part.rows = std::min(tile.rows * m_image.rowsPerPixel, m_window.firstRow + m_window.rows - part.firstRow);
        part.columns = std::min(tile.columns * m_image.columnsPerPixel,
                                m_window.firstColumn + m_window.columns - part.firstColumn);
        part.rowStep = part.columnStep = 1;
        return part;
    }

    Result<void> paintTile(const Tile &tile)
    {
        const auto elements = elementsOf(tile);
        const auto part = windowPart(m_tensor, elements);
        if (!part)
            return part.error();
        BlockPixels pixels(elements.rows, elements.columns, m_image.rowsPerPixel, m_image.columnsPerPixel);
        const auto read =
            part->ref.dtype == DType::Float32
                ? forEachBlock(part->ref, part->storage, m_stop, [&](auto block) { pixels.add<float>(block); })
                : forEachNumber(*part, m_stop, [&](auto numbers) { pixels.add<double>(std::as_bytes(numbers)); });
        if (!read)
            return read;
        put(tile, pixels.pixels());
        return {};
    }

    /// Tiles lie apart; only the range is shared.
    void put(const Tile &tile, const std::vector<BlockPixel> &pixels)
    {
        auto low = std::numeric_limits<double>::infinity();
        auto high = -low;
        std::size_t i = 0;
        for (std::int64_t y = 0; y < tile.rows; ++y) {
            auto at = static_cast<std::size_t>((tile.firstRow + y) * m_image.width + tile.firstColumn);
            for (std::int64_t x = 0; x < tile.columns; ++x, ++at, ++i) {
                const auto &pixel = pixels[i];
                m_image.odd[at] = pixel.odd;
                if (pixel.count == 0)
                    continue;
                m_image.mean[at] = toFloat(pixel.sum / static_cast<double>(pixel.count));
                m_image.extreme[at] = toFloat(-pixel.low > pixel.high ? pixel.low : pixel.high);
                low = std::min(low, pixel.low);
                high = std::max(high, pixel.high);
            }
        }
        const std::lock_guard lock(m_mutex);
        m_low = std::min(m_low, low);
        m_high = std::max(m_high, high);
    }

    const NumericTensor &m_tensor;
    PlaneWindow m_window;
    const std::stop_token &m_stop;
    PlaneImage m_image;
    std::vector<Tile> m_tiles;
    std::atomic<std::size_t> m_next = 0;
    std::atomic<bool> m_failed = false;
    std::mutex m_mutex;
    Result<void> m_outcome;
    double m_low = std::numeric_limits<double>::infinity();
    double m_high = -std::numeric_limits<double>::infinity();
};

/// Says what is wrong with a window by taking only its corners.
Result<void> checkCorners(const NumericTensor &tensor, PlaneWindow window)
{
    window.rowStep = std::max<std::int64_t>(window.rows - 1, 1);
    window.columnStep = std::max<std::int64_t>(window.columns - 1, 1);
    window.rows = std::min<std::int64_t>(window.rows, 2);
    window.columns = std::min<std::int64_t>(window.columns, 2);
    const auto corners = windowPart(tensor, window);
    return corners ? Result<void>() : Result<void>(corners.error());
}

/// A view that repeats a few bytes without end is refused as a whole: its tiles alone may be small enough.
Result<void> checkWhole(const NumericTensor &tensor, const PlaneWindow &window)
{
    if (isPacked(tensor.ref.dtype))
        return {};
    const auto part = windowPart(tensor, window);
    return part ? checkElementsReadable(part->ref) : Result<void>(part.error());
}

/// Whether the file holds the window column by column: then it is read as its transpose, in large pieces.
bool runsDownColumns(const NumericTensor &tensor, const PlaneWindow &window)
{
    const auto &strides = tensor.ref.strides;
    if (!window.rowDim || !window.columnDim || window.rows < 2 || window.columns < 2 || *window.rowDim >= strides.size()
        || *window.columnDim >= strides.size())
        return false;
    return std::abs(strides[*window.rowDim]) < std::abs(strides[*window.columnDim]);
}

PlaneWindow turned(PlaneWindow window)
{
    std::swap(window.rowDim, window.columnDim);
    std::swap(window.firstRow, window.firstColumn);
    std::swap(window.rows, window.columns);
    return window;
}

template<typename Pixel>
std::vector<Pixel> turned(const std::vector<Pixel> &pixels, std::int64_t width, std::int64_t height)
{
    std::vector<Pixel> out(pixels.size());
    for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x)
            out[static_cast<std::size_t>(x * height + y)] = pixels[static_cast<std::size_t>(y * width + x)];
    return out;
}

PlaneImage turned(PlaneImage image)
{
    image.mean = turned(image.mean, image.width, image.height);
    image.extreme = turned(image.extreme, image.width, image.height);
    image.odd = turned(image.odd, image.width, image.height);
    std::swap(image.width, image.height);
    std::swap(image.columnsPerPixel, image.rowsPerPixel);
    return image;
}

}  // namespace

PlaneWindow wholePlane(const NumericTensor &tensor, PlaneWindow window)
{
    const auto &shape = tensor.ref.shape;
    window.firstRow = window.firstColumn = 0;
    window.rows = window.rowDim ? shape[*window.rowDim] : 1;
    window.columns = window.columnDim ? shape[*window.columnDim] : 1;
    window.rowStep = window.columnStep = 1;
    return window;
}

Result<PlaneImage> windowImage(const NumericTensor &tensor, const PlaneWindow &window, std::int64_t widest,
                               std::int64_t highest, const std::stop_token &stop)
{
    try {
        if (auto inside = checkCorners(tensor, window); !inside)
            return inside.error();
        if (window.rows < 1 || window.columns < 1)
            return PlaneImage{};
        const auto opened = withOpenStorage(tensor);
        if (!opened)
            return opened.error();
        if (auto readable = checkWhole(*opened, window); !readable)
            return readable.error();
        if (!runsDownColumns(*opened, window))
            return PicturePainter(*opened, window, widest, highest, stop).paint();
        auto image = PicturePainter(*opened, turned(window), highest, widest, stop).paint();
        if (!image)
            return image;
        return turned(*std::move(image));
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory for a picture of a tensor"};
    }
}

}  // namespace waypoint
