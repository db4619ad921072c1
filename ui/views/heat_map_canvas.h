// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/heat_map_picture.h"
#include "ui/views/plane_viewport.h"

#include <QtWidgets/QWidget>

#include <optional>

namespace waypoint {

/// Paints pictures of a plane with its axes, and lets the person zoom and move about. Knows nothing of reading: what is
/// missing is asked for by visibleChanged().
class HeatMapCanvas final : public QWidget
{
    Q_OBJECT

public:
    explicit HeatMapCanvas(QWidget *parent = nullptr);

    /// The names stand at the axes: "dim 0: 4,096".
    void setPlane(std::int64_t rows, std::int64_t columns, const QString &rowName, const QString &columnName);
    /// The whole plane, and the part that is zoomed into; null for none.
    void setPictures(HeatMapPicturePtr whole, HeatMapPicturePtr part);
    void setColours(const ColorScale &scale, bool extremes);
    /// Shown in place of a picture, or above one; empty for nothing.
    void setMessage(const QString &message);
    [[nodiscard]] const QString &message() const { return m_message; }

    [[nodiscard]] const PlaneViewport &viewport() const { return m_viewport; }
    [[nodiscard]] std::optional<PlaneCell> hoveredCell() const { return m_hovered; }
    /// The colour that stands for a cell now.
    [[nodiscard]] QColor colourOf(const PlaneCell &cell) const;

    [[nodiscard]] QSize sizeHint() const override { return {480, 360}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 120}; }

public Q_SLOTS:
    void showAll();

Q_SIGNALS:
    /// Another part is seen, or the room for it changed.
    void visibleChanged();
    void hovered();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    enum class Drag { None, Rectangle, Move };

    void layOut();
    void setHovered(std::optional<PlaneCell> cell);
    void moved();
    void recolour();
    void paintPicture(QPainter &painter, const HeatMapPicture &picture, const QImage &image) const;
    void paintGrid(QPainter &painter) const;
    void paintNumbers(QPainter &painter) const;
    void paintAxes(QPainter &painter) const;
    void paintMessage(QPainter &painter) const;

    PlaneViewport m_viewport;
    QString m_rowName;
    QString m_columnName;
    QString m_message;
    HeatMapPicturePtr m_whole;
    HeatMapPicturePtr m_part;
    QImage m_wholeImage;
    QImage m_partImage;
    std::optional<ColorScale> m_scale;
    bool m_extremes = false;
    std::optional<PlaneCell> m_hovered;
    Drag m_drag = Drag::None;
    QPointF m_dragStart;
    QPointF m_dragEnd;
};

}  // namespace waypoint
