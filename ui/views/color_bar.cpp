// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/color_bar.h"

#include "ui/models/colors.h"
#include "ui/models/text.h"

#include <QtGui/QPainter>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr int kBarWidth = 14;
constexpr int kTick = 4;
constexpr int kGap = 4;

}  // namespace

std::vector<double> roundNumbers(double low, double high, int count)
{
    std::vector<double> numbers;
    const double rough = (high - low) / std::max(count, 1);
    if (!(rough > 0) || !std::isfinite(rough))
        return numbers;
    const double decade = std::pow(10, std::floor(std::log10(rough)));
    const double factor = rough / decade;
    const double step = decade * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    for (double i = std::ceil(low / step); i * step <= high + step * 1e-9; ++i)
        numbers.push_back(i == 0 ? 0 : i * step);
    return numbers;
}

ColorBar::ColorBar(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    setAccessibleName(tr("Colour scale"));
}

void ColorBar::setScale(const std::optional<ColorScale> &scale, bool hasOdd)
{
    m_scale = scale;
    m_hasOdd = hasOdd;
    // Grows only: the picture beside it is not to jump about.
    int needed = fontMetrics().horizontalAdvance(tr("NaN, Inf"));
    if (scale)
        for (const double number : ticks())
            needed = std::max(needed, fontMetrics().horizontalAdvance(text::number(number)));
    if (needed > m_textWidth) {
        m_textWidth = needed;
        updateGeometry();
    }
    setToolTip(scale ? tr("From %1 to %2").arg(text::exactNumber(scale->low()), text::exactNumber(scale->high()))
                     : QString());
    update();
}

QSize ColorBar::sizeHint() const { return {kBarWidth + kTick + 3 * kGap + m_textWidth, 200}; }

QSize ColorBar::minimumSizeHint() const { return {sizeHint().width(), 60}; }

int ColorBar::oddHeight() const { return m_hasOdd ? fontMetrics().height() + 2 * kGap : 0; }

void ColorBar::paintEvent(QPaintEvent *)
{
    if (!m_scale)
        return;
    QPainter painter(this);
    const int margin = fontMetrics().height() / 2 + 1;
    const QRect bar(kGap, margin, kBarWidth, height() - 2 * margin - oddHeight());
    for (int y = bar.top(); y <= bar.bottom(); ++y) {
        const double share = static_cast<double>(bar.bottom() - y) / std::max(bar.height() - 1, 1);
        painter.fillRect(bar.left(), y, bar.width(), 1,
                         QColor(m_scale->colour(m_scale->low() + share * (m_scale->high() - m_scale->low()))));
    }
    painter.setPen(colors::hairline(palette()));
    painter.drawRect(bar.adjusted(0, 0, -1, -1));
    paintTicks(painter, bar);
    if (m_hasOdd)
        paintOdd(painter);
}

std::vector<double> ColorBar::ticks() const
{
    return roundNumbers(m_scale->low(), m_scale->high(), height() / (3 * fontMetrics().height()));
}

void ColorBar::paintTicks(QPainter &painter, const QRect &bar) const
{
    const int line = fontMetrics().height();
    painter.setPen(palette().color(QPalette::WindowText));
    for (const double number : ticks()) {
        const double share = (number - m_scale->low()) / (m_scale->high() - m_scale->low());
        const int y = bar.bottom() - static_cast<int>(std::lround(share * (bar.height() - 1)));
        painter.drawLine(bar.right() + 1, y, bar.right() + kTick, y);
        painter.drawText(QRect(bar.right() + kTick + kGap, y - line / 2, width(), line),
                         Qt::AlignLeft | Qt::AlignVCenter, text::number(number));
    }
}

void ColorBar::paintOdd(QPainter &painter) const
{
    const QRect place(kGap, height() - oddHeight() + kGap, kBarWidth, fontMetrics().height());
    painter.fillRect(place, QColor(ColorScale::kOdd));
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(place.translated(kBarWidth + kTick + kGap, 0).adjusted(0, 0, width(), 0),
                     Qt::AlignLeft | Qt::AlignVCenter, tr("NaN, Inf"));
}

}  // namespace waypoint
