// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/epoch_map.h"

#include "ui/models/text.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr double kLowestRow = 4;
constexpr double kHighestRow = 26;
constexpr double kWheelStep = 1.25;
constexpr std::size_t kMostScalars = 4;

/// Halfway between neighbours; a lone column is one wide.
std::vector<double> edgesOf(const EpochRun &run)
{
    const std::size_t count = run.fileCount();
    std::vector<double> edges;
    for (std::size_t i = 0; i <= count; ++i) {
        if (count == 1)
            edges.push_back(run.position(0) + (i == 0 ? -0.5 : 0.5));
        else if (i == 0)
            edges.push_back(run.position(0) - (run.position(1) - run.position(0)) / 2);
        else if (i == count)
            edges.push_back(run.position(i - 1) + (run.position(i - 1) - run.position(i - 2)) / 2);
        else
            edges.push_back((run.position(i - 1) + run.position(i)) / 2);
    }
    return edges;
}

bool areEven(const std::vector<double> &edges)
{
    const double first = edges[1] - edges[0];
    for (std::size_t i = 2; i < edges.size(); ++i)
        if (std::abs(edges[i] - edges[i - 1] - first) > first * 1e-9)
            return false;
    return true;
}

}  // namespace

EpochMap::EpochMap(QWidget *parent) : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Map of tensors and epochs"));
    viewport()->setMouseTracking(true);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setAutoFillBackground(true);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, viewport(), qOverload<>(&QWidget::update));
}

void EpochMap::setRun(EpochRunPtr run)
{
    m_run = std::move(run);
    m_tracks.clear();
    m_picture.reset();
    m_tensor.reset();
    m_file.reset();
    m_hovered.reset();
    m_cursor.reset();
    m_edges.clear();
    if (m_run && m_run->series) {
        m_edges = edgesOf(*m_run);
        m_isEven = areEven(m_edges);
        m_low = m_edges.front();
        m_high = m_edges.back();
    }
    fitScrollBar();
}

void EpochMap::setTracks(std::vector<EpochTrackPtr> tracks)
{
    m_tracks = std::move(tracks);
    viewport()->update();
}

void EpochMap::setPicture(EpochMapPicturePtr picture)
{
    const bool sameRows = m_picture && picture && m_picture->tensors == picture->tensors;
    m_picture = std::move(picture);
    if (!sameRows) {
        m_hovered.reset();
        fitScrollBar();
    }
    viewport()->update();
}

void EpochMap::setSides(int left, int width)
{
    m_left = left;
    m_width = width;
    viewport()->update();
}

void EpochMap::setVisibleX(double low, double high)
{
    m_low = low;
    m_high = high;
    viewport()->update();
}

void EpochMap::setCursor(std::optional<double> x)
{
    if (x == m_cursor)
        return;
    m_cursor = x;
    viewport()->update();
}

void EpochMap::setCurrent(std::optional<std::size_t> tensor, std::optional<std::size_t> file)
{
    if (tensor == m_tensor && file == m_file)
        return;
    m_tensor = tensor;
    m_file = file;
    if (const auto row = tensor ? rowOf(*tensor) : std::nullopt)
        showRow(*row);
    setAccessibleDescription(readOut().join(QStringLiteral(", ")));
    viewport()->update();
}

std::pair<double, double> EpochMap::wholeX() const
{
    return m_edges.empty() ? std::pair(0.0, 1.0) : std::pair(m_edges.front(), m_edges.back());
}

QStringList EpochMap::readOut() const
{
    const std::optional<Cell> cell = m_hovered ? m_hovered : current();
    if (!cell || !m_run)
        return {};
    const auto tensor = m_picture->tensors[static_cast<std::size_t>(cell->row)];
    const auto file = static_cast<std::size_t>(cell->column);
    QStringList lines{name(cell->row) + QStringLiteral(" · ") + m_run->label(file)};
    const EpochTrackPtr track = tensor < m_tracks.size() ? m_tracks[tensor] : nullptr;
    const double value = track ? track->of(m_picture->quantity)[file] : std::numeric_limits<double>::quiet_NaN();
    QString line = quantityName(m_picture->quantity) + QStringLiteral(": ");
    if (!track)
        line += tr("still to be read");
    else if (std::isinf(value) && !track->isBroken[file])
        line += tr("from all zeros");
    else
        line += quantityText(m_picture->quantity, value);
    lines << line;
    if (track && track->isBroken[file])
        lines << tr("has NaN or infinite elements");
    for (std::size_t i = 0; i < std::min(m_run->scalars.size(), kMostScalars); ++i)
        if (const EpochScalar &scalar = m_run->scalars[i]; !std::isnan(scalar.values[file]))
            lines << text::fromUtf8(scalar.name) + QStringLiteral(": ") + text::number(scalar.values[file]);
    return lines;
}

QRect EpochMap::cellRect(std::size_t tensor, std::size_t file) const
{
    const auto row = rowOf(tensor);
    return row && static_cast<int>(file) < columns() ? rectOf({*row, static_cast<int>(file)}).intersected(body())
                                                     : QRect();
}

int EpochMap::rows() const { return m_picture ? static_cast<int>(m_picture->tensors.size()) : 0; }

int EpochMap::titleHeight() const { return fontMetrics().height() + 12; }

int EpochMap::epochsHeight() const { return fontMetrics().height() + 8; }

QRect EpochMap::body() const
{
    return {m_left, titleHeight(), m_width, std::max(0, viewport()->height() - titleHeight() - epochsHeight())};
}

double EpochMap::rowHeight() const
{
    return std::clamp(static_cast<double>(body().height()) / std::max(1, rows()), kLowestRow, kHighestRow);
}

double EpochMap::top(int row) const { return body().top() + row * rowHeight() - verticalScrollBar()->value(); }

double EpochMap::xPixel(double x) const { return m_left + (x - m_low) / (m_high - m_low) * m_width; }

int EpochMap::left(int column) const
{
    // Zoomed far in, ends are far out.
    const double at = std::clamp(xPixel(m_edges[static_cast<std::size_t>(column)]), -1e6, 1e6);
    return static_cast<int>(std::lround(at));
}

std::optional<EpochMap::Cell> EpochMap::cellAt(const QPoint &at) const
{
    if (!body().contains(at) || rows() == 0 || columns() == 0 || m_width <= 0)
        return {};
    const double x = m_low + (at.x() + 0.5 - m_left) / m_width * (m_high - m_low);
    const auto edge = std::upper_bound(m_edges.begin(), m_edges.end(), x);
    const Cell cell{static_cast<int>(std::floor((at.y() - top(0)) / rowHeight())),
                    static_cast<int>(edge - m_edges.begin()) - 1};
    if (cell.row < 0 || cell.row >= rows() || cell.column < 0 || cell.column >= columns())
        return {};
    return cell;
}

QRect EpochMap::rectOf(const Cell &cell) const
{
    const int from = left(cell.column);
    const int upper = static_cast<int>(std::lround(top(cell.row)));
    const int lower = static_cast<int>(std::lround(top(cell.row + 1)));
    return {from, upper, left(cell.column + 1) - from, lower - upper};
}

std::optional<int> EpochMap::rowOf(std::size_t tensor) const
{
    if (!m_picture)
        return {};
    const auto found = std::find(m_picture->tensors.begin(), m_picture->tensors.end(), tensor);
    return found == m_picture->tensors.end() ? std::nullopt
                                             : std::optional(static_cast<int>(found - m_picture->tensors.begin()));
}

std::optional<EpochMap::Cell> EpochMap::current() const
{
    const auto row = m_tensor ? rowOf(*m_tensor) : std::nullopt;
    return row && m_file ? std::optional(Cell{*row, static_cast<int>(*m_file)}) : std::nullopt;
}

QString EpochMap::name(int row) const
{
    return text::fromUtf8(m_run->series->tensors[m_picture->tensors[static_cast<std::size_t>(row)]].name);
}

void EpochMap::fitScrollBar()
{
    const int page = body().height();
    const int all = static_cast<int>(std::ceil(rows() * rowHeight()));
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setSingleStep(static_cast<int>(std::ceil(rowHeight())));
    verticalScrollBar()->setRange(0, std::max(0, all - page));
    viewport()->update();
}

void EpochMap::setHovered(std::optional<Cell> cell)
{
    if (cell != m_hovered)
        Q_EMIT cursorMoved(cell ? std::optional(m_run->position(static_cast<std::size_t>(cell->column)))
                                : std::nullopt);
    m_hovered = cell;
    viewport()->update();
}

void EpochMap::choose(const Cell &cell)
{
    const auto tensor = m_picture->tensors[static_cast<std::size_t>(cell.row)];
    const auto file = static_cast<std::size_t>(cell.column);
    setCurrent(tensor, file);
    Q_EMIT chosen(tensor, file);
}

void EpochMap::showRow(int row)
{
    const double upper = row * rowHeight();
    QScrollBar *bar = verticalScrollBar();
    if (upper < bar->value())
        bar->setValue(static_cast<int>(upper));
    else if (upper + rowHeight() > bar->value() + body().height())
        bar->setValue(static_cast<int>(std::ceil(upper + rowHeight())) - body().height());
}

void EpochMap::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    fitScrollBar();
}

void EpochMap::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_byKeyboard = false;
    if (const auto cell = cellAt(event->pos()))
        choose(*cell);
}

void EpochMap::mouseMoveEvent(QMouseEvent *event) { setHovered(cellAt(event->pos())); }

void EpochMap::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (const auto cell = cellAt(event->pos()); cell && event->button() == Qt::LeftButton)
        Q_EMIT activated(m_picture->tensors[static_cast<std::size_t>(cell->row)],
                         static_cast<std::size_t>(cell->column));
}

void EpochMap::wheelEvent(QWheelEvent *event)
{
    const double steps = event->angleDelta().y() / 120.0;
    if (!event->modifiers().testFlag(Qt::ControlModifier) || !body().contains(event->position().toPoint())) {
        QAbstractScrollArea::wheelEvent(event);
        return;
    }
    const double at = m_low + (event->position().x() - m_left) / std::max(1, m_width) * (m_high - m_low);
    const double factor = std::pow(kWheelStep, -steps);
    Q_EMIT zoomWanted(at - (at - m_low) * factor, at + (m_high - at) * factor);
    event->accept();
}

std::optional<EpochMap::Cell> EpochMap::neighbour(int key) const
{
    if (rows() == 0 || columns() == 0)
        return {};
    Cell cell = current().value_or(Cell{0, 0});
    const int page = std::max(1, static_cast<int>(body().height() / rowHeight()));
    switch (key) {
    case Qt::Key_Left:
        --cell.column;
        break;
    case Qt::Key_Right:
        ++cell.column;
        break;
    case Qt::Key_Up:
        --cell.row;
        break;
    case Qt::Key_Down:
        ++cell.row;
        break;
    case Qt::Key_PageUp:
        cell.row -= page;
        break;
    case Qt::Key_PageDown:
        cell.row += page;
        break;
    case Qt::Key_Home:
        cell.column = 0;
        break;
    case Qt::Key_End:
        cell.column = columns() - 1;
        break;
    default:
        return {};
    }
    return Cell{std::clamp(cell.row, 0, rows() - 1), std::clamp(cell.column, 0, columns() - 1)};
}

void EpochMap::keyPressEvent(QKeyEvent *event)
{
    const std::optional<Cell> at = current();
    if (at && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        Q_EMIT activated(*m_tensor, *m_file);
        return;
    }
    const auto next = neighbour(event->key());
    if (!next) {
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    m_hovered.reset();
    m_byKeyboard = true;
    choose(*next);
    Q_EMIT cursorMoved(m_run->position(static_cast<std::size_t>(next->column)));
}

void EpochMap::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        fitScrollBar();
    QAbstractScrollArea::changeEvent(event);
}

bool EpochMap::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave)
        setHovered({});
    return QAbstractScrollArea::viewportEvent(event);
}

}  // namespace waypoint
