// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_canvas.h"

#include <QtCore/QObject>

class QHelpEvent;

namespace waypoint {

/// What mouse and keys do on a canvas: zoom, pan, cursor, clicks on marks.
class PlotInput final : public QObject
{
    Q_OBJECT

public:
    explicit PlotInput(PlotCanvas &canvas);

    /// Marks look like something to click.
    void setMarksClickable(bool clickable) { m_marksClickable = clickable; }
    void setBarsClickable(bool clickable) { m_barsClickable = clickable; }
    [[nodiscard]] static QString help();

Q_SIGNALS:
    void cursorMoved(std::optional<double> x);
    void markClicked(int index);
    void barClicked(int index);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    enum class Drag { None, Press, Rectangle, Pan };

    bool press(const QMouseEvent &event);
    bool move(const QMouseEvent &event);
    bool release(const QMouseEvent &event);
    bool wheel(const QWheelEvent &event);
    bool key(const QKeyEvent &event);
    bool toolTip(const QHelpEvent &event);
    void leave();

    void showCursor(const QPointF &at);
    void hideCursor();
    void showShape(const QPointF &at);
    [[nodiscard]] std::optional<int> barAt(const QPointF &at) const;
    [[nodiscard]] QRectF rubber(const QPointF &to) const;
    void zoomInto(const QRectF &rubber);
    void stop();

    PlotCanvas &m_canvas;
    Drag m_drag = Drag::None;
    QPointF m_from;
    QPointF m_last;
    bool m_space = false;
    bool m_marksClickable = false;
    bool m_barsClickable = false;
};

}  // namespace waypoint
