// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/cell_pages.h"

#include "core/base/describe_error.h"
#include "core/tensor/tensor_parts.h"
#include "ui/models/text.h"

#include <algorithm>
#include <optional>

namespace waypoint {

namespace {

// 64 x 64 elements make a page of 160 KB; 128 of them are more than any screen shows and stay below 25 MB.
constexpr std::int64_t kPageSide = 64;
constexpr std::size_t kMostPages = 128;

CellRect united(const CellRect &a, const CellRect &b)
{
    const std::int64_t top = std::min(a.row, b.row);
    const std::int64_t left = std::min(a.column, b.column);
    return {top, left, std::max(a.row + a.rows, b.row + b.rows) - top,
            std::max(a.column + a.columns, b.column + b.columns) - left};
}

}  // namespace

CellPages::CellPages(QObject *parent) : QObject(parent), m_reading(this) {}

void CellPages::reset(NumericTensorPtr tensor, const TensorGrid &grid)
{
    m_reading.cancel();
    m_pages.clear();
    m_wanted = {};
    m_tensor = std::move(tensor);
    m_isOpened = false;
    m_grid = grid;
    // Whole rows of a wrapped tensor lie side by side in the file.
    m_pageColumns = grid.isWrapped() ? std::max<std::int64_t>(1, grid.columns()) : kPageSide;
    m_pageRows = std::max<std::int64_t>(1, kPageSide * kPageSide / m_pageColumns);
}

void CellPages::want(const CellRect &visible)
{
    m_wanted = visible.intersected(m_grid.all());
    if (!m_tensor || m_wanted.isEmpty())
        return;
    const CellRect pages = missing();
    if (pages.isEmpty())
        return;
    if (!m_reading.isRunning() || m_beingRead.intersected(m_wanted).isEmpty())
        read(pages);
}

const Element *CellPages::at(Cell cell) const
{
    const Page *page = pageOf(cell);
    if (!page)
        return nullptr;
    const CellRect rect = rectOf(keyOf(cell));
    const auto offset = static_cast<std::size_t>((cell.row - rect.row) * rect.columns + cell.column - rect.column);
    return offset < page->elements.size() ? &page->elements[offset] : nullptr;
}

bool CellPages::isFailed(Cell cell) const
{
    const Page *page = pageOf(cell);
    return page && page->failed;
}

CellRect CellPages::rectOf(Key key) const
{
    return CellRect{key.first * m_pageRows, key.second * m_pageColumns, m_pageRows, m_pageColumns}.intersected(
        m_grid.all());
}

const CellPages::Page *CellPages::pageOf(Cell cell) const
{
    const auto found = m_pages.find(keyOf(cell));
    return found == m_pages.end() ? nullptr : &found->second;
}

CellRect CellPages::missing()
{
    std::optional<CellRect> pages;
    const Key first = keyOf({m_wanted.row, m_wanted.column});
    const Key last = keyOf({m_wanted.row + m_wanted.rows - 1, m_wanted.column + m_wanted.columns - 1});
    ++m_clock;
    for (std::int64_t down = first.first; down <= last.first; ++down)
        for (std::int64_t right = first.second; right <= last.second; ++right) {
            const Key key{down, right};
            if (const auto found = m_pages.find(key); found != m_pages.end())
                found->second.lastWanted = m_clock;
            else
                pages = pages ? united(*pages, rectOf(key)) : rectOf(key);
        }
    return pages.value_or(CellRect{});
}

void CellPages::read(const CellRect &pages)
{
    m_beingRead = pages;
    m_reading.start(
        [tensor = m_tensor, isOpened = m_isOpened, grid = m_grid, pages](std::stop_token stop, Progress &) {
            return std::make_shared<const Piece>(readPiece(tensor, isOpened, grid, pages, stop));
        },
        [this, pages](const std::shared_ptr<const Piece> &piece) { take(pages, *piece); });
}

CellPages::Piece CellPages::readPiece(NumericTensorPtr tensor, bool isOpened, const TensorGrid &grid,
                                      const CellRect &pages, const std::stop_token &stop)
{
    if (!isOpened) {
        Result<NumericTensor> opened = withOpenStorage(*tensor);
        if (!opened)
            return {nullptr, opened.error()};
        tensor = std::make_shared<const NumericTensor>(*std::move(opened));
    }
    return {tensor, grid.read(*tensor, pages, stop)};
}

void CellPages::take(const CellRect &pages, const Piece &piece)
{
    if (piece.opened) {
        m_tensor = piece.opened;
        m_isOpened = true;
    }
    const Elements &elements = piece.elements;
    const Key last = keyOf({pages.row + pages.rows - 1, pages.column + pages.columns - 1});
    for (Key key = keyOf({pages.row, pages.column}); key.first <= last.first; ++key.first)
        for (key.second = pages.column / m_pageColumns; key.second <= last.second; ++key.second) {
            Page page{.elements = {}, .failed = !elements, .lastWanted = m_clock};
            const CellRect rect = rectOf(key);
            for (std::int64_t row = rect.row; elements && row < rect.row + rect.rows; ++row) {
                const std::int64_t first = (row - pages.row) * pages.columns + rect.column - pages.column;
                const auto end = std::min(first + rect.columns, static_cast<std::int64_t>(elements->size()));
                if (first < end)
                    page.elements.insert(page.elements.end(), elements->begin() + first, elements->begin() + end);
            }
            keep(key, std::move(page));
        }
    if (!elements)
        Q_EMIT failed(text::fromUtf8(describe(elements.error())));
    Q_EMIT arrived();
    want(m_wanted);
}

void CellPages::keep(Key key, Page page)
{
    m_pages.insert_or_assign(key, std::move(page));
    if (m_pages.size() > kMostPages)
        m_pages.erase(std::ranges::min_element(
            m_pages, {}, [](const std::pair<const Key, Page> &entry) { return entry.second.lastWanted; }));
}

}  // namespace waypoint
