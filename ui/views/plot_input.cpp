// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_input.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QToolTip>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr double kWheelFactor = 1.2;  // for a notch
constexpr double kKeyFactor = 1.5;
constexpr double kKeyPan = 0.1;
/// A rectangle flatter than this zooms along one axis only.
constexpr double kFlat = 12;

}  // namespace

PlotInput::PlotInput(PlotCanvas &canvas) : QObject(&canvas), m_canvas(canvas) { canvas.installEventFilter(this); }

QString PlotInput::help()
{
    return tr("Wheel: zoom along x; with Ctrl along y, with Shift both\n"
              "Drag: zoom into a rectangle\n"
              "Middle button, Shift or Space and drag: move\n"
              "Double click: all of it again\n"
              "Keys: arrows, +, −, Home");
}

bool PlotInput::eventFilter(QObject *, QEvent *event)
{
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        return press(*static_cast<QMouseEvent *>(event));
    case QEvent::MouseMove:
        return move(*static_cast<QMouseEvent *>(event));
    case QEvent::MouseButtonRelease:
        return release(*static_cast<QMouseEvent *>(event));
    case QEvent::MouseButtonDblClick:
        if (static_cast<QMouseEvent *>(event)->button() == Qt::LeftButton)
            m_canvas.changeZoom([](PlotZoom &zoom) { zoom.reset(); });
        return true;
    case QEvent::Wheel:
        event->setAccepted(wheel(*static_cast<QWheelEvent *>(event)));
        return event->isAccepted();
    case QEvent::KeyPress:
        return key(*static_cast<QKeyEvent *>(event));
    case QEvent::KeyRelease:
        if (static_cast<QKeyEvent *>(event)->key() != Qt::Key_Space)
            return false;
        m_space = static_cast<QKeyEvent *>(event)->isAutoRepeat();
        showShape(m_last);
        return true;
    case QEvent::ToolTip:
        return toolTip(*static_cast<QHelpEvent *>(event));
    case QEvent::Leave:
        leave();
        return false;
    case QEvent::FocusOut:
        stop();
        return false;
    default:
        return false;
    }
}

bool PlotInput::press(const QMouseEvent &event)
{
    const bool pan = event.button() == Qt::MiddleButton
                     || (event.button() == Qt::LeftButton && (m_space || (event.modifiers() & Qt::ShiftModifier)));
    if (!pan && event.button() != Qt::LeftButton)
        return false;
    if (!m_canvas.frame().area.contains(event.position()))
        return true;
    m_from = m_last = event.position();
    m_drag = pan ? Drag::Pan : Drag::Press;
    showShape(m_last);
    return true;
}

bool PlotInput::move(const QMouseEvent &event)
{
    const QPointF to = event.position();
    if (m_drag == Drag::Press && (to - m_from).manhattanLength() >= QApplication::startDragDistance()) {
        m_drag = Drag::Rectangle;
        hideCursor();
    }
    if (m_drag == Drag::Rectangle) {
        m_canvas.setRubber(rubber(to));
    } else if (m_drag == Drag::Pan) {
        const QRectF area = m_canvas.frame().area;
        const QPointF by = to - m_last;
        m_canvas.changeZoom([&](PlotZoom &zoom) { zoom.pan(-by.x() / area.width(), by.y() / area.height()); });
    }
    m_last = to;
    if (m_drag != Drag::Rectangle)
        showCursor(to);
    showShape(to);
    return true;
}

bool PlotInput::release(const QMouseEvent &event)
{
    const Drag drag = std::exchange(m_drag, Drag::None);
    if (drag == Drag::Rectangle) {
        m_canvas.setRubber({});
        zoomInto(rubber(event.position()));
    } else if (drag == Drag::Press) {
        if (const std::optional<std::size_t> mark = m_canvas.markAt(event.position()))
            Q_EMIT markClicked(static_cast<int>(*mark));
        else if (const std::optional<int> bar = barAt(event.position()))
            Q_EMIT barClicked(*bar);
    }
    showShape(event.position());
    return drag != Drag::None;
}

bool PlotInput::wheel(const QWheelEvent &event)
{
    const QRectF area = m_canvas.frame().area;
    const QPointF at = event.position();
    if (!area.contains(at))
        return false;
    const QPoint turn = event.angleDelta();
    // Alt and Shift make some systems swap the directions of the wheel.
    const double notches = (turn.y() != 0 ? turn.y() : (event.modifiers() & Qt::ShiftModifier) ? turn.x() : 0) / 120.0;
    if (notches == 0) {
        m_canvas.changeZoom([&](PlotZoom &zoom) { zoom.pan(-turn.x() / 1200.0, 0); });
        return true;
    }
    const double factor = std::pow(kWheelFactor, -notches);
    const bool both = event.modifiers() & Qt::ShiftModifier;
    const bool onlyY = event.modifiers() & Qt::ControlModifier;
    m_canvas.changeZoom([&](PlotZoom &zoom) {
        if (!onlyY)
            zoom.scaleX(factor, zoom.x().low + (at.x() - area.left()) / area.width() * zoom.x().size());
        if (onlyY || both)
            zoom.scaleY(factor, zoom.y().low + (area.bottom() - at.y()) / area.height() * zoom.y().size());
    });
    showCursor(at);
    return true;
}

bool PlotInput::key(const QKeyEvent &event)
{
    const auto centred = [](const PlotRange &range) { return (range.low + range.high) / 2; };
    const auto zoomBy = [&](double factor) {
        m_canvas.changeZoom([&](PlotZoom &zoom) {
            zoom.scaleX(factor, centred(zoom.x()));
            if (zoom.isYChosen())
                zoom.scaleY(factor, centred(zoom.y()));
        });
    };
    const auto pan = [&](double x, double y) { m_canvas.changeZoom([&](PlotZoom &zoom) { zoom.pan(x, y); }); };
    switch (event.key()) {
    case Qt::Key_Left:
        pan(-kKeyPan, 0);
        return true;
    case Qt::Key_Right:
        pan(kKeyPan, 0);
        return true;
    case Qt::Key_Up:
        pan(0, kKeyPan);
        return true;
    case Qt::Key_Down:
        pan(0, -kKeyPan);
        return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomBy(1 / kKeyFactor);
        return true;
    case Qt::Key_Minus:
        zoomBy(kKeyFactor);
        return true;
    case Qt::Key_Home:
        m_canvas.changeZoom([](PlotZoom &zoom) { zoom.reset(); });
        return true;
    case Qt::Key_Escape:
        if (m_drag == Drag::None)
            return false;
        stop();
        return true;
    case Qt::Key_Space:
        m_space = true;
        showShape(m_last);
        return true;
    default:
        return false;
    }
}

bool PlotInput::toolTip(const QHelpEvent &event)
{
    QString tip;
    if (const std::optional<std::size_t> mark = m_canvas.markAt(event.pos()))
        tip =
            m_canvas.marks()[*mark].toolTip.isEmpty() ? m_canvas.marks()[*mark].label : m_canvas.marks()[*mark].toolTip;
    else if (!m_canvas.frame().area.contains(event.pos()))
        tip = help();
    // Plain text: a mark may carry a name from a file.
    QToolTip::showText(event.globalPos(), tip.toHtmlEscaped().replace(QLatin1Char('\n'), QLatin1String("<br>")),
                       &m_canvas);
    return true;
}

void PlotInput::leave()
{
    if (m_drag == Drag::None)
        hideCursor();
}

void PlotInput::showCursor(const QPointF &at)
{
    const PlotFrame frame = m_canvas.frame();
    std::optional<double> x;
    if (frame.area.contains(at))
        x = nearestX(m_canvas.data(), frame.xAt(at.x()));
    const bool moved = x != m_canvas.cursor();
    m_canvas.setCursor(x, at.y());
    if (moved)
        Q_EMIT cursorMoved(x);
}

void PlotInput::hideCursor()
{
    if (!m_canvas.cursor())
        return;
    m_canvas.setCursor(std::nullopt);
    Q_EMIT cursorMoved(std::nullopt);
}

void PlotInput::showShape(const QPointF &at)
{
    Qt::CursorShape shape = Qt::ArrowCursor;
    if (m_drag == Drag::Pan)
        shape = Qt::ClosedHandCursor;
    else if (m_drag == Drag::Rectangle)
        shape = Qt::CrossCursor;
    else if (m_space)
        shape = Qt::OpenHandCursor;
    else if ((m_marksClickable && m_canvas.markAt(at)) || (m_barsClickable && barAt(at)))
        shape = Qt::PointingHandCursor;
    if (m_canvas.QWidget::cursor().shape() != shape)
        m_canvas.QWidget::setCursor(shape);
}

std::optional<int> PlotInput::barAt(const QPointF &at) const
{
    const PlotFrame frame = m_canvas.frame();
    const std::vector<PlotBars> &bars = m_canvas.data().bars();
    if (bars.empty() || !frame.area.contains(at))
        return std::nullopt;
    const std::vector<double> &edges = bars.front().edges;
    const auto after = std::upper_bound(edges.begin(), edges.end(), frame.xAt(at.x()));
    if (after == edges.begin() || after == edges.end())
        return std::nullopt;
    return static_cast<int>(after - edges.begin()) - 1;
}

QRectF PlotInput::rubber(const QPointF &to) const
{
    const QRectF area = m_canvas.frame().area;
    QRectF rect = QRectF(m_from, to).normalized() & area;
    const bool flat = std::abs(to.y() - m_from.y()) < kFlat;
    const bool narrow = std::abs(to.x() - m_from.x()) < kFlat;
    if (flat && narrow)
        return {};
    if (flat)
        rect = QRectF(rect.left(), area.top(), rect.width(), area.height());
    else if (narrow)
        rect = QRectF(area.left(), rect.top(), area.width(), rect.height());
    return rect;
}

void PlotInput::zoomInto(const QRectF &rubber)
{
    if (rubber.isEmpty())
        return;
    const QRectF area = m_canvas.frame().area;
    const auto share = [](double at, double from, double size, const PlotRange &range) {
        return range.low + (at - from) / size * range.size();
    };
    m_canvas.changeZoom([&](PlotZoom &zoom) {
        const PlotRange x = zoom.x();
        const PlotRange y = zoom.y();
        if (rubber.width() < area.width())
            zoom.chooseX({share(rubber.left(), area.left(), area.width(), x),
                          share(rubber.right(), area.left(), area.width(), x)});
        if (rubber.height() < area.height())
            zoom.chooseY({share(area.bottom() - rubber.bottom(), 0, area.height(), y),
                          share(area.bottom() - rubber.top(), 0, area.height(), y)});
    });
}

void PlotInput::stop()
{
    m_drag = Drag::None;
    m_space = false;
    m_canvas.setRubber({});
    showShape(m_last);
}

}  // namespace waypoint
