// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/heat_map_view.h"

#include "core/base/describe_error.h"
#include "ui/models/colors.h"
#include "ui/models/text.h"
#include "ui/views/color_bar.h"
#include "ui/views/color_controls.h"
#include "ui/views/flow_layout.h"
#include "ui/views/heat_map_canvas.h"
#include "ui/views/labelled_control.h"

#include <QtCore/QEvent>
#include <QtCore/QSettings>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <utility>

namespace waypoint {

namespace {

constexpr int kMostPixels = 1600;  // across; colouring more takes longer than a blink
constexpr double kCoarser = 1.25;  // a window that grew by less shows a picture that is a little coarse
constexpr std::chrono::milliseconds kSlow{100};

QString blocksKey() { return QStringLiteral("pixel"); }

PlaneWindow lastTwoDimensions(const SmallDims &shape)
{
    PlaneWindow plane;
    plane.fixed.assign(shape.size(), 0);
    if (!shape.empty())
        plane.columnDim = shape.size() - 1;
    if (shape.size() > 1)
        plane.rowDim = shape.size() - 2;
    return plane;
}

bool suits(const PlaneWindow &plane, const SmallDims &shape)
{
    const auto fits = [&](const std::optional<std::size_t> &dim) { return !dim || *dim < shape.size(); };
    if (!fits(plane.rowDim) || !fits(plane.columnDim) || plane.rowDim == plane.columnDim)
        return shape.empty() && !plane.rowDim && !plane.columnDim;
    for (std::size_t d = 0; d < shape.size(); ++d)
        if (plane.rowDim != d && plane.columnDim != d
            && (d >= plane.fixed.size() || plane.fixed[d] < 0 || plane.fixed[d] >= shape[d]))
            return false;
    return true;
}

}  // namespace

HeatMapView::HeatMapView(QWidget *parent, const QString &settingsGroup, ColorSettings::Map colours)
    : TensorView(parent), m_settingsGroup(settingsGroup)
{
    createParts();
    m_colours->setSettings({.map = colours, .range = ColorSettings::Range::Most});
    restoreSettings();
    m_soon.setSingleShot(true);
    m_slow.setSingleShot(true);
    connect(&m_soon, &QTimer::timeout, this, &HeatMapView::readWhatIsMissing);
    connect(&m_slow, &QTimer::timeout, this, &HeatMapView::sayThatItTakesAWhile);
    connect(m_colours, &ColorControls::settingsChanged, this, &HeatMapView::applyColours);
    connect(m_blocks, &QComboBox::currentIndexChanged, this, &HeatMapView::applyColours);
    connect(m_colours, &ColorControls::settingsChanged, this, &HeatMapView::saveSettings);
    connect(m_blocks, &QComboBox::currentIndexChanged, this, &HeatMapView::saveSettings);
    connect(m_canvas, &HeatMapCanvas::visibleChanged, &m_soon, qOverload<>(&QTimer::start));
    connect(m_canvas, &HeatMapCanvas::hovered, this, &HeatMapView::describeHovered);
}

void HeatMapView::createParts()
{
    m_canvas = new HeatMapCanvas;
    m_bar = new ColorBar;
    m_colours = new ColorControls;
    m_blocks = new QComboBox;
    m_blocks->addItem(tr("Mean"));
    m_blocks->addItem(tr("Extreme"));
    m_blocks->setToolTip(tr("What stands for several numbers in one pixel: their mean, or the one farthest from zero"));
    m_all = new QPushButton(tr("Show &All"));
    m_all->setToolTip(tr("Leaves the zoom (double click on the map, or Home)"));
    m_blocksControl = labelledControl(tr("&Pixel:"), m_blocks);
    connect(m_all, &QPushButton::clicked, m_canvas, &HeatMapCanvas::showAll);

    auto *controls = new FlowLayout(8);
    for (QWidget *part : std::initializer_list<QWidget *>{m_colours, m_blocksControl, m_all})
        controls->addWidget(part);
    auto *picture = new QHBoxLayout;
    picture->addWidget(m_canvas, 1);
    picture->addWidget(m_bar);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(controls);
    layout->addLayout(picture, 1);
}

void HeatMapView::saveSettings() const
{
    QSettings settings;
    settings.beginGroup(m_settingsGroup);
    m_colours->save(settings);
    settings.setValue(blocksKey(), m_blocks->currentIndex());
}

void HeatMapView::restoreSettings()
{
    QSettings settings;
    settings.beginGroup(m_settingsGroup);
    m_colours->restore(settings);
    m_blocks->setCurrentIndex(std::clamp(settings.value(blocksKey(), 0).toInt(), 0, m_blocks->count() - 1));
}

void HeatMapView::setTensor(ShownTensorPtr tensor)
{
    m_tensor = std::move(tensor);
    tensorChanged();
}

void HeatMapView::setPlane(const PlaneWindow &plane)
{
    m_chosenPlane = plane;
    tensorChanged();
}

PlaneWindow HeatMapView::suitablePlane() const
{
    const auto &shape = m_tensor->numbers.ref.shape;
    return m_chosenPlane && suits(*m_chosenPlane, shape) ? *m_chosenPlane : lastTwoDimensions(shape);
}

QString HeatMapView::dimensionName(const std::optional<std::size_t> &dim) const
{
    if (!dim)
        return {};
    return tr("dim %1: %2").arg(text::count(*dim), text::integer(m_tensor->numbers.ref.shape[*dim]));
}

void HeatMapView::tensorChanged()
{
    forgetPictures();
    say({});
    const bool empty = !m_tensor || m_tensor->numbers.ref.elementCount().value_or(0) == 0;
    m_canvas->setMessage(!m_tensor ? tr("A tensor's numbers appear here as colours.")
                         : empty   ? tr("This tensor has no elements.")
                                   : QString());
    if (empty) {
        clearCanvas();
        return;
    }
    m_plane = wholePlane(m_tensor->numbers, suitablePlane());
    const auto &viewport = m_canvas->viewport();
    // The last picture stays until the new one is there, which is a blink, where it fits.
    if (m_plane.rows != viewport.rows() || m_plane.columns != viewport.columns())
        clearCanvas();
    m_canvas->setPlane(m_plane.rows, m_plane.columns, dimensionName(m_plane.rowDim), dimensionName(m_plane.columnDim));
    m_soon.start();
}

void HeatMapView::forgetPictures()
{
    m_wholeJob.cancel();
    m_partJob.cancel();
    m_hoverJob.cancel();
    m_slow.stop();
    m_wholeIsCurrent = false;
    m_partAsked = {};
    m_whole.reset();
    m_part.reset();
}

void HeatMapView::clearCanvas()
{
    m_canvas->setPictures(nullptr, nullptr);
    m_bar->setScale({}, false);
}

void HeatMapView::sayThatItTakesAWhile()
{
    clearCanvas();
    m_canvas->setMessage(tr("Reading…"));
}

void HeatMapView::showEvent(QShowEvent *event)
{
    TensorView::showEvent(event);
    m_soon.start();
}

void HeatMapView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyColours();
    TensorView::changeEvent(event);
}

HeatMapRequest HeatMapView::requestFor(const CellRange &cells) const
{
    const auto pixels = [&](double size) {
        return std::clamp(static_cast<int>(size * devicePixelRatioF()), 1, kMostPixels);
    };
    const QRectF &area = m_canvas->viewport().area();
    return {m_tensor, m_plane, cells, pixels(area.width()), pixels(area.height())};
}

bool HeatMapView::isWholeTooCoarse() const
{
    if (!m_whole || m_whole->isExact())
        return false;
    const auto now = requestFor(m_whole->cells);
    return now.widest > m_wholeAsked.widest * kCoarser || now.highest > m_wholeAsked.highest * kCoarser;
}

void HeatMapView::readWhatIsMissing()
{
    m_all->setEnabled(!m_canvas->viewport().isWhole());
    if (!m_tensor || !isVisible() || m_tensor->numbers.ref.elementCount().value_or(0) == 0)
        return;
    if (!m_wholeIsCurrent || (isWholeTooCoarse() && !m_wholeJob.isRunning()))
        readWhole();
    readPart();
}

void HeatMapView::readWhole()
{
    m_wholeIsCurrent = true;
    // A finer picture of the same takes the place of the coarse one when it is there.
    if (!m_whole)
        m_slow.start(kSlow);
    m_wholeAsked = requestFor({.rows = m_plane.rows, .columns = m_plane.columns});
    m_wholeJob.start(
        [request = m_wholeAsked](const std::stop_token &stop, Progress &) { return readHeatMapPicture(request, stop); },
        [this](Read read) { takeWhole(std::move(read)); });
}

void HeatMapView::readPart()
{
    const auto &viewport = m_canvas->viewport();
    const auto cells = viewport.visibleCells();
    if (viewport.isWhole() || (m_whole && m_whole->isExact() && !m_whole->elements.empty())) {
        m_partJob.cancel();
        m_partAsked = {};
        if (std::exchange(m_part, nullptr)) {
            m_canvas->setPictures(m_whole, nullptr);
            applyColours();
        }
        return;
    }
    if (cells == m_partAsked)
        return;
    m_partAsked = cells;
    m_partJob.start([request = requestFor(cells)](const std::stop_token &stop,
                                                  Progress &) { return readHeatMapPicture(request, stop); },
                    [this](Read read) { takePart(std::move(read)); });
}

void HeatMapView::takeWhole(Read read)
{
    m_slow.stop();
    m_canvas->setMessage(read ? QString() : text::fromUtf8(describe(read.error())));
    if (!read) {
        clearCanvas();
        return;
    }
    m_whole = *std::move(read);
    m_canvas->setPictures(m_whole, m_part);
    applyColours();
}

void HeatMapView::takePart(Read read)
{
    // Its failure says no more than that of the whole.
    if (!read)
        return;
    m_part = *std::move(read);
    m_canvas->setPictures(m_whole, m_part);
    applyColours();
    describeHovered();
}

void HeatMapView::applyColours()
{
    if (!m_whole)
        return;
    const bool extremes = m_blocks->currentIndex() == 1;
    // Means of blocks lie closer together than the numbers: what is zoomed into would be all ends of their scale.
    const auto &shown = m_part ? *m_part : *m_whole;
    const ColorScale scale(m_colours->settings(), extremes ? shown.extremes : shown.means, colors::isDark(palette()));
    m_colours->suggestEnds(scale.low(), scale.high());
    m_bar->setScale(scale, m_whole->hasOdd);
    m_blocksControl->setVisible(!m_whole->isExact());
    m_canvas->setColours(scale, extremes);
}

void HeatMapView::describeHovered()
{
    const auto cell = m_canvas->hoveredCell();
    if (!cell || !m_tensor) {
        m_hoverJob.cancel();
        say({});
        return;
    }
    for (const auto &picture : {m_part, m_whole})
        if (const auto *element = picture ? picture->element(*cell) : nullptr) {
            m_hoverJob.cancel();
            say(cellText(*cell, *element));
            return;
        }
    readHovered(*cell);
}

void HeatMapView::readHovered(const PlaneCell &cell)
{
    auto window = m_plane;
    window.firstRow = cell.row;
    window.firstColumn = cell.column;
    window.rows = window.columns = 1;
    m_hoverJob.start([tensor = m_tensor, window](const std::stop_token &stop,
                                                 Progress &) { return readWindow(tensor->numbers, window, stop); },
                     [this, cell](const Result<std::vector<Element>> &read) {
                         if (read && !read->empty())
                             say(cellText(cell, read->front()));
                     });
}

QString HeatMapView::cellText(const PlaneCell &cell, const Element &element) const
{
    QStringList index;
    for (std::size_t d = 0; d < m_tensor->numbers.ref.shape.size(); ++d)
        index << QString::number(m_plane.rowDim == d      ? cell.row
                                 : m_plane.columnDim == d ? cell.column
                                                          : m_plane.fixed[d]);
    QString line =
        QStringLiteral("[%1] = %2").arg(index.join(QStringLiteral(", ")), text::fromUtf8(elementText(element)));
    const auto &picture = m_part && m_part->cells.contains(cell) ? m_part : m_whole;
    return picture && !picture->isExact() ? line + blockText(*picture, cell) : line;
}

QString HeatMapView::blockText(const HeatMapPicture &picture, const PlaneCell &cell) const
{
    const auto &image = picture.image;
    const auto at = static_cast<std::size_t>((cell.row - picture.cells.firstRow) / image.rowsPerPixel * image.width
                                             + (cell.column - picture.cells.firstColumn) / image.columnsPerPixel);
    const auto number = [&](float value) { return text::number(static_cast<double>(value)); };
    return tr("   ·   block %1×%2: mean %3, extreme %4")
        .arg(text::integer(image.rowsPerPixel), text::integer(image.columnsPerPixel), number(image.mean[at]),
             number(image.extreme[at]));
}

void HeatMapView::say(const QString &status)
{
    if (status == m_status)
        return;
    m_status = status;
    Q_EMIT statusChanged(status);
}

}  // namespace waypoint
