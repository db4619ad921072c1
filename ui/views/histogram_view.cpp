// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/histogram_view.h"

#include "core/base/describe_error.h"
#include "ui/models/text.h"
#include "ui/views/flow_layout.h"
#include "ui/views/histogram_scale.h"
#include "ui/views/plot.h"
#include "ui/views/plot_colors.h"
#include "ui/views/quiet_label.h"

#include <QtCore/QEvent>
#include <QtCore/QSettings>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace waypoint {

namespace {

constexpr std::array kBins{20, 50, 100, 200, 500};
constexpr int kUsualBins = 100;
constexpr std::chrono::milliseconds kBlink(200);

QString scaleKey() { return QStringLiteral("histogram/symmetricLog"); }
QString binsKey() { return QStringLiteral("histogram/bins"); }
QString countsKey() { return QStringLiteral("histogram/logCounts"); }

std::int64_t countOf(const Histogram &histogram)
{
    return std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::int64_t{0});
}

}  // namespace

HistogramView::HistogramView(QWidget *parent)
    : TensorView(parent),
      m_job(this),
      m_plot(new Plot(this)),
      m_scale(new QComboBox(this)),
      m_bins(new QComboBox(this)),
      m_logCounts(new QCheckBox(tr("Logarithmic counts"), this)),
      m_remark(new QuietLabel({}, this))
{
    createControls();
    loadSettings();
    m_patience.setSingleShot(true);
    m_patience.setInterval(kBlink);
    connect(&m_patience, &QTimer::timeout, this, [this] { showNothing(tr("Reading the numbers…")); });
    showNothing(tr("Select a tensor to see how its numbers are spread."));
}

HistogramView::~HistogramView() = default;

void HistogramView::createControls()
{
    m_scale->addItems({tr("Linear"), tr("Symmetric log")});
    m_scale->setToolTip(tr("Symmetric log shows small numbers around zero and large ones on both sides at once"));
    m_scale->setAccessibleName(tr("Scale of values"));
    for (const int bins : kBins)
        m_bins->addItem(tr("%1 bins").arg(bins), bins);
    m_bins->setAccessibleName(tr("Number of bins"));
    m_logCounts->setToolTip(tr("Makes bins with few numbers visible beside bins with many"));
    m_remark->setWordWrap(true);
    auto *controls = new QWidget(this);
    auto *row = new FlowLayout(6, controls);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(new QLabel(tr("Values:"), this));
    row->addWidget(m_scale);
    row->addWidget(m_bins);
    row->addWidget(m_logCounts);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(controls);
    column->addWidget(m_remark);
    column->addWidget(m_plot, 1);
    const auto changed = [this] {
        saveSettings();
        readAnew();
    };
    connect(m_scale, &QComboBox::currentIndexChanged, this, changed);
    connect(m_bins, &QComboBox::currentIndexChanged, this, changed);
    connect(m_logCounts, &QCheckBox::toggled, this, [this] {
        saveSettings();
        showHistogram();
    });
}

void HistogramView::loadSettings()
{
    const QSettings settings;
    const QSignalBlocker scale(m_scale);
    const QSignalBlocker bins(m_bins);
    const QSignalBlocker counts(m_logCounts);
    m_scale->setCurrentIndex(settings.value(scaleKey(), false).toBool() ? 1 : 0);
    m_bins->setCurrentIndex(std::max(0, m_bins->findData(settings.value(binsKey(), kUsualBins).toInt())));
    m_logCounts->setChecked(settings.value(countsKey(), false).toBool());
}

void HistogramView::saveSettings() const
{
    QSettings settings;
    settings.setValue(scaleKey(), m_scale->currentIndex() == 1);
    settings.setValue(binsKey(), m_bins->currentData());
    settings.setValue(countsKey(), m_logCounts->isChecked());
}

HistogramRequest HistogramView::request() const
{
    HistogramRequest request;
    request.scale = m_scale->currentIndex() == 1 ? HistogramScale::SymmetricLog : HistogramScale::Linear;
    request.bins = static_cast<std::size_t>(m_bins->currentData().toInt());
    return request;
}

void HistogramView::setTensor(ShownTensorPtr tensor)
{
    m_tensor = std::move(tensor);
    m_stats.reset();
    m_plot->resetZoom();
    readAnew();
}

void HistogramView::setStats(const TensorStats &stats)
{
    m_stats = stats;
    showMarks();
    showRemark();
}

void HistogramView::readAnew()
{
    m_job.cancel();
    m_isStale = true;
    if (m_tensor) {
        readIfSeen();
        return;
    }
    m_isStale = false;
    m_patience.stop();
    showNothing(tr("Select a tensor to see how its numbers are spread."));
}

void HistogramView::readIfSeen()
{
    if (!isVisible() || !m_isStale || !m_tensor)
        return;
    m_isStale = false;
    m_patience.start();
    m_job.start([tensor = m_tensor, asked = request()](
                    const std::stop_token &stop, Progress &) { return tensorHistogram(tensor->numbers, asked, stop); },
                [this](Result<Histogram> histogram) { take(std::move(histogram)); });
}

void HistogramView::take(Result<Histogram> histogram)
{
    m_patience.stop();
    if (!histogram) {
        showNothing(text::fromUtf8(describe(histogram.error())));
        return;
    }
    if (countOf(*histogram) == 0) {
        showNothing(numberCount(m_tensor->numbers.ref) == 0 ? tr("This tensor has no elements.")
                                                            : tr("Not one of its numbers is finite."));
        return;
    }
    m_histogram = std::move(*histogram);
    showHistogram();
}

void HistogramView::showNothing(const QString &why)
{
    m_histogram.reset();
    PlotText text;
    text.empty = why;
    m_plot->setText(text);
    m_plot->setBars({});
    m_plot->setMarks({});
    showRemark();
}

void HistogramView::showHistogram()
{
    if (!m_histogram)
        return;
    const bool symmetric = m_scale->currentIndex() == 1;
    PlotText text;
    text.title = m_tensor->name;
    text.x = {.label = tr("Value"),
              .numbers = symmetric ? PlotNumbers::SymmetricLog : PlotNumbers::Plain,
              .linear = symmetric ? linearPartOf(m_histogram->edges) : 0};
    text.y = {
        .label = tr("Numbers in a bin"), .numbers = PlotNumbers::Integer, .logarithmic = m_logCounts->isChecked()};
    PlotBars bars;
    bars.colour = colors::plotLine(0, palette());
    bars.edges = m_histogram->edges;
    bars.heights.assign(m_histogram->counts.begin(), m_histogram->counts.end());
    m_plot->setText(text);
    m_plot->setBars({std::move(bars)});
    showMarks();
    showRemark();
}

void HistogramView::showMarks()
{
    std::vector<PlotMark> marks;
    if (m_histogram && m_histogram->edges.front() < 0 && m_histogram->edges.back() > 0)
        marks.push_back({PlotMark::Kind::Milestone, 0, std::nullopt, QStringLiteral("0"), {}});
    if (m_histogram && m_stats && std::isfinite(m_stats->mean))
        marks.push_back({PlotMark::Kind::Now, m_stats->mean, std::nullopt, tr("mean"),
                         tr("Mean %1").arg(text::exactNumber(m_stats->mean))});
    m_plot->setMarks(std::move(marks));
}

QString HistogramView::remark() const { return m_remark->text(); }

void HistogramView::showRemark()
{
    QStringList parts;
    const auto add = [&](std::int64_t count, const QString &what) {
        if (count > 0)
            parts << QStringLiteral("%1 %2").arg(text::integer(count), what);
    };
    if (m_stats) {
        add(m_stats->nan, tr("NaN"));
        add(m_stats->inf, tr("infinite"));
    } else if (m_histogram) {
        add(numberCount(m_tensor->numbers.ref) - countOf(*m_histogram), tr("NaN or infinite"));
    }
    m_remark->setText(parts.isEmpty() ? QString() : tr("Not drawn: %1").arg(parts.join(QLatin1String(", "))));
    m_remark->setVisible(!parts.isEmpty());
}

void HistogramView::changeEvent(QEvent *event)
{
    TensorView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showHistogram();
}

void HistogramView::hideEvent(QHideEvent *event)
{
    TensorView::hideEvent(event);
    m_patience.stop();
    m_isStale = m_isStale || m_job.isRunning();
    m_job.cancel();
}

void HistogramView::showEvent(QShowEvent *event)
{
    TensorView::showEvent(event);
    readIfSeen();
}

}  // namespace waypoint
