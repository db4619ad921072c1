// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/colors.h"
#include "ui/models/text.h"
#include "ui/views/filter_grid.h"

#include <QtGui/QPainter>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace waypoint {

namespace {

constexpr int kGap = 4;
constexpr int kFramedTile = 16;  // pixels; thousands of smaller ones need no frames
constexpr std::int64_t kColourChannels = 3;

int byteOf(double share) { return static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * 255)); }

}  // namespace

void FilterGrid::paintEvent(QPaintEvent *)
{
    if (m_shape.filters == 0)
        return;
    QPainter painter(viewport());
    const auto tiles = visibleTiles();
    const bool all = m_settings.tiles == FilterTiles::AllChannels;
    for (auto row = tiles.firstRow; row <= tiles.lastRow; ++row)
        for (auto column = tiles.firstColumn; column <= tiles.lastColumn; ++column) {
            const auto filter = all ? row : row * tilesAcross() + column;
            if (filter < m_shape.filters)
                paintTile(painter, filter, all ? column : std::min(m_settings.channel, m_shape.channels - 1));
        }
    if (all)
        paintHeads(painter, tiles);
}

void FilterGrid::paintTile(QPainter &painter, std::int64_t filter, std::int64_t channel) const
{
    const bool colour = m_settings.tiles == FilterTiles::Colour;
    const QRect place = tileRect(filter, channel);
    const FilterRange needed{filter, 1, colour ? 0 : channel, colour ? m_shape.channels : 1,
                             std::min(m_settings.depth, m_shape.depth - 1)};
    if (m_numbers && m_numbers->range.contains(needed))
        painter.drawImage(place, colour ? colourImage(filter) : tileImage(filter, channel));
    else
        painter.fillRect(place, palette().color(QPalette::AlternateBase));
    if (place.width() >= kFramedTile) {
        painter.setPen(colors::hairline(palette()));
        painter.drawRect(place.adjusted(-1, -1, 0, 0));
    }
    if (!hasLabels())
        return;
    painter.setPen(colors::quietText(palette()));
    painter.drawText(QRect(place.left(), place.bottom() + 1, place.width(), fontMetrics().height()), Qt::AlignCenter,
                     text::integer(filter));
}

QImage FilterGrid::tileImage(std::int64_t filter, std::int64_t channel) const
{
    const auto numbers = m_numbers->kernel(filter, channel);
    const ColorScale scale(m_settings.colours, m_settings.sharedScale ? m_settings.all : NumberRange::of(numbers),
                           colors::isDark(palette()));
    QImage image(static_cast<int>(m_shape.width), static_cast<int>(m_shape.height), QImage::Format_RGB32);
    std::size_t at = 0;
    for (int y = 0; y < image.height(); ++y) {
        auto *line = reinterpret_cast<QRgb *>(image.scanLine(y));
        for (int x = 0; x < image.width(); ++x)
            line[x] = scale.colour(static_cast<double>(numbers[at++]));
    }
    return image;
}

/// The smallest number becomes black, the largest full red, green or blue.
QImage FilterGrid::colourImage(std::int64_t filter) const
{
    std::array<std::span<const float>, kColourChannels> channels;
    std::vector<float> together;
    for (std::int64_t c = 0; c < kColourChannels; ++c) {
        auto &numbers = channels[static_cast<std::size_t>(c)];
        numbers = m_numbers->kernel(filter, c);
        together.insert(together.end(), numbers.begin(), numbers.end());
    }
    // Of a map whose ends are those of the numbers only the ends are used: zero is no colour here.
    const ColorSettings settings{.map = ColorSettings::Map::Viridis, .range = ColorSettings::Range::All};
    const ColorScale scale(settings, m_settings.sharedScale ? m_settings.all : NumberRange::of(together), false);
    const auto share = [&](float number) {
        return byteOf((static_cast<double>(number) - scale.low()) / (scale.high() - scale.low()));
    };
    QImage image(static_cast<int>(m_shape.width), static_cast<int>(m_shape.height), QImage::Format_RGB32);
    std::size_t at = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x, ++at) {
            const bool finite =
                std::ranges::all_of(channels, [at](const auto &numbers) { return std::isfinite(numbers[at]); });
            image.setPixel(x, y,
                           finite ? qRgb(share(channels[0][at]), share(channels[1][at]), share(channels[2][at]))
                                  : ColorScale::kOdd);
        }
    return image;
}

void FilterGrid::paintHeads(QPainter &painter, const TileRange &tiles) const
{
    const int line = fontMetrics().height();
    const int left = fontMetrics().horizontalAdvance(text::integer(m_shape.filters)) + 2 * kGap;
    const int top = line + kGap;
    painter.fillRect(0, 0, viewport()->width(), top, palette().color(QPalette::Window));
    painter.fillRect(0, 0, left, viewport()->height(), palette().color(QPalette::Window));
    painter.setPen(colors::quietText(palette()));
    // Every so manieth where there is not room for each.
    const auto every = [](int room, int needed) { return std::max((needed + room - 1) / room, 1); };
    const int columns = every(pitch().width(), fontMetrics().horizontalAdvance(text::integer(m_shape.channels)) + kGap);
    for (auto column = tiles.firstColumn; column <= tiles.lastColumn; ++column) {
        const QRect tile = tileRect(tiles.firstRow, column);
        if (column % columns == 0 && tile.left() >= left - 1)
            painter.drawText(QRect(tile.center().x() - 60, 0, 120, line), Qt::AlignCenter, text::integer(column));
    }
    const int rows = every(pitch().height(), line);
    for (auto row = tiles.firstRow; row <= tiles.lastRow; ++row) {
        const QRect tile = tileRect(row, tiles.firstColumn);
        if (row % rows == 0 && tile.center().y() - line / 2 >= top - 1)
            painter.drawText(QRect(0, tile.center().y() - line / 2, left - kGap, line),
                             Qt::AlignRight | Qt::AlignVCenter, text::integer(row));
    }
}

}  // namespace waypoint
