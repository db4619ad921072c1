// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_lines.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr double kDot = 2.5;
/// Between bars that have names.
constexpr double kGapShare = 0.2;
constexpr double kMostGap = 12;
/// Segments of opaque lines show no seams; one by one they are drawn many times as fast as one long stroke.
constexpr qsizetype kLongRun = 256;
constexpr double kManyCrossings = 150;
constexpr qsizetype kPiece = 24;

QColor opaque(const QColor &colour, const QColor &background)
{
    const auto over = [share = colour.alphaF()](int a, int b) { return static_cast<int>(b + (a - b) * share); };
    return {over(colour.red(), background.red()), over(colour.green(), background.green()),
            over(colour.blue(), background.blue())};
}

/// How often a line crosses a row of pixels, on average.
double crossings(const QPolygonF &points)
{
    double travel = 0;
    for (qsizetype i = 1; i < points.size(); ++i)
        travel += std::abs(points[i].y() - points[i - 1].y());
    return travel / std::max(1.0, points.boundingRect().height());
}

/// Collects the points of a line up to the next gap, and draws them.
class Run final
{
public:
    Run(QCPPainter &painter, const QColor &background, bool steps)
        : m_painter(painter), m_background(background), m_steps(steps)
    {
    }
    ~Run() { end(); }
    Run(const Run &) = delete;
    Run &operator=(const Run &) = delete;

    void add(const QPointF &point)
    {
        if (m_steps && !m_points.isEmpty())
            m_points.append({point.x(), m_points.last().y()});
        m_points.append(point);
    }

    /// A gap begins; a step lasts until there.
    void end(double at)
    {
        if (m_steps && !m_points.isEmpty() && std::isfinite(at))
            m_points.append({at, m_points.last().y()});
        end();
    }

    void end()
    {
        if (m_points.size() == 1)
            drawDot(m_points.first());
        else if (m_painter.modes().testFlag(QCPPainter::pmVectorized) || !isSlow())
            m_painter.drawPolyline(m_points);
        else
            drawPieces();
        m_points.clear();
    }

private:
    [[nodiscard]] bool isSlow() const
    {
        const QPen &pen = m_painter.pen();
        const bool seamless = pen.style() == Qt::SolidLine && pen.color().alpha() == 255;
        return (seamless && m_points.size() > kLongRun) || crossings(m_points) >= kManyCrossings;
    }

    /// The points of one column of pixels cover what lies between the lowest and the highest of them: one stroke.
    [[nodiscard]] QVector<QLineF> segments() const
    {
        const double columns = m_painter.device()->devicePixelRatioF();
        const auto columnOf = [&](const QPointF &point) { return std::floor(point.x() * columns); };
        QVector<QLineF> segments;
        segments.reserve(m_points.size());
        for (auto first = m_points.begin(); first != m_points.end();) {
            const auto end = std::find_if(first, m_points.end(), [&, column = columnOf(*first)](const QPointF &point) {
                return columnOf(point) != column;
            });
            const auto [low, high] =
                std::minmax_element(first, end, [](const QPointF &a, const QPointF &b) { return a.y() < b.y(); });
            if (low != high)
                segments.append(QLineF(*low, *high));
            if (end != m_points.end())
                segments.append(QLineF(*(end - 1), *end));
            first = end;
        }
        return segments;
    }

    void drawSegments(const QPen &pen)
    {
        m_painter.setPen(pen);
        m_painter.drawLines(segments());
    }

    // QPainter's time for one antialiased stroke grows with the square of how often it crosses a row of pixels, and a
    // noisy line crosses each a thousand times.
    void drawPieces()
    {
        const QPen pen = m_painter.pen();
        QPen piecePen = pen;
        // Pieces overlap where they meet: nothing must show through.
        piecePen.setColor(opaque(pen.color(), m_background));
        piecePen.setJoinStyle(Qt::BevelJoin);
        if (pen.style() == Qt::SolidLine) {
            drawSegments(piecePen);
            m_painter.setPen(pen);
            return;
        }
        double length = 0;
        for (qsizetype first = 0; first + 1 < m_points.size(); first += kPiece) {
            const auto count = std::min<qsizetype>(kPiece + 1, m_points.size() - first);
            piecePen.setDashOffset(length / pen.widthF());
            m_painter.setPen(piecePen);
            m_painter.drawPolyline(m_points.constData() + first, static_cast<int>(count));
            for (qsizetype i = first + 1; i < first + count; ++i)
                length += QLineF(m_points[i - 1], m_points[i]).length();
        }
        m_painter.setPen(pen);
    }

    void drawDot(const QPointF &at)
    {
        const QPen pen = m_painter.pen();
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(pen.color());
        m_painter.drawEllipse(at, kDot, kDot);
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(pen);
    }

    QCPPainter &m_painter;
    QColor m_background;
    bool m_steps;
    QPolygonF m_points;
};

}  // namespace

QPen plotPen(const PlotLine &line, const PlotTheme &theme)
{
    QColor colour = theme.readable(line.colour);
    if (line.style == PlotLine::Style::Faint)
        colour.setAlphaF(0.35F);
    QPen pen(colour, line.style == PlotLine::Style::Faint ? 1.2 : 1.6);
    pen.setJoinStyle(Qt::RoundJoin);
    if (line.style == PlotLine::Style::Dashed)
        pen.setDashPattern({4, 3});
    if (line.style == PlotLine::Style::Points) {
        pen.setWidthF(2 * kDot);
        pen.setCapStyle(Qt::RoundCap);
    }
    return pen;
}

void PlotLinesLayer::draw(QCPPainter *painter)
{
    drawBars(*painter);
    const std::vector<PlotLine> &lines = *canvas().data().lines();
    for (const bool faint : {true, false})
        for (std::size_t i = 0; i < lines.size(); ++i)
            if ((lines[i].style == PlotLine::Style::Faint) == faint)
                drawLine(*painter, i);
}

void PlotLinesLayer::drawLine(QCPPainter &painter, std::size_t index) const
{
    const PlotData &data = canvas().data();
    const PlotLine &line = (*data.lines())[index];
    const PlotFrame frame = canvas().frame();
    const std::vector<std::size_t> points = data.points(index, frame.x, canvas().columns());
    const std::span<const double> x = data.x(index);
    const std::span<const double> y = data.y(index);
    QPen pen = plotPen(line, canvas().theme());
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    Run run(painter, canvas().theme().background, line.steps);
    QPolygonF dots;
    for (const std::size_t i : points) {
        const QPointF at(frame.xPixel(x[i]), frame.yPixel(y[i]));
        if (!std::isfinite(y[i]) || !std::isfinite(at.x()) || !std::isfinite(at.y()))
            run.end(at.x());
        else if (line.style == PlotLine::Style::Points)
            dots.append(at);
        else
            run.add(at);
    }
    if (!dots.isEmpty())
        painter.drawPoints(dots);
}

void PlotLinesLayer::drawBars(QCPPainter &painter) const
{
    const PlotData &data = canvas().data();
    const PlotFrame frame = canvas().frame();
    const bool isNamed = canvas().text().x.numbers == PlotNumbers::Names;
    for (const PlotBars &bars : data.bars()) {
        if (!data.isShown(bars.name) || bars.edges.empty())
            continue;
        QColor fill = canvas().theme().readable(bars.colour);
        fill.setAlphaF(data.bars().size() > 1 ? 0.5F : 0.8F);
        const double foot = data.yScale().kind == PlotScale::Kind::Logarithmic ? frame.area.bottom() : frame.yPixel(0);
        const std::size_t count = std::min(bars.heights.size(), bars.edges.size() - 1);
        QVector<QRectF> rects;
        for (std::size_t i = 0; i < count; ++i) {
            const double top = frame.yPixel(bars.heights[i]);
            double left = frame.xPixel(bars.edges[i]);
            double right = frame.xPixel(bars.edges[i + 1]);
            // Things with names are no neighbours on a scale of numbers.
            const double gap = isNamed ? std::min(kMostGap, (right - left) * kGapShare) : 0;
            left += gap / 2;
            right -= gap / 2;
            if (std::isfinite(top) && std::isfinite(left) && std::isfinite(right) && bars.heights[i] > 0)
                rects.append(QRectF(left, std::min(top, foot), right - left, std::abs(foot - top)));
        }
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        // Neighbours share an edge: antialiased, a seam would show between them.
        painter.setAntialiasing(false);
        painter.drawRects(rects);
        painter.setAntialiasing(true);
    }
}

}  // namespace waypoint
