// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/epoch_run.h"
#include "ui/views/epoch_map_picture.h"

#include <QtWidgets/QAbstractScrollArea>

#include <optional>
#include <utility>
#include <vector>

namespace waypoint {

/// Tensors from top to bottom, epochs from left to right, a colour for each number. Its columns stand where a plot
/// above or below has their epochs. A click or the arrow keys choose a cell.
class EpochMap final : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit EpochMap(QWidget *parent = nullptr);

    void setRun(EpochRunPtr run);
    void setTracks(std::vector<EpochTrackPtr> tracks);
    /// Null for none.
    void setPicture(EpochMapPicturePtr picture);
    /// Where the plots have their data, in this widget's coordinates, and what they show of x.
    void setSides(int left, int width);
    void setVisibleX(double low, double high);
    void setCursor(std::optional<double> x);
    /// What is chosen; scrolls there.
    void setCurrent(std::optional<std::size_t> tensor, std::optional<std::size_t> file);

    /// What all columns take of x, with half a column at each end.
    [[nodiscard]] std::pair<double, double> wholeX() const;
    /// Lines about the cell under the mouse, or the chosen one; empty for none.
    [[nodiscard]] QStringList readOut() const;
    /// Where a cell is, in the viewport's coordinates; empty where it is out of sight.
    [[nodiscard]] QRect cellRect(std::size_t tensor, std::size_t file) const;

    [[nodiscard]] QSize sizeHint() const override { return {480, 260}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 150}; }

Q_SIGNALS:
    void chosen(std::size_t tensor, std::size_t file);
    /// Enter, or a double click.
    void activated(std::size_t tensor, std::size_t file);
    void cursorMoved(std::optional<double> x);
    void zoomWanted(double low, double high);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    struct Cell
    {
        int row = 0;
        int column = 0;
        bool operator==(const Cell &) const = default;
    };

    [[nodiscard]] int rows() const;
    [[nodiscard]] int columns() const { return m_edges.empty() ? 0 : static_cast<int>(m_edges.size()) - 1; }
    [[nodiscard]] QRect body() const;  ///< where cells are
    [[nodiscard]] double rowHeight() const;
    [[nodiscard]] double top(int row) const;
    [[nodiscard]] int left(int column) const;
    [[nodiscard]] double xPixel(double x) const;
    [[nodiscard]] std::optional<Cell> cellAt(const QPoint &at) const;
    [[nodiscard]] QRect rectOf(const Cell &cell) const;
    [[nodiscard]] std::optional<Cell> current() const;
    [[nodiscard]] std::optional<int> rowOf(std::size_t tensor) const;
    [[nodiscard]] QString name(int row) const;

    void fitScrollBar();
    void setHovered(std::optional<Cell> cell);
    void choose(const Cell &cell);
    void showRow(int row);
    [[nodiscard]] std::optional<Cell> neighbour(int key) const;

    void paintTitle(QPainter &painter) const;
    void paintLegend(QPainter &painter, int right) const;
    void paintCells(QPainter &painter) const;
    void paintGrid(QPainter &painter) const;
    void paintNames(QPainter &painter) const;
    void paintEpochs(QPainter &painter) const;
    void paintChosen(QPainter &painter) const;
    void paintReadOut(QPainter &painter) const;
    [[nodiscard]] std::vector<double> numbers() const;
    [[nodiscard]] int titleHeight() const;
    [[nodiscard]] int epochsHeight() const;

    EpochRunPtr m_run;
    std::vector<EpochTrackPtr> m_tracks;
    EpochMapPicturePtr m_picture;
    std::vector<double> m_edges;  ///< of the columns, one more than these
    bool m_isEven = true;         ///< all are as wide
    int m_left = 0;
    int m_width = 0;
    double m_low = 0;
    double m_high = 1;
    std::optional<double> m_cursor;
    std::optional<std::size_t> m_tensor;
    std::optional<std::size_t> m_file;
    std::optional<Cell> m_hovered;
    bool m_byKeyboard = false;  ///< the last choice: its read-out stays
};

}  // namespace waypoint
