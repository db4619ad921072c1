// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot.h"

#include "ui/views/plot_csv.h"
#include "ui/views/plot_parts.h"
#include "ui/views/quiet_label.h"

#include <QtCore/QEvent>
#include <QtCore/QFileInfo>
#include <QtCore/QMetaMethod>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QResizeEvent>
#include <QtWidgets/QMenu>

namespace waypoint {

Plot::Plot(QWidget *parent) : QWidget(parent), m_parts(std::make_unique<Parts>(*this))
{
    setMinimumSize(160, 120);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_parts->arrange(size());
}

Plot::~Plot() = default;

void Plot::setText(const PlotText &text)
{
    m_parts->title->setText(text.title);
    m_parts->title->setVisible(!text.title.isEmpty());
    m_parts->empty->setText(text.empty);
    m_parts->canvas->setAccessibleName(text.title);
    m_parts->canvas->setText(text);
}

const PlotText &Plot::text() const { return m_parts->canvas->text(); }

void Plot::setLines(std::vector<PlotLine> lines, bool reset)
{
    m_parts->canvas->changeData([&](PlotData &plotted) { plotted.setLines(std::move(lines)); });
    m_parts->showLegend();
    if (reset)
        resetZoom();
}

void Plot::setBars(std::vector<PlotBars> bars)
{
    m_parts->canvas->changeData([&](PlotData &plotted) { plotted.setBars(std::move(bars)); });
    m_parts->showLegend();
}

void Plot::setMarks(std::vector<PlotMark> marks) { m_parts->canvas->setMarks(std::move(marks)); }

void Plot::setLogarithmic(bool x, bool y)
{
    PlotText changed = text();
    if (changed.x.logarithmic == x && changed.y.logarithmic == y)
        return;
    // What was chosen on one scale means nothing on another.
    m_parts->canvas->changeZoom([](PlotZoom &zoom) { zoom.reset(); });
    changed.x.logarithmic = x;
    changed.y.logarithmic = y;
    setText(changed);
}

QStringList Plot::hiddenNames() const { return m_parts->legend->hiddenNames(); }

void Plot::setHiddenNames(const QStringList &names)
{
    m_parts->legend->setHiddenNames(names);
    m_parts->canvas->changeData([&](PlotData &plotted) { plotted.setHidden(names); });
}

std::pair<double, double> Plot::visibleX() const
{
    const PlotRange range = m_parts->canvas->zoom().x();
    const PlotScale &scale = m_parts->canvas->data().xScale();
    return {scale.fromAxis(range.low), scale.fromAxis(range.high)};
}

std::pair<double, double> Plot::visibleY() const
{
    const PlotRange range = m_parts->canvas->zoom().y();
    const PlotScale &scale = m_parts->canvas->data().yScale();
    return {scale.fromAxis(range.low), scale.fromAxis(range.high)};
}

void Plot::setVisibleX(double low, double high)
{
    if (std::pair(low, high) == visibleX())
        return;
    const PlotScale scale = m_parts->canvas->data().xScale();
    m_parts->canvas->changeZoom([&](PlotZoom &zoom) { zoom.chooseX({scale.toAxis(low), scale.toAxis(high)}); });
}

void Plot::resetZoom()
{
    m_parts->canvas->changeZoom([](PlotZoom &zoom) { zoom.reset(); });
}

bool Plot::isZoomed() const { return m_parts->canvas->zoom().isZoomed(); }

void Plot::setWholeX(std::optional<std::pair<double, double>> range)
{
    std::optional<PlotRange> whole;
    if (range)
        whole = {range->first, range->second};
    m_parts->canvas->setWholeX(whole);
}

void Plot::setSides(int left, int legend)
{
    m_parts->canvas->setLeftRoom(left);
    m_parts->legend->setLeastWidth(legend);
}

int Plot::legendWidth() const { return m_parts->legend->isHidden() ? 0 : m_parts->legend->wantedWidth(); }

QRectF Plot::dataArea() const
{
    const QRectF area = m_parts->canvas->frame().area;
    return area.translated(m_parts->canvas->mapTo(this, QPoint(0, 0)));
}

void Plot::setCursor(std::optional<double> x) { m_parts->canvas->setCursor(x); }

QStringList Plot::readOut() const
{
    (void)m_parts->canvas->zoom();
    return m_parts->canvas->readOut().lines();
}

std::size_t Plot::drawnPoints() const { return m_parts->canvas->drawnPoints(); }

QString Plot::exportTo(const QString &path) const
{
    if (QFileInfo(path).suffix().compare(QLatin1String("csv"), Qt::CaseInsensitive) == 0)
        return csvExport(path)({});
    return m_parts->picture().write(path);
}

std::function<QString(const std::stop_token &)> Plot::csvExport(const QString &path) const
{
    return [numbers = PlotNumbersFile{m_parts->canvas->data(), text()}, path](const std::stop_token &stop) {
        return numbers.write(path, stop);
    };
}

void Plot::addActions(QMenu &menu) { m_parts->addActions(menu); }

void Plot::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (m_parts && (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange))
        m_parts->applyTheme();
}

void Plot::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addActions(*menu);
    menu->popup(event->globalPos());
}

void Plot::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_parts->arrange(event->size());
}

void Plot::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    // A signal nobody listens to would make marks look clickable that are not.
    m_parts->input->setMarksClickable(isSignalConnected(QMetaMethod::fromSignal(&Plot::markActivated)));
    m_parts->input->setBarsClickable(isSignalConnected(QMetaMethod::fromSignal(&Plot::barActivated)));
    m_parts->canvas->drawSoon();
}

}  // namespace waypoint
