// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/cell_pages.h"
#include "ui/models/long_scroll.h"
#include "ui/models/number_format.h"
#include "ui/views/value_grid_geometry.h"

#include <QtCore/QBasicTimer>
#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>
#include <QtWidgets/QAbstractScrollArea>

#include <optional>

namespace waypoint {

/// A table of a tensor's elements with as many rows and columns as 64 bits count. Nothing is loaded but what is in
/// view; a QTableView keeps something for every row and stands still near 10^8 of them.
class ValueGrid final : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit ValueGrid(QWidget *parent = nullptr);

    /// Null shows `emptyText` instead. The place in view stays where it is if `keepPlace`, else it is the first.
    void setContent(NumericTensorPtr tensor, const TensorGrid &grid, bool keepPlace);
    void setEmptyText(const QString &sentence);
    void setFormat(const NumberFormat &format);
    /// Size of the number with the strongest background; 0: no backgrounds.
    void setTint(double to);

    [[nodiscard]] const TensorGrid &grid() const { return m_grid; }
    [[nodiscard]] NumberFormat format() const { return m_format; }
    /// What a cell shows; empty while it has not been read.
    [[nodiscard]] QString cellText(std::int64_t row, std::int64_t column) const;
    [[nodiscard]] CellRect visibleCells() const { return m_geometry.visible(m_grid.all()); }
    [[nodiscard]] Cell current() const { return m_current; }
    [[nodiscard]] CellRect selection() const;
    /// Columns that the width has room for; at least 1.
    [[nodiscard]] std::int64_t columnsThatFit() const { return m_geometry.wholeColumns(); }

    /// Makes a cell the current and only selected one and brings it into view; `extend` selects up to it.
    void goTo(Cell cell, bool extend = false);
    void select(const CellRect &rect);
    void selectAll();

Q_SIGNALS:
    /// What is under the mouse, or the current cell.
    void readOutChanged(const QString &line);
    void resized();
    void failed(const QString &sentence);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void timerEvent(QTimerEvent *event) override;
    void changeEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    /// Whether what is missing has been waited for long enough to show that it is.
    bool waitsForLong();
    void connectBar(QScrollBar *bar, std::int64_t ValueGridGeometry::*place);
    void stepBar(QScrollBar *bar, int action, std::int64_t ValueGridGeometry::*place);
    void updateGeometryOfCells();
    void updateScrollBars();
    void widenColumns();
    void takeArrived();
    void scrollTo(std::int64_t row, std::int64_t column);
    void scrollIntoView(Cell cell);
    [[nodiscard]] Cell moved(const QKeyEvent &event) const;
    [[nodiscard]] bool movesCurrent(int key) const;
    void pressHeader(QPoint point);
    void readOut(Cell cell);

    CellPages m_pages;
    TensorGrid m_grid;
    NumberFormat m_format;
    ValueGridGeometry m_geometry;
    LongScroll m_rowScroll;
    LongScroll m_columnScroll;
    Cell m_current;
    Cell m_anchor;
    std::optional<Cell> m_unread;  ///< read out before its element was there
    QString m_emptyText;
    double m_tintTo = 0;
    QPointF m_wheelRest;        ///< turns of a wheel, in cells, that have not moved anything yet
    bool m_isDragging = false;  ///< a selection is being drawn with the mouse
    QPoint m_dragAt;
    QBasicTimer m_dragScroll;
    QElapsedTimer m_waiting;  ///< since something in view is missing
    QTimer m_patience;
};

}  // namespace waypoint
