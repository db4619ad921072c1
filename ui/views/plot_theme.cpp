// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_theme.h"

#include "ui/models/colors.h"

#include <QtGui/QPalette>

#include <algorithm>

namespace waypoint {

namespace {

/// Lines thinner than letters need less than WCAG's 3:1 for graphics to be seen, but not much less.
constexpr double kEnoughContrast = 2.2;

double contrast(const QColor &a, const QColor &b)
{
    // WCAG 2.1, relative luminance; squares stand for the exponent of 2.4.
    const auto luminance = [](const QColor &c) {
        return 0.2126 * c.redF() * c.redF() + 0.7152 * c.greenF() * c.greenF() + 0.0722 * c.blueF() * c.blueF();
    };
    const double first = luminance(a) + 0.05;
    const double second = luminance(b) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

/// Grid lines step back behind the thin lines between parts of a window.
QColor faint(const QPalette &palette)
{
    QColor line = palette.color(QPalette::Text);
    line.setAlphaF(0.13F);
    return line;
}

}  // namespace

PlotTheme PlotTheme::of(const QPalette &palette)
{
    return {
        .background = palette.color(QPalette::Base),
        .text = palette.color(QPalette::Text),
        .quiet = colors::quietText(palette),
        .grid = faint(palette),
        .now = colors::noticeAccent(colors::Notice::Information, palette),
        .milestone = colors::quietText(palette),
        .checkpoint = colors::noticeAccent(colors::Notice::Good, palette),
        .problem = colors::noticeAccent(colors::Notice::Danger, palette),
    };
}

PlotTheme PlotTheme::paper()
{
    QPalette palette;
    for (const QPalette::ColorRole role : {QPalette::Window, QPalette::Base})
        palette.setColor(role, Qt::white);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text})
        palette.setColor(role, Qt::black);
    return of(palette);
}

QColor PlotTheme::mark(PlotMark::Kind kind) const
{
    switch (kind) {
    case PlotMark::Kind::Now:
        return now;
    case PlotMark::Kind::Milestone:
        return milestone;
    case PlotMark::Kind::Checkpoint:
        return checkpoint;
    case PlotMark::Kind::Problem:
        return problem;
    }
    return text;
}

QColor PlotTheme::readable(const QColor &line) const
{
    const bool dark = background.lightness() < 128;
    QColor shown = line.isValid() ? line : text;
    for (int tries = 0; tries < 8 && contrast(shown, background) < kEnoughContrast; ++tries)
        shown = dark ? shown.lighter(125) : shown.darker(115);
    return shown;
}

}  // namespace waypoint
