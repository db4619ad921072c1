// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_parts.h"

#include "ui/models/text.h"
#include "ui/views/plot_lines.h"
#include "ui/views/quiet_label.h"

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

/// Narrower plots have their legend below.
constexpr int kRoomBeside = 520;

}  // namespace

Plot::Parts::Parts(Plot &plot) : owner(plot), csv(&plot)
{
    createWidgets();
    connectSignals();
}

void Plot::Parts::createWidgets()
{
    title = new QLabel(&owner);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    title->setTextFormat(Qt::PlainText);
    title->setWordWrap(true);
    title->setToolTip(PlotInput::help());
    title->hide();
    remark = new QuietLabel({}, &owner);
    remark->setWordWrap(true);
    remark->hide();
    stackArea = new QWidget(&owner);
    stack = new QStackedLayout(stackArea);
    canvas = new PlotCanvas(stackArea);
    input = new PlotInput(*canvas);
    empty = new QuietLabel({}, stackArea);
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    // The canvas below is opaque; Qt goes on taking it for what covers this place when it was hidden on a page out of
    // view, and then leaves what stood there before.
    empty->setAutoFillBackground(true);
    empty->setBackgroundRole(QPalette::Base);
    stack->addWidget(empty);
    stack->addWidget(canvas);
    legend = new PlotLegend(&owner);
    legend->hide();
    body = new QBoxLayout(QBoxLayout::LeftToRight);
    body->setSpacing(4);
    body->addWidget(stackArea, 1);
    body->addWidget(legend);
    auto *column = new QVBoxLayout(&owner);
    column->setContentsMargins(8, 6, 8, 6);
    column->setSpacing(2);
    column->addWidget(title);
    column->addWidget(remark);
    column->addLayout(body, 1);
    owner.setFocusProxy(canvas);
}

void Plot::Parts::connectSignals()
{
    connect(canvas, &PlotCanvas::zoomed, &owner, [this] { tellX(); });
    connect(canvas, &QCustomPlot::afterReplot, &owner, [this] { tellArea(); });
    connect(canvas, &PlotCanvas::refreshed, &owner, [this] { showState(); });
    connect(input, &PlotInput::cursorMoved, &owner, &Plot::cursorMoved);
    connect(input, &PlotInput::markClicked, &owner, &Plot::markActivated);
    connect(input, &PlotInput::barClicked, &owner, &Plot::barActivated);
    connect(legend, &PlotLegend::hiddenNamesChanged, &owner, [this] {
        canvas->changeData([this](PlotData &data) { data.setHidden(legend->hiddenNames()); });
        Q_EMIT owner.hiddenNamesChanged();
    });
}

void Plot::Parts::tellX()
{
    const std::pair<double, double> x = owner.visibleX();
    if (x != std::exchange(toldX, x))
        Q_EMIT owner.visibleXChanged(x.first, x.second);
}

void Plot::Parts::tellArea()
{
    const std::pair area(owner.dataArea(), owner.visibleX());
    if (area != std::exchange(toldArea, area))
        Q_EMIT owner.dataAreaChanged();
}

void Plot::Parts::showState()
{
    const bool dots = std::any_of(canvas->marks().begin(), canvas->marks().end(),
                                  [](const PlotMark &mark) { return mark.y.has_value(); });
    const bool nothing = canvas->data().isEmpty() && !dots;
    stack->setCurrentWidget(nothing ? static_cast<QWidget *>(empty) : canvas);
    const std::size_t leftOut = canvas->data().leftOut();
    QString words = problem;
    if (words.isEmpty() && leftOut == 1)
        words = Plot::tr("1 value ≤ 0 not shown on a log axis");
    else if (words.isEmpty() && leftOut > 1)
        words = Plot::tr("%1 values ≤ 0 not shown on a log axis").arg(text::count(leftOut));
    remark->setText(words);
    remark->setVisible(!words.isEmpty());
}

std::vector<LegendEntry> Plot::Parts::legendEntries() const
{
    std::vector<LegendEntry> entries;
    const auto has = [&](const QString &name) {
        return std::any_of(entries.begin(), entries.end(),
                           [&](const LegendEntry &entry) { return entry.name == name; });
    };
    for (const PlotBars &bars : canvas->data().bars()) {
        if (!bars.name.isEmpty() && !has(bars.name))
            entries.push_back({bars.name, QPen(canvas->theme().readable(bars.colour)), true});
    }
    // The line that stands for a name is its first that is not faint.
    for (const bool faint : {false, true}) {
        for (const PlotLine &line : *canvas->data().lines()) {
            if (!line.name.isEmpty() && (line.style == PlotLine::Style::Faint) == faint && !has(line.name))
                entries.push_back({line.name, plotPen(line, canvas->theme()), false});
        }
    }
    const QStringList order = canvas->data().names();
    std::stable_sort(entries.begin(), entries.end(), [&](const LegendEntry &a, const LegendEntry &b) {
        return order.indexOf(a.name) < order.indexOf(b.name);
    });
    return entries;
}

void Plot::Parts::showLegend()
{
    legend->setEntries(legendEntries());
    legend->setVisible(!legend->entries().empty());
}

void Plot::Parts::arrange(const QSize &size)
{
    const bool below = size.width() < kRoomBeside;
    body->setDirection(below ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    legend->setBelow(below, below ? size.width() - 16 : size.width() / 3);
}

void Plot::Parts::applyTheme()
{
    canvas->setTheme(PlotTheme::of(owner.palette()));
    showLegend();
}

}  // namespace waypoint
