// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/filter_grid.h"

#include "ui/models/colors.h"
#include "ui/models/text.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr int kGap = 4;
constexpr int kLabelledTile = 24;  // pixels; on smaller ones a number finds no room
constexpr int kLongestScroll = 1 << 30;

}  // namespace

FilterGrid::FilterGrid(QWidget *parent) : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    viewport()->setMouseTracking(true);
    viewport()->setBackgroundRole(QPalette::Window);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Filters"));
}

void FilterGrid::setShape(const FilterShape &shape)
{
    setHovered({});
    if (m_shape == shape)
        return;
    m_shape = shape;
    layOut();
    verticalScrollBar()->setValue(0);
    horizontalScrollBar()->setValue(0);
}

void FilterGrid::setSettings(const FilterGridSettings &settings)
{
    if (m_settings == settings)
        return;
    // What is in the middle stays in sight.
    const double down = verticalScrollBar()->maximum() > 0
                            ? static_cast<double>(verticalScrollBar()->value()) / verticalScrollBar()->maximum()
                            : 0;
    m_settings = settings;
    layOut();
    verticalScrollBar()->setValue(static_cast<int>(down * verticalScrollBar()->maximum()));
    Q_EMIT visibleChanged();
}

void FilterGrid::setNumbers(FilterNumbersPtr numbers)
{
    m_numbers = std::move(numbers);
    viewport()->update();
}

QSize FilterGrid::tileSize() const
{
    const auto longer = static_cast<double>(std::max<std::int64_t>({m_shape.width, m_shape.height, 1}));
    const double cell = m_settings.tileSize / longer;
    const auto pixels = [&](std::int64_t cells) {
        return std::max(static_cast<int>(std::lround(cell * static_cast<double>(cells))), 3);
    };
    // A strip of one row is made higher: 1-D kernels are to be seen, too.
    return {pixels(m_shape.width), std::max(pixels(m_shape.height), std::min(m_settings.tileSize / 4, 16))};
}

bool FilterGrid::hasLabels() const
{
    return m_settings.tiles != FilterTiles::AllChannels && tileSize().width() >= kLabelledTile;
}

QSize FilterGrid::pitch() const
{
    const int label = hasLabels() ? fontMetrics().height() : 0;
    return tileSize() + QSize(kGap, kGap + label);
}

std::int64_t FilterGrid::tilesAcross() const
{
    if (m_settings.tiles == FilterTiles::AllChannels)
        return std::max<std::int64_t>(m_shape.channels, 1);
    return std::clamp<std::int64_t>((viewport()->width() - kGap) / pitch().width(), 1,
                                    std::max<std::int64_t>(m_shape.filters, 1));
}

std::int64_t FilterGrid::tileRows() const
{
    if (m_settings.tiles == FilterTiles::AllChannels)
        return m_shape.filters;
    return (m_shape.filters + tilesAcross() - 1) / tilesAcross();
}

void FilterGrid::layOut()
{
    const bool heads = m_settings.tiles == FilterTiles::AllChannels;
    const int line = fontMetrics().height();
    const int numbers = fontMetrics().horizontalAdvance(text::integer(m_shape.filters));
    setViewportMargins(0, 0, 0, 0);
    const QSize step = pitch();
    const auto fitted = [](std::int64_t count, int size) {
        return static_cast<int>(std::min<std::int64_t>(count * size, kLongestScroll));
    };
    const int left = heads ? numbers + 2 * kGap : 0;
    const int top = heads ? line + kGap : 0;
    const int wide = heads ? fitted(tilesAcross(), step.width()) + left + kGap : 0;
    const int high = fitted(tileRows(), step.height()) + top + kGap;
    horizontalScrollBar()->setRange(0, std::max(wide - viewport()->width(), 0));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(step.width());
    verticalScrollBar()->setRange(0, std::max(high - viewport()->height(), 0));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(step.height());
    viewport()->update();
}

QRect FilterGrid::tileRect(std::int64_t filter, std::int64_t channel) const
{
    const bool heads = m_settings.tiles == FilterTiles::AllChannels;
    const auto row = heads ? filter : filter / tilesAcross();
    const auto column = heads ? channel : filter % tilesAcross();
    const int left = heads ? fontMetrics().horizontalAdvance(text::integer(m_shape.filters)) + 2 * kGap : kGap;
    const int top = heads ? fontMetrics().height() + kGap : kGap;
    return {QPoint(left + static_cast<int>(column * pitch().width()) - horizontalScrollBar()->value(),
                   top + static_cast<int>(row * pitch().height()) - verticalScrollBar()->value()),
            tileSize()};
}

FilterGrid::TileRange FilterGrid::visibleTiles() const
{
    const QPoint origin = tileRect(0).topLeft();
    const auto first = [](int at, int step) { return std::max<std::int64_t>(-at / step, 0); };
    const auto last = [](int at, int step, int room, std::int64_t count) {
        return std::min<std::int64_t>((room - at) / step, count - 1);
    };
    return {first(origin.y(), pitch().height()), last(origin.y(), pitch().height(), viewport()->height(), tileRows()),
            first(origin.x(), pitch().width()), last(origin.x(), pitch().width(), viewport()->width(), tilesAcross())};
}

FilterRange FilterGrid::visibleRange() const
{
    const auto tiles = visibleTiles();
    FilterRange range{.depth = std::min(m_settings.depth, m_shape.depth - 1)};
    if (m_settings.tiles == FilterTiles::AllChannels) {
        range.firstFilter = tiles.firstRow;
        range.filters = tiles.lastRow - tiles.firstRow + 1;
        range.firstChannel = tiles.firstColumn;
        range.channels = tiles.lastColumn - tiles.firstColumn + 1;
        return range;
    }
    range.firstFilter = tiles.firstRow * tilesAcross();
    range.filters = std::min((tiles.lastRow + 1) * tilesAcross(), m_shape.filters) - range.firstFilter;
    const bool colour = m_settings.tiles == FilterTiles::Colour;
    range.firstChannel = colour ? 0 : std::min(m_settings.channel, m_shape.channels - 1);
    range.channels = colour ? m_shape.channels : 1;
    return range;
}

std::optional<FilterPlace> FilterGrid::placeAt(QPoint point) const
{
    const QPoint inside = point - tileRect(0).topLeft();
    if (inside.x() < 0 || inside.y() < 0 || m_shape.filters == 0)
        return std::nullopt;
    const std::int64_t across = inside.x() / pitch().width();
    const std::int64_t down = inside.y() / pitch().height();
    const bool heads = m_settings.tiles == FilterTiles::AllChannels;
    const auto filter = heads ? down : down * tilesAcross() + across;
    const auto channel = heads                                      ? across
                         : m_settings.tiles == FilterTiles::Channel ? std::min(m_settings.channel, m_shape.channels - 1)
                                                                    : 0;
    if (across >= tilesAcross() || filter >= m_shape.filters)
        return std::nullopt;
    const QRect tile = tileRect(filter, channel);
    if (!tile.contains(point))
        return std::nullopt;
    return FilterPlace{filter, channel, (point.y() - tile.top()) * m_shape.height / tile.height(),
                       (point.x() - tile.left()) * m_shape.width / tile.width()};
}

void FilterGrid::setHovered(std::optional<FilterPlace> place)
{
    if (place == m_hovered)
        return;
    m_hovered = place;
    Q_EMIT hovered();
}

void FilterGrid::resizeEvent(QResizeEvent *)
{
    layOut();
    Q_EMIT visibleChanged();
}

void FilterGrid::scrollContentsBy(int, int)
{
    viewport()->update();
    setHovered(placeAt(viewport()->mapFromGlobal(QCursor::pos())));
    Q_EMIT visibleChanged();
}

void FilterGrid::wheelEvent(QWheelEvent *event)
{
    if (!event->modifiers().testFlag(Qt::ControlModifier)) {
        QAbstractScrollArea::wheelEvent(event);
        return;
    }
    const double factor = std::pow(1.2, event->angleDelta().y() / 120.0);
    Q_EMIT tileSizeWanted(static_cast<int>(std::lround(m_settings.tileSize * factor)));
    event->accept();
}

void FilterGrid::mouseMoveEvent(QMouseEvent *event) { setHovered(placeAt(event->position().toPoint())); }

bool FilterGrid::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave)
        setHovered({});
    return QAbstractScrollArea::viewportEvent(event);
}

}  // namespace waypoint
