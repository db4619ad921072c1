// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/epoch_plots.h"

#include "ui/models/text.h"
#include "ui/views/epoch_map.h"
#include "ui/views/plot.h"
#include "ui/views/plot_colors.h"

#include <QtCore/QEvent>
#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace waypoint {

namespace {

constexpr int kLowestLines = 200;
constexpr int kLowestScalars = 120;
constexpr std::array kKinds{CurveKind::Loss, CurveKind::Accuracy, CurveKind::Other, CurveKind::LearningRate};

QString titleOf(CurveKind kind)
{
    switch (kind) {
    case CurveKind::Loss:
        return EpochPlots::tr("Loss");
    case CurveKind::Accuracy:
        return EpochPlots::tr("Accuracy");
    case CurveKind::LearningRate:
        return EpochPlots::tr("lr");
    case CurveKind::Other:
        break;
    }
    return EpochPlots::tr("Metrics");
}

std::vector<double> positionsOf(const EpochRun &run)
{
    std::vector<double> positions;
    for (std::size_t i = 0; i < run.fileCount(); ++i)
        positions.push_back(run.position(i));
    return positions;
}

/// What is infinite (a change from zeros) has no place on an axis.
std::vector<double> drawable(std::vector<double> numbers)
{
    for (double &number : numbers)
        if (!std::isfinite(number))
            number = std::numeric_limits<double>::quiet_NaN();
    return numbers;
}

}  // namespace

EpochPlots::EpochPlots(QWidget *parent)
    : QScrollArea(parent), m_column(new QVBoxLayout), m_lines(new Plot), m_map(new EpochMap)
{
    auto *content = new QWidget;
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    content->setLayout(m_column);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_lines->setObjectName(QStringLiteral("epochLines"));
    m_lines->setMinimumHeight(kLowestLines);
    m_map->setObjectName(QStringLiteral("epochMap"));
    m_column->addWidget(m_lines, 4);
    m_column->addWidget(m_map, 4);
    addPlot(m_lines);
    connect(m_lines, &Plot::dataAreaChanged, this, &EpochPlots::placeMap);
    connect(m_map, &EpochMap::chosen, this, &EpochPlots::chosen);
    connect(m_map, &EpochMap::activated, this, &EpochPlots::activated);
    connect(m_map, &EpochMap::cursorMoved, this, [this](std::optional<double> x) { shareCursor(m_map, x); });
    connect(m_map, &EpochMap::zoomWanted, this, [this](double low, double high) { m_lines->setVisibleX(low, high); });
}

std::vector<Plot *> EpochPlots::plots() const
{
    std::vector<Plot *> all{m_lines};
    all.insert(all.end(), m_scalars.begin(), m_scalars.end());
    return all;
}

void EpochPlots::addPlot(Plot *plot)
{
    connect(plot, &Plot::cursorMoved, this, [this, plot](std::optional<double> x) { shareCursor(plot, x); });
    connect(plot, &Plot::visibleXChanged, this, [this, plot](double low, double high) { shareZoom(plot, low, high); });
}

void EpochPlots::setRun(EpochRunPtr run)
{
    m_run = std::move(run);
    m_tracks.clear();
    m_drawn.clear();
    m_file.reset();
    m_map->setRun(m_run);
    for (Plot *plot : std::exchange(m_scalars, {})) {
        plot->hide();
        plot->deleteLater();
    }
    m_kinds.clear();
    if (!m_run || !m_run->series)
        return;
    createScalarPlots();
    for (Plot *plot : plots()) {
        plot->setWholeX(m_map->wholeX());
        plot->resetZoom();
    }
    fillScalarPlots();
    drawLines();
    drawMarks();
}

void EpochPlots::createScalarPlots()
{
    for (const CurveKind kind : kKinds) {
        const bool isTold = std::any_of(m_run->scalars.begin(), m_run->scalars.end(),
                                        [&](const EpochScalar &scalar) { return scalar.kind == kind; });
        if (!isTold)
            continue;
        auto *plot = new Plot;
        plot->setMinimumHeight(kLowestScalars);
        plot->setAccessibleName(titleOf(kind));
        addPlot(plot);
        m_column->addWidget(plot, 2);
        m_scalars.push_back(plot);
        m_kinds.push_back(kind);
    }
    // One name of the axis is enough for plots that stand above each other.
    for (std::size_t i = 0; i < m_scalars.size(); ++i)
        m_scalars[i]->setText({{},
                               {i + 1 == m_scalars.size() ? m_run->axisName() : QString()},
                               {titleOf(m_kinds[i])},
                               tr("Nothing to draw here")});
}

void EpochPlots::fillScalarPlots()
{
    const std::vector<double> x = positionsOf(*m_run);
    for (std::size_t i = 0; i < m_scalars.size(); ++i) {
        std::vector<PlotLine> lines;
        for (const EpochScalar &scalar : m_run->scalars) {
            if (scalar.kind != m_kinds[i])
                continue;
            const QColor colour = colors::plotLine(static_cast<int>(lines.size()), palette());
            lines.push_back({text::fromUtf8(scalar.name), colour, PlotLine::Style::Solid,
                             scalar.kind == CurveKind::LearningRate, x, drawable(scalar.values)});
        }
        m_scalars[i]->setLines(std::move(lines));
    }
    lineUp();
}

void EpochPlots::setTracks(const std::vector<EpochTrackPtr> &tracks)
{
    const auto isNew = [&](const EpochLine &line) {
        return line.tensor >= m_tracks.size() || m_tracks[line.tensor] != tracks[line.tensor];
    };
    const bool changes = std::any_of(m_drawn.begin(), m_drawn.end(), isNew);
    m_tracks = tracks;
    m_map->setTracks(tracks);
    if (changes)
        drawLines();
}

void EpochPlots::setQuantity(EpochQuantity quantity, bool logarithmic)
{
    m_quantity = quantity;
    m_isLogarithmic = logarithmic;
    drawLines();
}

void EpochPlots::setLines(std::vector<EpochLine> lines)
{
    m_drawn = std::move(lines);
    drawLines();
}

void EpochPlots::drawLines()
{
    if (!m_run || !m_run->series)
        return;
    m_lines->setText({quantityName(m_quantity),
                      {m_run->axisName()},
                      {quantityAxis(m_quantity), PlotNumbers::Plain, m_isLogarithmic},
                      m_drawn.empty() ? tr("Tick tensors in the list to draw their lines.") : tr("Still to be read")});
    const std::vector<double> x = positionsOf(*m_run);
    std::vector<PlotLine> lines;
    for (const EpochLine &drawn : m_drawn) {
        const EpochTrackPtr track = drawn.tensor < m_tracks.size() ? m_tracks[drawn.tensor] : nullptr;
        if (!track)
            continue;
        const bool isTicked = drawn.colour >= 0;
        lines.push_back({text::fromUtf8(m_run->series->tensors[drawn.tensor].name),
                         isTicked ? colors::plotLine(drawn.colour, palette()) : palette().color(QPalette::WindowText),
                         isTicked ? PlotLine::Style::Solid : PlotLine::Style::Dashed, false, x,
                         drawable(track->of(m_quantity))});
    }
    m_lines->setLines(std::move(lines));
    lineUp();
}

void EpochPlots::setPicture(EpochMapPicturePtr picture) { m_map->setPicture(std::move(picture)); }

void EpochPlots::setCurrent(std::optional<std::size_t> tensor, std::optional<std::size_t> file)
{
    m_map->setCurrent(tensor, file);
    if (file == m_file)
        return;
    m_file = file;
    drawMarks();
}

void EpochPlots::drawMarks()
{
    if (!m_run)
        return;
    std::vector<PlotMark> marks;
    if (m_run->best)
        marks.push_back(
            {PlotMark::Kind::Checkpoint, m_run->position(m_run->best->entry), {}, tr("best"), bestSentence(*m_run)});
    if (m_file && !(m_run->best && m_run->best->entry == *m_file))
        marks.push_back({PlotMark::Kind::Now, m_run->position(*m_file), {}, m_run->label(*m_file), {}});
    for (Plot *plot : plots())
        plot->setMarks(marks);
}

void EpochPlots::lineUp()
{
    const int left = fontMetrics().averageCharWidth() * 22;
    int legend = 0;
    for (const Plot *plot : plots())
        legend = std::max(legend, plot->legendWidth());
    for (Plot *plot : plots())
        plot->setSides(left, legend);
}

void EpochPlots::placeMap()
{
    const QRect area = m_lines->dataArea().toRect();
    if (area.width() <= 0)
        return;  // not laid out yet
    m_map->setSides(area.left() + m_lines->x() - m_map->x(), area.width());
    const auto [low, high] = m_lines->visibleX();
    m_map->setVisibleX(low, high);
}

void EpochPlots::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && m_run && m_run->series) {
        fillScalarPlots();
        drawLines();
    }
    QScrollArea::changeEvent(event);
}

void EpochPlots::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    lineUp();
}

void EpochPlots::shareCursor(const QWidget *from, std::optional<double> x)
{
    if (m_isSharing)
        return;
    const QScopedValueRollback sharing(m_isSharing, true);
    for (Plot *plot : plots())
        if (plot != from)
            plot->setCursor(x);
    if (m_map != from)
        m_map->setCursor(x);
}

void EpochPlots::shareZoom(const Plot *from, double low, double high)
{
    if (m_isSharing)
        return;
    const QScopedValueRollback sharing(m_isSharing, true);
    for (Plot *plot : plots()) {
        if (plot == from)
            continue;
        if (from->isZoomed())
            plot->setVisibleX(low, high);
        else
            plot->resetZoom();
    }
}

}  // namespace waypoint
