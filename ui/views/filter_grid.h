// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/color_scale.h"
#include "ui/views/filter_tensor.h"

#include <QtWidgets/QAbstractScrollArea>

#include <optional>

namespace waypoint {

/// What a tile of the grid shows.
enum class FilterTiles {
    Colour,      ///< a filter with its three input channels as red, green and blue
    Channel,     ///< one input channel of a filter
    AllChannels  ///< every kernel: filters are rows, input channels columns
};

/// How the grid shows filters.
struct FilterGridSettings
{
    FilterTiles tiles = FilterTiles::Channel;
    std::int64_t channel = 0;
    std::int64_t depth = 0;
    int tileSize = 64;         ///< pixels of the longer side
    bool sharedScale = false;  ///< one scale for all; else each tile has its own
    ColorSettings colours;
    NumberRange all;  ///< of the whole tensor, for the shared scale

    bool operator==(const FilterGridSettings &) const = default;
};

/// An element under the mouse.
struct FilterPlace
{
    std::int64_t filter = 0;
    std::int64_t channel = 0;  ///< 0 for colour tiles, which show all three
    std::int64_t row = 0;
    std::int64_t column = 0;

    bool operator==(const FilterPlace &) const = default;
};

/// Paints the tiles that are seen and asks for their numbers; knows nothing of reading.
class FilterGrid final : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit FilterGrid(QWidget *parent = nullptr);

    /// Scrolls to the start where the shape is another one.
    void setShape(const FilterShape &shape);
    void setSettings(const FilterGridSettings &settings);
    [[nodiscard]] const FilterGridSettings &settings() const { return m_settings; }
    void setNumbers(FilterNumbersPtr numbers);

    /// What has to be read to paint what is seen.
    [[nodiscard]] FilterRange visibleRange() const;
    [[nodiscard]] std::optional<FilterPlace> hoveredPlace() const { return m_hovered; }
    /// The square of a tile in the viewport; the channel matters with all channels.
    [[nodiscard]] QRect tileRect(std::int64_t filter, std::int64_t channel = 0) const;
    /// Tiles side by side.
    [[nodiscard]] std::int64_t tilesAcross() const;

Q_SIGNALS:
    /// Other tiles came into sight.
    void visibleChanged();
    void hovered();
    /// Ctrl and the wheel.
    void tileSizeWanted(int size);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    /// Rows and columns of tiles that are seen, at least in part.
    struct TileRange
    {
        std::int64_t firstRow = 0;
        std::int64_t lastRow = 0;
        std::int64_t firstColumn = 0;
        std::int64_t lastColumn = 0;
    };

    [[nodiscard]] QSize tileSize() const;
    [[nodiscard]] QSize pitch() const;
    [[nodiscard]] std::int64_t tileRows() const;
    [[nodiscard]] TileRange visibleTiles() const;
    [[nodiscard]] bool hasLabels() const;
    [[nodiscard]] std::optional<FilterPlace> placeAt(QPoint point) const;
    [[nodiscard]] QImage tileImage(std::int64_t filter, std::int64_t channel) const;
    [[nodiscard]] QImage colourImage(std::int64_t filter) const;
    void paintTile(QPainter &painter, std::int64_t filter, std::int64_t channel) const;
    void paintHeads(QPainter &painter, const TileRange &tiles) const;
    void layOut();
    void setHovered(std::optional<FilterPlace> place);

    FilterShape m_shape;
    FilterGridSettings m_settings;
    FilterNumbersPtr m_numbers;
    std::optional<FilterPlace> m_hovered;
};

}  // namespace waypoint
