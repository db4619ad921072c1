// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/compare_histogram.h"

#include "core/base/describe_error.h"
#include "core/tensor/tensor_difference.h"
#include "ui/models/text.h"
#include "ui/views/compare_colors.h"
#include "ui/views/flow_layout.h"
#include "ui/views/histogram_scale.h"
#include "ui/views/plot.h"

#include <QtCore/QEvent>
#include <QtCore/QSettings>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>
#include <chrono>
#include <numeric>

namespace waypoint {

namespace {

constexpr std::array kBins{20, 50, 100, 200, 500};
constexpr int kUsualBins = 100;
constexpr std::chrono::milliseconds kBlink(200);

QString scaleKey() { return QStringLiteral("compare/symmetricLog"); }
QString binsKey() { return QStringLiteral("compare/bins"); }
QString countsKey() { return QStringLiteral("compare/logCounts"); }

std::int64_t countOf(const std::optional<Histogram> &histogram)
{
    return histogram ? std::accumulate(histogram->counts.begin(), histogram->counts.end(), std::int64_t{0}) : 0;
}

using Pair = std::pair<std::optional<Histogram>, std::optional<Histogram>>;

Result<Pair> readHistograms(const ShownTensorPtr &a, const ShownTensorPtr &b, const HistogramRequest &request,
                            const std::stop_token &stop)
{
    if (a && b) {
        Result<std::pair<Histogram, Histogram>> both = jointHistograms(a->numbers, b->numbers, request, stop);
        if (!both)
            return both.error();
        return Pair{std::move(both->first), std::move(both->second)};
    }
    Result<Histogram> one = tensorHistogram(a ? a->numbers : b->numbers, request, stop);
    if (!one)
        return one.error();
    return a ? Pair{std::move(*one), std::nullopt} : Pair{std::nullopt, std::move(*one)};
}

}  // namespace

CompareHistogram::CompareHistogram(QWidget *parent)
    : QWidget(parent),
      m_job(this),
      m_plot(new Plot(this)),
      m_scale(new QComboBox(this)),
      m_bins(new QComboBox(this)),
      m_logCounts(new QCheckBox(tr("Logarithmic counts"), this))
{
    createControls();
    loadSettings();
    m_patience.setSingleShot(true);
    m_patience.setInterval(kBlink);
    connect(&m_patience, &QTimer::timeout, this, [this] { showNothing(tr("Reading the numbers…")); });
    readAnew();
}

CompareHistogram::~CompareHistogram() = default;

void CompareHistogram::createControls()
{
    m_scale->addItems({tr("Linear"), tr("Symmetric log")});
    m_scale->setToolTip(tr("Symmetric log shows small numbers around zero and large ones on both sides at once"));
    m_scale->setAccessibleName(tr("Scale of values"));
    for (const int bins : kBins)
        m_bins->addItem(tr("%1 bins").arg(bins), bins);
    m_bins->setAccessibleName(tr("Number of bins"));
    m_logCounts->setToolTip(tr("Makes bins with few numbers visible beside bins with many"));
    auto *controls = new QWidget(this);
    auto *row = new FlowLayout(6, controls);
    row->setContentsMargins(0, 0, 0, 0);
    for (QWidget *control : std::initializer_list<QWidget *>{m_scale, m_bins, m_logCounts})
        row->addWidget(control);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(controls);
    column->addWidget(m_plot, 1);
    const auto changed = [this] {
        saveSettings();
        readAnew();
    };
    connect(m_scale, &QComboBox::currentIndexChanged, this, changed);
    connect(m_bins, &QComboBox::currentIndexChanged, this, changed);
    connect(m_logCounts, &QCheckBox::toggled, this, [this] {
        saveSettings();
        draw();
    });
}

void CompareHistogram::loadSettings()
{
    const QSettings settings;
    const QSignalBlocker scale(m_scale);
    const QSignalBlocker bins(m_bins);
    const QSignalBlocker counts(m_logCounts);
    m_scale->setCurrentIndex(settings.value(scaleKey(), false).toBool() ? 1 : 0);
    m_bins->setCurrentIndex(std::max(0, m_bins->findData(settings.value(binsKey(), kUsualBins).toInt())));
    m_logCounts->setChecked(settings.value(countsKey(), false).toBool());
}

void CompareHistogram::saveSettings() const
{
    QSettings settings;
    settings.setValue(scaleKey(), m_scale->currentIndex() == 1);
    settings.setValue(binsKey(), m_bins->currentData());
    settings.setValue(countsKey(), m_logCounts->isChecked());
}

HistogramRequest CompareHistogram::request() const
{
    HistogramRequest request;
    request.scale = m_scale->currentIndex() == 1 ? HistogramScale::SymmetricLog : HistogramScale::Linear;
    request.bins = static_cast<std::size_t>(m_bins->currentData().toInt());
    return request;
}

void CompareHistogram::setTensors(ShownTensorPtr a, ShownTensorPtr b, const QString &nameA, const QString &nameB)
{
    m_a = std::move(a);
    m_b = std::move(b);
    m_nameA = nameA;
    m_nameB = nameB;
    m_plot->resetZoom();
    readAnew();
}

void CompareHistogram::readAnew()
{
    m_job.cancel();
    m_isStale = m_a || m_b;
    if (m_isStale) {
        readIfSeen();
        return;
    }
    m_patience.stop();
    showNothing(tr("Select a tensor to see how its numbers moved."));
}

void CompareHistogram::readIfSeen()
{
    if (!isVisible() || !m_isStale)
        return;
    m_isStale = false;
    m_patience.start();
    m_job.start([a = m_a, b = m_b, asked = request()](const std::stop_token &stop,
                                                      Progress &) { return readHistograms(a, b, asked, stop); },
                [this](Result<Pair> read) { take(std::move(read)); });
}

void CompareHistogram::take(Result<Pair> read)
{
    m_patience.stop();
    if (!read) {
        showNothing(text::fromUtf8(describe(read.error())));
        return;
    }
    if (countOf(read->first) + countOf(read->second) == 0) {
        showNothing(tr("There is not one finite number."));
        return;
    }
    m_histograms = *std::move(read);
    draw();
}

void CompareHistogram::showNothing(const QString &why)
{
    m_histograms.reset();
    PlotText text;
    text.empty = why;
    m_plot->setText(text);
    m_plot->setBars({});
    m_plot->setMarks({});
}

void CompareHistogram::draw()
{
    if (!m_histograms)
        return;
    const Histogram &any = m_histograms->first ? *m_histograms->first : *m_histograms->second;
    const bool symmetric = m_scale->currentIndex() == 1 && any.edges.size() > 1;
    PlotText text;
    text.x = {.label = tr("Value"),
              .numbers = symmetric ? PlotNumbers::SymmetricLog : PlotNumbers::Plain,
              .linear = symmetric ? linearPartOf(any.edges) : 0};
    text.y = {.label = tr("Count"), .numbers = PlotNumbers::Integer, .logarithmic = m_logCounts->isChecked()};
    std::vector<PlotBars> bars;
    const auto add = [&](int side, const QString &name, const std::optional<Histogram> &histogram) {
        if (!histogram)
            return;
        PlotBars one;
        one.name = name;
        one.colour = colors::compared(side, palette());
        one.edges = histogram->edges;
        one.heights.assign(histogram->counts.begin(), histogram->counts.end());
        bars.push_back(std::move(one));
    };
    add(0, QStringLiteral("A: ") + m_nameA, m_histograms->first);
    add(1, QStringLiteral("B: ") + m_nameB, m_histograms->second);
    m_plot->setText(text);
    m_plot->setBars(std::move(bars));
    std::vector<PlotMark> marks;
    if (any.edges.size() > 1 && any.edges.front() < 0 && any.edges.back() > 0)
        marks.push_back({PlotMark::Kind::Milestone, 0, std::nullopt, QStringLiteral("0"), {}});
    m_plot->setMarks(std::move(marks));
}

void CompareHistogram::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        draw();
}

void CompareHistogram::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_patience.stop();
    m_isStale = m_isStale || m_job.isRunning();
    m_job.cancel();
}

void CompareHistogram::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    readIfSeen();
}

}  // namespace waypoint
