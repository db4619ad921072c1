// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/curve_plot_area.h"

#include "ui/models/text.h"
#include "ui/views/curve_lines.h"
#include "ui/views/plot.h"

#include <QtCore/QEvent>
#include <QtCore/QRegularExpression>
#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr QMargins kMargins(8, 4, 8, 4);
constexpr int kLowestPlot = 185;
constexpr int kLowestRatePlot = 180;
constexpr int kLowestCompactPlot = 160;

}  // namespace

struct CurvePlotArea::Slot
{
    QString key;
    CurveKind kind = CurveKind::Other;
    Plot *plot = nullptr;
    std::vector<std::pair<QString, QString>> names;  ///< id and name in the legend of each line
    std::vector<BoardMark> marks;
    std::vector<BoardMark> shownMarks;
};

CurvePlotArea::CurvePlotArea(QWidget *parent)
    : QSplitter(Qt::Vertical, parent),
      m_scroll(new QScrollArea),
      m_upper(new QVBoxLayout),
      m_lowerPart(new QWidget),
      m_lower(new QVBoxLayout)
{
    auto *content = new QWidget;
    content->setLayout(m_upper);
    m_lowerPart->setLayout(m_lower);
    for (QVBoxLayout *layout : {m_upper, m_lower}) {
        layout->setContentsMargins(kMargins);
        layout->setSpacing(8);
    }
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // What stands below has as much room as what scrolls.
    connect(m_scroll->verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int low, int high) {
        const int bar = high > low ? m_scroll->verticalScrollBar()->sizeHint().width() : 0;
        m_lower->setContentsMargins(kMargins + QMargins(0, 0, bar, 0));
    });
    addWidget(m_scroll);
    addWidget(m_lowerPart);
    setChildrenCollapsible(false);
    setStretchFactor(0, 3);
    setStretchFactor(1, 1);
    setSizes({600, 220});
}

CurvePlotArea::~CurvePlotArea() = default;

void CurvePlotArea::setBoard(CurveBoard board)
{
    const bool reset = board.x != m_x || board.unit.seconds != m_unit.seconds;
    m_x = board.x;
    m_unit = board.unit;
    m_whole = board.extent;
    {
        const QScopedValueRollback filling(m_isSharing, true);
        dropOthers(board);
        for (std::size_t place = 0; place < board.plots.size(); ++place)
            fill(slotFor(board.plots[place], static_cast<int>(place)), board.plots[place], reset);
    }
    const auto isRate = [](const auto &slot) { return slot->kind == CurveKind::LearningRate; };
    m_lowerPart->setVisible(!m_isCompact && std::any_of(m_slots.begin(), m_slots.end(), isRate));
    m_scroll->setVisible(m_isCompact || !std::all_of(m_slots.begin(), m_slots.end(), isRate));
    lineUp();
    Q_EMIT zoomChanged();
}

void CurvePlotArea::setLogarithmic(bool logarithmic)
{
    m_isLogarithmic = logarithmic;
    for (const auto &slot : m_slots)
        slot->plot->setLogarithmic(false, logarithmic);
}

void CurvePlotArea::setCompact(bool compact)
{
    m_isCompact = compact;
    m_lowerPart->setVisible(!compact);
}

void CurvePlotArea::resetZoom()
{
    const QScopedValueRollback sharing(m_isSharing, true);
    for (const auto &slot : m_slots)
        slot->plot->resetZoom();
    Q_EMIT zoomChanged();
}

bool CurvePlotArea::isZoomed() const
{
    return std::any_of(m_slots.begin(), m_slots.end(), [](const auto &slot) { return slot->plot->isZoomed(); });
}

std::vector<Plot *> CurvePlotArea::plots() const
{
    std::vector<Plot *> plots;
    for (const auto &slot : m_slots)
        plots.push_back(slot->plot);
    return plots;
}

QStringList CurvePlotArea::hidden() const
{
    QStringList ids(m_hidden.begin(), m_hidden.end());
    ids.sort();
    return ids;
}

void CurvePlotArea::setHidden(const QStringList &ids) { m_hidden = QSet<QString>(ids.begin(), ids.end()); }

QStringList CurvePlotArea::fileNames() const
{
    static const QRegularExpression unfit(QStringLiteral("[^\\w.-]+"));
    QStringList names;
    for (const auto &slot : m_slots) {
        QString name = slot->plot->text().title.toLower().replace(unfit, QStringLiteral("-"));
        while (names.contains(name))
            name += QLatin1Char('2');
        names << name;
    }
    return names;
}

void CurvePlotArea::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        Q_EMIT boardWanted();
    QSplitter::changeEvent(event);
}

void CurvePlotArea::resizeEvent(QResizeEvent *event)
{
    QSplitter::resizeEvent(event);
    lineUp();
}

void CurvePlotArea::lineUp()
{
    const int left = fontMetrics().horizontalAdvance(QStringLiteral("0.00000")) + 2 * fontMetrics().height();
    int legend = 0;
    for (const auto &slot : m_slots)
        legend = std::max(legend, slot->plot->legendWidth());
    for (const auto &slot : m_slots)
        slot->plot->setSides(left, legend);
}

void CurvePlotArea::dropOthers(const CurveBoard &board)
{
    std::erase_if(m_slots, [&](const std::unique_ptr<Slot> &slot) {
        const bool stays = std::any_of(board.plots.begin(), board.plots.end(),
                                       [&](const BoardPlot &plot) { return plot.key == slot->key; });
        if (!stays) {
            slot->plot->hide();
            slot->plot->deleteLater();
        }
        return !stays;
    });
}

CurvePlotArea::Slot &CurvePlotArea::slotFor(const BoardPlot &plot, int place)
{
    const auto found =
        std::find_if(m_slots.begin(), m_slots.end(), [&](const auto &slot) { return slot->key == plot.key; });
    const auto wanted = m_slots.begin() + place;
    if (found != m_slots.end()) {
        std::rotate(wanted, found, found + 1);
    } else {
        auto slot = std::make_unique<Slot>();
        slot->key = plot.key;
        slot->kind = plot.kind;
        slot->plot = new Plot;
        const int usual = plot.kind == CurveKind::LearningRate ? kLowestRatePlot : kLowestPlot;
        slot->plot->setMinimumHeight(m_isCompact ? kLowestCompactPlot : usual);
        connectSlot(*slot);
        m_slots.insert(wanted, std::move(slot));
    }
    Slot &slot = *m_slots[static_cast<std::size_t>(place)];
    if (slot.kind == CurveKind::LearningRate && !m_isCompact)
        m_lower->addWidget(slot.plot);
    else if (m_upper->indexOf(slot.plot) != place)
        m_upper->insertWidget(place, slot.plot);
    return slot;
}

void CurvePlotArea::connectSlot(Slot &slot)
{
    Plot *plot = slot.plot;
    Slot *of = &slot;
    connect(plot, &Plot::cursorMoved, this, [this, plot](std::optional<double> x) { shareCursor(plot, x); });
    connect(plot, &Plot::visibleXChanged, this, [this, plot](double low, double high) { shareZoom(plot, low, high); });
    connect(plot, &Plot::hiddenNamesChanged, this, [this, of] { takeHidden(*of); });
    connect(plot, &Plot::markActivated, this, [this, of](int index) {
        const auto at = static_cast<std::size_t>(index);
        if (at < of->shownMarks.size())
            Q_EMIT markActivated(text::fromPath(of->shownMarks[at].file));
    });
}

void CurvePlotArea::fill(Slot &slot, BoardPlot &plot, bool reset)
{
    slot.plot->setText(plotText(plot, m_x, m_unit, m_isLogarithmic));
    slot.names.clear();
    QStringList hidden;
    for (const BoardLine &line : plot.lines) {
        slot.names.emplace_back(line.id(), line.name);
        if (m_hidden.contains(line.id()))
            hidden << line.name;
    }
    hidden.removeDuplicates();
    slot.plot->setWholeX(m_whole);
    slot.plot->setLines(plotLines(plot, palette()), reset);
    slot.plot->setHiddenNames(hidden);
    slot.marks = std::move(plot.marks);
    showMarks(slot);
}

void CurvePlotArea::showMarks(Slot &slot)
{
    slot.shownMarks.clear();
    std::copy_if(slot.marks.begin(), slot.marks.end(), std::back_inserter(slot.shownMarks),
                 [&](const BoardMark &mark) { return !m_hidden.contains(mark.lineId); });
    slot.plot->setMarks(plotMarks(slot.shownMarks));
}

void CurvePlotArea::takeHidden(Slot &slot)
{
    if (m_isSharing)
        return;
    const QStringList hidden = slot.plot->hiddenNames();
    for (const auto &[id, name] : slot.names) {
        if (hidden.contains(name))
            m_hidden.insert(id);
        else
            m_hidden.remove(id);
    }
    showMarks(slot);
    Q_EMIT hiddenChanged();
}

void CurvePlotArea::shareCursor(const Plot *from, std::optional<double> x)
{
    if (m_isSharing)
        return;
    const QScopedValueRollback sharing(m_isSharing, true);
    for (const auto &slot : m_slots)
        if (slot->plot != from)
            slot->plot->setCursor(x);
}

void CurvePlotArea::shareZoom(const Plot *from, double low, double high)
{
    if (m_isSharing)
        return;
    const QScopedValueRollback sharing(m_isSharing, true);
    for (const auto &slot : m_slots) {
        if (slot->plot == from)
            continue;
        if (from->isZoomed())
            slot->plot->setVisibleX(low, high);
        else
            slot->plot->resetZoom();
    }
    Q_EMIT zoomChanged();
}

}  // namespace waypoint
