// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_data.h"
#include "ui/views/plot_qcp.h"
#include "ui/views/plot_readout.h"
#include "ui/views/plot_theme.h"
#include "ui/views/plot_zoom.h"

#include <QtCore/QTimer>

namespace waypoint {

class PlotCursorLayer;
class PlotMarksLayer;

/// The part of a plot that QCustomPlot draws: axes, grid, lines, marks, cursor. Knows no mouse.
class PlotCanvas final : public QCustomPlot
{
    Q_OBJECT

public:
    explicit PlotCanvas(QWidget *parent = nullptr);
    ~PlotCanvas() override;

    [[nodiscard]] const PlotText &text() const { return m_text; }
    [[nodiscard]] const PlotTheme &theme() const { return m_theme; }
    [[nodiscard]] const PlotData &data() const { return m_data; }
    [[nodiscard]] const std::vector<PlotMark> &marks() const { return m_marks; }
    /// Up to date, whether or not it was drawn since.
    [[nodiscard]] const PlotZoom &zoom();
    [[nodiscard]] PlotFrame frame() const;
    [[nodiscard]] std::size_t columns() const;
    [[nodiscard]] std::size_t drawnPoints();

    /// With what else changes in the same sixtieth of a second.
    void drawSoon();
    void setText(const PlotText &text);
    void setTheme(const PlotTheme &theme);
    void setMarks(std::vector<PlotMark> marks);
    /// In numbers of the x axis.
    void setWholeX(std::optional<PlotRange> whole);
    void setLeftRoom(int pixels);
    /// Changes the data through `change`, to be drawn soon.
    template<typename Change>
    void changeData(Change change)
    {
        change(m_data);
        drawSoon();
    }
    template<typename Change>
    void changeZoom(Change change)
    {
        refresh();
        change(m_zoom);
        m_isFresh = false;
        refresh();
        replot(rpQueuedReplot);
        Q_EMIT zoomed();
    }

    /// In numbers of the x axis; `near` is the height of the mouse, where it is here.
    void setCursor(std::optional<double> x, std::optional<double> near = std::nullopt);
    [[nodiscard]] std::optional<double> cursor() const { return m_cursor; }
    [[nodiscard]] std::optional<double> cursorHeight() const { return m_cursorHeight; }
    /// Where the words of marks end at the top of the data.
    [[nodiscard]] double wordsBottom() const;
    [[nodiscard]] PlotReadOut readOut() const;
    /// The rectangle being drawn for a zoom; empty for none.
    void setRubber(const QRectF &rubber);
    [[nodiscard]] std::optional<std::size_t> markAt(const QPointF &at) const;

    /// The same plot for another picture: without cursor.
    void copyFrom(PlotCanvas &other);

Q_SIGNALS:
    void zoomed();
    /// Data, scales or ranges are not what they were.
    void refreshed();

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    // QCustomPlot's own ways with the mouse are not wanted.
    void mouseMoveEvent(QMouseEvent *event) override { event->ignore(); }
    void mousePressEvent(QMouseEvent *event) override { event->ignore(); }
    void mouseReleaseEvent(QMouseEvent *event) override { event->ignore(); }
    void mouseDoubleClickEvent(QMouseEvent *event) override { event->ignore(); }
    void wheelEvent(QWheelEvent *event) override { event->ignore(); }

private:
    void createLayers();
    void refresh();
    void draw();
    void applyText();

    PlotText m_text;
    PlotTheme m_theme;
    PlotData m_data;
    PlotZoom m_zoom;
    std::vector<PlotMark> m_marks;
    std::optional<double> m_cursor;
    std::optional<double> m_cursorHeight;
    bool m_isFresh = false;
    QTimer m_timer;
    PlotMarksLayer *m_marksLayer = nullptr;  // QCustomPlot owns what is on its layers
    PlotCursorLayer *m_cursorLayer = nullptr;
};

}  // namespace waypoint
