// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/curve_preview.h"

#include "ui/views/curve_lines.h"

#include <QtCore/QEvent>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

/// More would be too flat to read; the Curves page has room for all.
constexpr std::size_t kMostPlots = 2;

CurveBoard boardOf(const CheckpointPtr &checkpoint, EntryId entry, const std::stop_token &stop)
{
    auto run = std::make_shared<RunCurves>();
    run->curves = curvesIn(*checkpoint, entry, stop);
    return buildBoard({BoardRun{.title = {}, .colour = 0, .curves = std::move(run)}}, {}, stop);
}

}  // namespace

CurvePreview::CurvePreview(QWidget *parent) : QWidget(parent), m_reading(this)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    for (std::size_t i = 0; i < kMostPlots; ++i) {
        m_plots.push_back(new Plot);
        column->addWidget(m_plots.back());
    }
    hide();
}

void CurvePreview::setEntry(CheckpointPtr checkpoint, EntryId entry)
{
    clear();
    m_reading.start([checkpoint = std::move(checkpoint),
                     entry](std::stop_token stop, Progress &) { return boardOf(checkpoint, entry, stop); },
                    [this](CurveBoard board) { take(std::move(board)); });
}

void CurvePreview::clear()
{
    m_reading.cancel();
    hide();
}

void CurvePreview::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && !isHidden())
        draw();
    QWidget::changeEvent(event);
}

void CurvePreview::take(CurveBoard board)
{
    m_board = std::move(board);
    if (m_board.plots.empty())
        return;
    draw();
    show();
}

void CurvePreview::draw()
{
    for (std::size_t i = 0; i < m_plots.size(); ++i) {
        m_plots[i]->setVisible(i < m_board.plots.size());
        if (i >= m_board.plots.size())
            continue;
        BoardPlot copy = m_board.plots[i];
        m_plots[i]->setText(plotText(copy, m_board.x, m_board.unit, false));
        m_plots[i]->setLines(plotLines(copy, palette()), true);
    }
}

}  // namespace waypoint
