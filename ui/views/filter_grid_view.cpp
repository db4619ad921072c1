// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/filter_grid_view.h"

#include "core/base/describe_error.h"
#include "ui/models/colors.h"
#include "ui/models/text.h"
#include "ui/views/color_bar.h"
#include "ui/views/color_controls.h"
#include "ui/views/empty_state.h"
#include "ui/views/flow_layout.h"
#include "ui/views/labelled_control.h"

#include <QtCore/QEvent>
#include <QtCore/QSettings>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QSlider>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace waypoint {

namespace {

constexpr std::int64_t kReadWhole = 4'000'000;  // numbers; 16 MB as floats
constexpr std::chrono::milliseconds kSlow{100};
constexpr std::int64_t kMostInput = std::numeric_limits<int>::max();  // of a spin box
constexpr int kSmallestTile = 8;
constexpr int kLargestTile = 256;

QString settingsGroup() { return QStringLiteral("filters"); }
QString sharedKey() { return QStringLiteral("oneScale"); }
QString sizeKey() { return QStringLiteral("tileSize"); }

}  // namespace

FilterGridView::FilterGridView(QWidget *parent) : TensorView(parent)
{
    createParts();
    restoreSettings();
    m_soon.setSingleShot(true);
    m_slow.setSingleShot(true);
    connect(&m_soon, &QTimer::timeout, this, &FilterGridView::readWhatIsMissing);
    connect(&m_slow, &QTimer::timeout, this, [this] { say(tr("Reading…")); });
    connect(m_grid, &FilterGrid::visibleChanged, &m_soon, qOverload<>(&QTimer::start));
    connect(m_grid, &FilterGrid::hovered, this, &FilterGridView::describeHovered);
    connect(m_grid, &FilterGrid::tileSizeWanted, m_size, &QSlider::setValue);
    connect(m_tiles, &QComboBox::activated, this, &FilterGridView::tilesChosen);
    connect(m_channel, &QSpinBox::valueChanged, this, &FilterGridView::applySettings);
    connect(m_depth, &QSpinBox::valueChanged, this, &FilterGridView::applySettings);
    connect(m_shared, &QCheckBox::toggled, this, &FilterGridView::applySettings);
    connect(m_size, &QSlider::valueChanged, this, &FilterGridView::applySettings);
    connect(m_colours, &ColorControls::settingsChanged, this, &FilterGridView::applySettings);
    connect(m_shared, &QCheckBox::toggled, this, &FilterGridView::saveSettings);
    connect(m_size, &QSlider::valueChanged, this, &FilterGridView::saveSettings);
    connect(m_colours, &ColorControls::settingsChanged, this, &FilterGridView::saveSettings);
    setTensor(nullptr);
}

void FilterGridView::createParts()
{
    m_stack = new QStackedWidget;
    m_empty = new EmptyState;
    m_grid = new FilterGrid;
    m_bar = new ColorBar;
    m_colours = new ColorControls;
    m_tiles = new QComboBox;
    m_channel = new QSpinBox;
    m_depth = new QSpinBox;
    m_shared = new QCheckBox(tr("&One scale for all"));
    m_shared->setToolTip(tr("On: the same colour is the same number everywhere. Off: each tile uses the whole scale, "
                            "which shows the structure of weak filters."));
    m_size = new QSlider(Qt::Horizontal);
    m_size->setRange(kSmallestTile, kLargestTile);
    m_size->setValue(m_grid->settings().tileSize);
    m_size->setFixedSize(110, m_tiles->sizeHint().height());
    m_size->setToolTip(tr("Size of a tile (Ctrl and the wheel)"));

    auto *page = new QWidget;
    auto *controls = new FlowLayout(8);
    m_channelControl = labelledControl(tr("&Input channel:"), m_channel);
    m_depthControl = labelledControl(tr("&Depth:"), m_depth);
    for (QWidget *part :
         {labelledControl(tr("&Tiles:"), m_tiles), m_channelControl, m_depthControl, static_cast<QWidget *>(m_shared),
          labelledControl(tr("Si&ze:"), m_size), static_cast<QWidget *>(m_colours)})
        controls->addWidget(part);
    auto *picture = new QHBoxLayout;
    picture->addWidget(m_grid, 1);
    picture->addWidget(m_bar);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(controls);
    layout->addLayout(picture, 1);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(page);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
}

void FilterGridView::saveSettings() const
{
    QSettings settings;
    settings.beginGroup(settingsGroup());
    m_colours->save(settings);
    settings.setValue(sharedKey(), m_shared->isChecked());
    settings.setValue(sizeKey(), m_size->value());
}

void FilterGridView::restoreSettings()
{
    QSettings settings;
    settings.beginGroup(settingsGroup());
    m_colours->restore(settings);
    m_shared->setChecked(settings.value(sharedKey(), m_shared->isChecked()).toBool());
    m_size->setValue(settings.value(sizeKey(), m_size->value()).toInt());
}

bool FilterGridView::showsFilters() const { return m_stack->currentIndex() == 1; }

void FilterGridView::showEmpty(const QString &title, const QString &explanation)
{
    m_emptyText = explanation;
    m_empty->setText(title, explanation);
    m_stack->setCurrentIndex(0);
}

void FilterGridView::setTensor(ShownTensorPtr tensor)
{
    m_tensor = std::move(tensor);
    m_job.cancel();
    m_endsJob.cancel();
    m_slow.stop();
    m_numbers.reset();
    m_asked.reset();
    m_ends.reset();
    m_grid->setNumbers(nullptr);
    say({});
    const auto shape = m_tensor ? FilterShape::of(m_tensor->numbers.ref.shape) : std::nullopt;
    if (!shape) {
        showEmpty(tr("No filters here"),
                  tr("The weights of convolutions appear here as pictures: tensors of three to five dimensions, "
                     "(out, in, height, width) as nn.Conv2d stores them."));
        return;
    }
    m_shape = *shape;
    m_stack->setCurrentIndex(1);
    m_grid->setShape(m_shape);
    offerTiles();
    applySettings();
    m_soon.start();
}

void FilterGridView::offerTiles()
{
    m_tiles->clear();
    if (m_shape.channels == 3 && m_shape.height > 1)
        m_tiles->addItem(tr("Filters in colour (RGB)"), static_cast<int>(FilterTiles::Colour));
    m_tiles->addItem(tr("Filters, one input channel"), static_cast<int>(FilterTiles::Channel));
    if (m_shape.channels > 1)
        m_tiles->addItem(tr("All kernels, out × in"), static_cast<int>(FilterTiles::AllChannels));
    const int chosen = m_chosenTiles ? m_tiles->findData(static_cast<int>(*m_chosenTiles)) : 0;
    m_tiles->setCurrentIndex(std::max(chosen, 0));
    const auto last = [](std::int64_t count) {
        return static_cast<int>(std::min<std::int64_t>(count - 1, kMostInput));
    };
    const QSignalBlocker quietChannel(m_channel);
    const QSignalBlocker quietDepth(m_depth);
    m_channel->setRange(0, last(m_shape.channels));
    m_depth->setRange(0, last(m_shape.depth));
    m_depthControl->setVisible(m_shape.depth > 1);
}

void FilterGridView::tilesChosen()
{
    m_chosenTiles = static_cast<FilterTiles>(m_tiles->currentData().toInt());
    applySettings();
}

void FilterGridView::applySettings()
{
    FilterGridSettings settings;
    settings.tiles = static_cast<FilterTiles>(m_tiles->currentData().toInt());
    settings.channel = m_channel->value();
    settings.depth = m_depth->value();
    settings.tileSize = m_size->value();
    settings.sharedScale = m_shared->isChecked();
    settings.colours = m_colours->settings();
    settings.all = m_ends.value_or(NumberRange{});
    // The same map for all tiles, also for those whose numbers happen to have one sign.
    if (settings.colours.map == ColorSettings::Map::Automatic)
        settings.colours.map =
            settings.all.min < 0 && settings.all.max > 0 ? ColorSettings::Map::Diverging : ColorSettings::Map::Viridis;
    const bool oneChannel = settings.tiles == FilterTiles::Channel && m_shape.channels > 1;
    m_channelControl->setVisible(oneChannel);
    m_colours->setVisible(settings.tiles != FilterTiles::Colour);
    const ColorScale scale(settings.colours, settings.all, colors::isDark(palette()));
    const bool same = settings.sharedScale || settings.colours.range == ColorSettings::Range::Fixed;
    m_bar->setVisible(same && settings.tiles != FilterTiles::Colour);
    m_bar->setScale(scale, false);
    m_colours->suggestEnds(scale.low(), scale.high());
    m_grid->setSettings(settings);
}

void FilterGridView::setStats(const TensorStats &stats)
{
    if (m_tensor && !m_ends && std::isfinite(stats.min) && std::isfinite(stats.max))
        takeEnds(stats.min, stats.max);
}

void FilterGridView::showEvent(QShowEvent *event)
{
    TensorView::showEvent(event);
    m_soon.start();
}

void FilterGridView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && showsFilters())
        applySettings();
    TensorView::changeEvent(event);
}

FilterRange FilterGridView::wantedRange() const
{
    const auto seen = m_grid->visibleRange();
    if (m_tensor->numbers.ref.elementCount().value_or(0) <= kReadWhole)
        return {0, m_shape.filters, 0, m_shape.channels, seen.depth};
    return seen;
}

void FilterGridView::readWhatIsMissing()
{
    if (!m_tensor || !showsFilters() || !isVisible())
        return;
    if (!m_ends && !m_endsJob.isRunning())
        readEnds();
    const auto range = wantedRange();
    if (range.filters < 1 || range.channels < 1 || (m_asked && m_asked->contains(range)))
        return;
    m_asked = range;
    m_slow.start(kSlow);
    m_job.start([tensor = m_tensor, range](const std::stop_token &stop,
                                           Progress &) { return readFilters(tensor->numbers, range, stop); },
                [this](Read read) { take(std::move(read)); });
}

void FilterGridView::readEnds()
{
    m_endsJob.start(
        [tensor = m_tensor](const std::stop_token &stop, Progress &) { return finiteEnds(tensor->numbers, stop); },
        [this](const Ends &ends) {
            if (ends && *ends)
                takeEnds((*ends)->first, (*ends)->second);
            else
                m_ends = NumberRange{};
        });
}

void FilterGridView::takeEnds(double low, double high)
{
    m_endsJob.cancel();
    m_ends = NumberRange{.any = true, .min = low, .max = high, .low = low, .high = high};
    m_ends->size = std::max(std::abs(low), std::abs(high));
    if (showsFilters())
        applySettings();
}

void FilterGridView::take(Read read)
{
    m_slow.stop();
    if (!read) {
        showEmpty(tr("The filters cannot be read"), text::fromUtf8(describe(read.error())));
        return;
    }
    m_numbers = *std::move(read);
    m_grid->setNumbers(m_numbers);
    describeHovered();
}

void FilterGridView::describeHovered()
{
    const auto place = m_grid->hoveredPlace();
    say(place ? placeText(*place) : QString());
}

QString FilterGridView::placeText(const FilterPlace &place) const
{
    const auto depth = m_grid->settings().depth;
    const bool colour = m_grid->settings().tiles == FilterTiles::Colour;
    const auto dims = m_tensor->numbers.ref.shape.size();
    QStringList index{QString::number(place.filter), colour ? QStringLiteral(":") : QString::number(place.channel)};
    if (dims > 4)
        index << QString::number(depth);
    if (dims > 3)
        index << QString::number(place.row);
    index << QString::number(place.column);
    const FilterRange needed{place.filter, 1, place.channel, colour ? 3 : 1, depth};
    if (!m_numbers || !m_numbers->range.contains(needed))
        return {};
    const auto at = static_cast<std::size_t>(place.row * m_shape.width + place.column);
    const auto number = [&](std::int64_t channel) {
        return text::number(static_cast<double>(m_numbers->kernel(place.filter, channel)[at]));
    };
    const QString start = tr("Filter %1 · [%2] = ").arg(text::integer(place.filter), index.join(QStringLiteral(", ")));
    return start
           + (colour ? tr("red %1, green %2, blue %3").arg(number(0), number(1), number(2)) : number(place.channel));
}

void FilterGridView::say(const QString &status)
{
    if (status == m_status)
        return;
    m_status = status;
    Q_EMIT statusChanged(status);
}

}  // namespace waypoint
