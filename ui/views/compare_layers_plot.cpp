// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/compare_layers_plot.h"

#include "ui/models/compare_summary.h"
#include "ui/models/compare_text.h"
#include "ui/models/text.h"
#include "ui/views/plot.h"
#include "ui/views/plot_colors.h"

#include <QtCore/QEvent>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace waypoint {

namespace {

// Beyond this nobody can tell one bar from the next, nor point at it.
constexpr std::size_t kMostLayers = 5000;
// Bars are compared by their length, which only an axis from 0 shows; beyond such a ratio the short ones are invisible.
constexpr double kSpreadOfLinear = 100;

/// How many times the smallest of the heights above 0 goes into the largest.
double spreadOf(const std::vector<double> &heights)
{
    double lowest = std::numeric_limits<double>::infinity();
    double highest = 0;
    for (const double height : heights) {
        if (height > 0)
            lowest = std::min(lowest, height);
        highest = std::max(highest, height);
    }
    return highest > 0 ? highest / lowest : 1;
}

}  // namespace

CompareLayersPlot::CompareLayersPlot(QWidget *parent) : QWidget(parent), m_plot(new Plot)
{
    setObjectName(QStringLiteral("compareLayers"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    connect(m_plot, &Plot::barActivated, this, [this](int bar) {
        if (m_tally && bar >= 0 && static_cast<std::size_t>(bar) < m_tally->layers.size())
            Q_EMIT layerActivated(static_cast<std::size_t>(bar));
    });
    draw();
}

void CompareLayersPlot::setTally(const CompareTallyPtr &tally)
{
    m_tally = tally;
    draw();
}

void CompareLayersPlot::setCurrent(std::optional<std::size_t> layer)
{
    if (layer == m_current)
        return;
    m_current = layer;
    draw();
}

void CompareLayersPlot::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        draw();
}

void CompareLayersPlot::draw()
{
    PlotText words;
    words.title = tr("Relative change of each layer");
    words.x.numbers = PlotNumbers::Names;
    words.y = {.label = tr("Relative change (%)")};
    words.empty = tr("How much each layer changed appears here.");
    PlotBars bars;
    bars.colour = colors::plotLine(0, palette());
    std::vector<PlotMark> marks;
    bool anyChanged = false;
    const std::size_t count = m_tally ? std::min(m_tally->layers.size(), kMostLayers) : 0;
    if (m_tally && count < m_tally->layers.size())
        words.title = tr("Relative change of the first %1 of %2 layers")
                          .arg(text::count(count), text::count(m_tally->layers.size()));
    for (std::size_t i = 0; i < count; ++i) {
        const LayerChange &layer = m_tally->layers[i];
        const double relative = layer.relative.value_or(0);
        const QString name = withoutSection(layer.name);
        bars.edges.push_back(static_cast<double>(i));
        // All zeros before: no number says how much.
        bars.heights.push_back(std::isfinite(relative) ? relative * 100 : 0);
        words.x.names << (std::isfinite(relative) ? name : tr("%1 (was all zeros)").arg(name));
        anyChanged = anyChanged || bars.heights.back() > 0;
        if (m_current == i)
            marks.push_back({PlotMark::Kind::Now, static_cast<double>(i) + 0.5, std::nullopt, name,
                             tr("%1: %2").arg(layer.name, compare_text::percent(relative))});
    }
    if (count > 0)
        bars.edges.push_back(static_cast<double>(count));
    if (m_tally && count > 0 && !anyChanged)
        words.empty = m_tally->pending > 0 ? tr("No layer changed so far.") : tr("No layer changed.");
    // What a person chose in the plot's menu stays.
    m_scaleByHand = m_scaleByHand || m_plot->text().y.logarithmic != m_isLogarithmic;
    m_isLogarithmic = m_scaleByHand ? m_plot->text().y.logarithmic : spreadOf(bars.heights) >= kSpreadOfLinear;
    words.y.logarithmic = m_isLogarithmic;
    m_plot->setText(words);
    m_plot->setBars(anyChanged ? std::vector{std::move(bars)} : std::vector<PlotBars>());
    m_plot->setMarks(std::move(marks));
}

}  // namespace waypoint
