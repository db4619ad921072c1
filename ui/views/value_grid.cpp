// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/value_grid.h"

#include "ui/models/colors.h"
#include "ui/models/tensor_place.h"
#include "ui/models/text.h"
#include "ui/views/value_grid_painter.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

constexpr int kCellPadding = 16;
constexpr int kWidestColumn = 420;
// Most reads end sooner; grey bars that come and go would only flicker.
constexpr std::chrono::milliseconds kPatience(80);

}  // namespace

ValueGrid::ValueGrid(QWidget *parent) : QAbstractScrollArea(parent), m_pages(this)
{
    setObjectName(QStringLiteral("values"));
    setAccessibleName(tr("Values of the tensor"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    viewport()->setMouseTracking(true);
    viewport()->setBackgroundRole(QPalette::Base);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatience);
    connect(&m_patience, &QTimer::timeout, viewport(), qOverload<>(&QWidget::update));
    connectBar(verticalScrollBar(), &ValueGridGeometry::topRow);
    connectBar(horizontalScrollBar(), &ValueGridGeometry::leftColumn);
    connect(&m_pages, &CellPages::arrived, this, &ValueGrid::takeArrived);
    connect(&m_pages, &CellPages::failed, this, &ValueGrid::failed);
}

void ValueGrid::setContent(NumericTensorPtr tensor, const TensorGrid &grid, bool keepPlace)
{
    m_grid = tensor ? grid : TensorGrid();
    m_pages.reset(std::move(tensor), m_grid);
    m_geometry.columnWidth = 0;
    m_unread.reset();
    if (!keepPlace)
        m_geometry.topRow = m_geometry.leftColumn = 0;
    if (!keepPlace || !m_grid.holds(m_current) || !m_grid.holds(m_anchor))
        m_current = m_anchor = {};
    updateGeometryOfCells();
}

void ValueGrid::setEmptyText(const QString &sentence)
{
    m_emptyText = sentence;
    viewport()->update();
}

void ValueGrid::setFormat(const NumberFormat &format)
{
    m_format = format;
    m_geometry.columnWidth = 0;
    updateGeometryOfCells();
    widenColumns();
}

void ValueGrid::setTint(double to)
{
    m_tintTo = to;
    viewport()->update();
}

QString ValueGrid::cellText(std::int64_t row, std::int64_t column) const
{
    const Element *element = m_pages.at({row, column});
    return element ? numberText(*element, m_format) : QString();
}

CellRect ValueGrid::selection() const
{
    const std::int64_t top = std::min(m_anchor.row, m_current.row);
    const std::int64_t left = std::min(m_anchor.column, m_current.column);
    return CellRect{top, left, std::max(m_anchor.row, m_current.row) - top + 1,
                    std::max(m_anchor.column, m_current.column) - left + 1}
        .intersected(m_grid.all());
}

void ValueGrid::goTo(Cell cell, bool extend)
{
    if (m_grid.isEmpty())
        return;
    m_current = cell;
    if (!extend)
        m_anchor = cell;
    scrollIntoView(cell);
    readOut(cell);
    viewport()->update();
}

void ValueGrid::select(const CellRect &rect)
{
    m_anchor = {rect.row, rect.column};
    m_current = {rect.row + rect.rows - 1, rect.column + rect.columns - 1};
    readOut(m_anchor);
    viewport()->update();
}

void ValueGrid::selectAll()
{
    if (!m_grid.isEmpty())
        select(m_grid.all());
}

void ValueGrid::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    if (m_grid.isEmpty()) {
        painter.setPen(colors::quietText(palette()));
        painter.drawText(viewport()->rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap,
                         m_emptyText);
        return;
    }
    // What nobody sees is never painted, and what is never painted is never read.
    m_pages.want(visibleCells());
    paintValueGrid(painter, {.geometry = m_geometry,
                             .grid = m_grid,
                             .pages = m_pages,
                             .format = m_format,
                             .selection = selection(),
                             .current = m_current,
                             .hasFocus = hasFocus(),
                             .tintTo = m_tintTo,
                             .showsMissing = waitsForLong(),
                             .palette = palette()});
}

bool ValueGrid::waitsForLong()
{
    if (!m_pages.isReading()) {
        m_waiting.invalidate();
        return true;
    }
    if (!m_waiting.isValid()) {
        m_waiting.start();
        m_patience.start();
    }
    return m_waiting.hasExpired(kPatience.count());
}

void ValueGrid::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateGeometryOfCells();
    Q_EMIT resized();
}

void ValueGrid::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        m_geometry.columnWidth = 0;
        updateGeometryOfCells();
    }
}

void ValueGrid::connectBar(QScrollBar *bar, std::int64_t ValueGridGeometry::*place)
{
    const auto scroll = [this, bar]() -> const LongScroll & {
        return bar == verticalScrollBar() ? m_rowScroll : m_columnScroll;
    };
    connect(bar, &QScrollBar::actionTriggered, this, [this, bar, place](int action) { stepBar(bar, action, place); });
    connect(bar, &QScrollBar::valueChanged, this, [this, place, scroll](int value) {
        // One position of the bar may stand for many rows: the one that is shown stays if it is among them.
        if (scroll().toBar(m_geometry.*place) == value)
            return;
        m_geometry.*place = scroll().toPlace(value);
        viewport()->update();
    });
}

void ValueGrid::stepBar(QScrollBar *bar, int action, std::int64_t ValueGridGeometry::*place)
{
    const std::int64_t page = bar->pageStep();
    std::int64_t step = 0;
    switch (action) {
    case QAbstractSlider::SliderSingleStepAdd:
        step = 1;
        break;
    case QAbstractSlider::SliderSingleStepSub:
        step = -1;
        break;
    case QAbstractSlider::SliderPageStepAdd:
        step = page;
        break;
    case QAbstractSlider::SliderPageStepSub:
        step = -page;
        break;
    default:
        return;
    }
    ValueGridGeometry to = m_geometry;
    to.*place += step;
    scrollTo(to.topRow, to.leftColumn);
    bar->setSliderPosition(bar->value());
}

void ValueGrid::updateGeometryOfCells()
{
    const QFontMetrics metrics = fontMetrics();
    m_geometry.viewport = viewport()->size();
    m_geometry.rowHeight = metrics.height() + 5;
    m_geometry.headerHeight = metrics.height() + 7;
    // Wide enough for what most tensors hold in this format, so that columns seldom move while scrolling.
    if (m_geometry.columnWidth == 0) {
        const bool isShort = m_format.style == NumberFormat::Style::Automatic;
        m_geometry.columnWidth =
            metrics.horizontalAdvance(isShort ? QStringLiteral("-0.01235") : QStringLiteral("0")) + kCellPadding;
        m_geometry.columnWidth = std::max(
            m_geometry.columnWidth,
            metrics.horizontalAdvance(text::integer(std::max<std::int64_t>(0, m_grid.columns() - 1))) + kCellPadding);
    }
    const std::int64_t lastRow = std::max<std::int64_t>(0, m_grid.rows() - 1);
    m_geometry.rowHeaderWidth = metrics.horizontalAdvance(text::integer(m_grid.rowLabel(lastRow))) + kCellPadding;
    updateScrollBars();
    viewport()->update();
}

void ValueGrid::updateScrollBars()
{
    m_rowScroll = LongScroll(m_grid.rows() - m_geometry.wholeRows());
    m_columnScroll = LongScroll(m_grid.columns() - m_geometry.wholeColumns());
    verticalScrollBar()->setPageStep(static_cast<int>(m_geometry.wholeRows()));
    horizontalScrollBar()->setPageStep(static_cast<int>(m_geometry.wholeColumns()));
    const std::int64_t row = m_geometry.topRow;
    const std::int64_t column = m_geometry.leftColumn;
    verticalScrollBar()->setRange(0, m_rowScroll.maximum());
    horizontalScrollBar()->setRange(0, m_columnScroll.maximum());
    scrollTo(row, column);
}

void ValueGrid::takeArrived()
{
    widenColumns();
    if (m_unread)
        readOut(*m_unread);
    viewport()->update();
}

void ValueGrid::widenColumns()
{
    const CellRect seen = visibleCells();
    int widest = 0;
    for (std::int64_t row = seen.row; row < seen.row + seen.rows; ++row)
        for (std::int64_t column = seen.column; column < seen.column + seen.columns; ++column)
            widest = std::max(widest, fontMetrics().horizontalAdvance(cellText(row, column)));
    widest = std::min(widest + kCellPadding, kWidestColumn);
    if (widest <= m_geometry.columnWidth)
        return;
    m_geometry.columnWidth = widest;
    updateGeometryOfCells();
    Q_EMIT resized();
}

void ValueGrid::scrollTo(std::int64_t row, std::int64_t column)
{
    m_geometry.topRow = std::clamp<std::int64_t>(row, 0, m_rowScroll.last());
    m_geometry.leftColumn = std::clamp<std::int64_t>(column, 0, m_columnScroll.last());
    verticalScrollBar()->setValue(m_rowScroll.toBar(m_geometry.topRow));
    horizontalScrollBar()->setValue(m_columnScroll.toBar(m_geometry.leftColumn));
    viewport()->update();
}

void ValueGrid::scrollIntoView(Cell cell)
{
    const auto into = [](std::int64_t at, std::int64_t first, std::int64_t shown) {
        return at < first ? at : at >= first + shown ? at - shown + 1 : first;
    };
    // Far away it stands in the middle, with its neighbours in view.
    const std::int64_t rows = m_geometry.wholeRows();
    const bool isFar = cell.row < m_geometry.topRow - rows || cell.row > m_geometry.topRow + 2 * rows;
    scrollTo(isFar ? cell.row - rows / 2 : into(cell.row, m_geometry.topRow, rows),
             into(cell.column, m_geometry.leftColumn, m_geometry.wholeColumns()));
}

void ValueGrid::readOut(Cell cell)
{
    if (!m_grid.holds(cell))
        return;
    QString line = indexText(m_grid.index(cell));
    const Element *element = m_pages.at(cell);
    m_unread = element ? std::nullopt : std::optional(cell);
    if (element)
        line += QStringLiteral(" = ") + text::fromUtf8(elementText(*element));
    const CellRect selected = selection();
    if (selected.rows * selected.columns > 1)
        line += tr(" · %1 × %2 selected").arg(text::integer(selected.rows), text::integer(selected.columns));
    setAccessibleDescription(line);
    Q_EMIT readOutChanged(line);
}

}  // namespace waypoint
