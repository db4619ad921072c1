// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_marks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace waypoint {

namespace {

constexpr double kNear = 4;     // pixels from a line that still mean it
constexpr double kDot = 4.5;    // radius
constexpr double kSteep = 0.4;  // of a pixel upwards, towards that distance: a line goes up and down between its dots
constexpr double kApart = 32;   // pixels from dot to dot; nearer ones would make a caterpillar of the line
constexpr int kRows = 3;        // of words, one under another
constexpr int kLongest = 160;

/// What must be read comes first where words fight for room.
int rank(PlotMark::Kind kind)
{
    static constexpr std::array kOrder{PlotMark::Kind::Problem, PlotMark::Kind::Now, PlotMark::Kind::Milestone,
                                       PlotMark::Kind::Checkpoint};
    return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), kind) - kOrder.begin());
}

bool isFree(const QRectF &box, const std::vector<QRectF> &taken)
{
    return std::none_of(taken.begin(), taken.end(), [&](const QRectF &other) { return other.intersects(box); });
}

}  // namespace

std::optional<QPointF> PlotMarksLayer::place(const PlotMark &mark) const
{
    const PlotFrame frame = canvas().frame();
    const QPointF at(frame.xPixel(mark.x), mark.y ? frame.yPixel(*mark.y) : frame.area.top());
    const bool inside = at.x() >= frame.area.left() && at.x() <= frame.area.right() && at.y() >= frame.area.top()
                        && at.y() <= frame.area.bottom();
    return inside ? std::optional(at) : std::nullopt;  // nor is NaN inside
}

std::vector<bool> PlotMarksLayer::sparse() const
{
    const std::vector<PlotMark> &marks = canvas().marks();
    std::vector<bool> shown(marks.size());
    std::vector<QPointF> dots;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const std::optional<QPointF> at = place(marks[i]);
        const auto isNear = [&](const QPointF &dot) {
            return std::hypot(dot.x() - at->x(), kSteep * (dot.y() - at->y())) < kApart;
        };
        // Neighbours follow one another: the latest dot decides for most of thousands.
        shown[i] = at && !(marks[i].y && std::any_of(dots.rbegin(), dots.rend(), isNear));
        if (shown[i] && marks[i].y)
            dots.push_back(*at);
    }
    return shown;
}

std::vector<PlotMarksLayer::Word> PlotMarksLayer::words(const std::vector<bool> &shown) const
{
    const std::vector<PlotMark> &marks = canvas().marks();
    std::vector<std::size_t> order(marks.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return rank(marks[a].kind) < rank(marks[b].kind); });
    const QRectF area = canvas().frame().area;
    const QFontMetricsF metrics(canvas().xAxis->tickLabelFont());
    std::vector<QRectF> taken;
    std::vector<Word> words;
    for (const std::size_t i : order) {
        const std::optional<QPointF> at = marks[i].label.isEmpty() || !shown[i] ? std::nullopt : place(marks[i]);
        if (!at || words.size() > 200)
            continue;
        const QString text =
            metrics.elidedText(marks[i].label, Qt::ElideMiddle, std::min<double>(kLongest, area.width() / 2));
        const QSizeF size(metrics.horizontalAdvance(text) + 6, metrics.height() + 2);
        for (int row = 0; row < kRows; ++row) {
            double top = area.top() + 2 + row * (size.height() + 1);
            if (marks[i].y)  // beside its dot: above, or below
                top = row == 0 ? at->y() - kDot - 2 - size.height() : at->y() + kDot + 2;
            const double left = at->x() + 3 + size.width() <= area.right() ? at->x() + 3 : at->x() - 3 - size.width();
            const QRectF box(QPointF(std::max(left, area.left()), top), size);
            if (!isFree(box, taken) || box.top() < area.top() || box.bottom() > area.bottom())
                continue;
            taken.push_back(box.adjusted(-2, 0, 2, 0));
            words.push_back({i, box, text});
            break;
        }
    }
    return words;
}

void PlotMarksLayer::draw(QCPPainter *painter)
{
    const std::vector<PlotMark> &marks = canvas().marks();
    const std::vector<bool> shown = sparse();
    for (const PlotMark &mark : marks) {
        if (!mark.y)
            drawLine(*painter, mark);
    }
    for (std::size_t i = 0; i < marks.size(); ++i) {
        if (marks[i].y && shown[i])
            drawDot(*painter, marks[i]);
    }
    m_words = words(shown);
    painter->setFont(canvas().xAxis->tickLabelFont());
    for (const Word &word : m_words) {
        QColor paper = canvas().theme().background;
        paper.setAlphaF(0.85F);
        painter->setPen(Qt::NoPen);
        painter->setBrush(paper);
        painter->drawRoundedRect(word.box, 3, 3);
        painter->setPen(canvas().theme().mark(marks[word.mark].kind));
        painter->drawText(word.box, Qt::AlignCenter, word.text);
    }
}

void PlotMarksLayer::drawLine(QCPPainter &painter, const PlotMark &mark) const
{
    const std::optional<QPointF> at = place(mark);
    if (!at)
        return;
    const bool now = mark.kind == PlotMark::Kind::Now;
    painter.setPen(QPen(canvas().theme().mark(mark.kind), now ? 1.6 : 1.2, now ? Qt::SolidLine : Qt::DashLine));
    painter.drawLine(*at, QPointF(at->x(), canvas().frame().area.bottom()));
}

void PlotMarksLayer::drawDot(QCPPainter &painter, const PlotMark &mark) const
{
    const std::optional<QPointF> at = place(mark);
    if (!at)
        return;
    painter.setPen(QPen(canvas().theme().background, 1.5));
    painter.setBrush(canvas().theme().mark(mark.kind));
    painter.drawEllipse(*at, kDot, kDot);
}

double PlotMarksLayer::wordsBottom() const
{
    double bottom = canvas().frame().area.top();
    for (const Word &word : m_words) {
        if (!canvas().marks()[word.mark].y)
            bottom = std::max(bottom, word.box.bottom());
    }
    return bottom;
}

std::optional<std::size_t> PlotMarksLayer::markAt(const QPointF &at) const
{
    for (const Word &word : m_words) {
        if (word.box.contains(at))
            return word.mark;
    }
    const std::vector<PlotMark> &marks = canvas().marks();
    const std::vector<bool> shown = sparse();
    std::optional<std::size_t> best;
    double nearest = kNear + kDot;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const std::optional<QPointF> spot = place(marks[i]);
        if (!spot || !shown[i] || !canvas().frame().area.contains(at))
            continue;
        // A dot lies over the lines, so it wins over one as near.
        const double away =
            marks[i].y ? std::hypot(spot->x() - at.x(), spot->y() - at.y()) - kDot : std::abs(spot->x() - at.x());
        if (away <= kNear && away < nearest) {
            nearest = away;
            best = i;
        }
    }
    return best;
}

}  // namespace waypoint
