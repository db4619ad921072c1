// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/tensor_pane.h"

#include "core/base/describe_error.h"
#include "core/checkpoint/numeric_tensors.h"
#include "ui/models/text.h"
#include "ui/views/fact_sheet.h"
#include "ui/views/filter_grid_view.h"
#include "ui/views/heat_map_view.h"
#include "ui/views/histogram_view.h"
#include "ui/views/notice_bar.h"
#include "ui/views/plane_selector.h"
#include "ui/views/quiet_label.h"
#include "ui/views/stats_line.h"
#include "ui/views/value_table.h"

#include <QtCore/QScopedValueRollback>
#include <QtCore/QSettings>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

// Whoever holds an arrow key down passes by dozens of tensors that nobody wants the statistics of.
constexpr std::chrono::milliseconds kSettle(120);

QString wayKey() { return QStringLiteral("tensor/way"); }

// What a person should know of the numbers shown; empty where they are simply the tensor's.
QString noteOn(Value value)
{
    if (value.is(ValueKind::Tensor) && value.tensor().ref.layout != TensorLayout::Strided)
        return TensorPane::tr("A sparse tensor: its stored values are shown, without the zeros between them.");
    return {};
}

// A tensor that has no numbers is nothing to be mended: its reason stands alone, without advice.
QString reasonOf(const Error &error)
{
    if (error.code == ErrorCode::Unsupported)
        return TensorPane::tr("There are no numbers to show: %1.").arg(text::fromUtf8(error.detail));
    return text::fromUtf8(describe(error));
}

bool hasSeveral(const NumericTensor &tensor) { return numberCount(tensor.ref) > 1; }

QScrollArea *scrolling(QWidget *content)
{
    auto *area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *holder = new QWidget;
    auto *column = new QVBoxLayout(holder);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(content);
    column->addStretch(1);
    area->setWidget(holder);
    area->viewport()->setAutoFillBackground(false);
    holder->setAutoFillBackground(false);
    return area;
}

}  // namespace

TensorPane::TensorPane(QWidget *parent)
    : QWidget(parent),
      m_chosen(QSettings().value(wayKey(), QStringLiteral("values")).toString()),
      m_resolving(this),
      m_statsJob(this),
      m_reason(new NoticeBar(colors::Notice::Information, this)),
      m_tabs(new QTabBar(this)),
      m_plane(new PlaneSelector(this)),
      m_stack(new QStackedWidget(this)),
      m_values(new ValueTable),
      m_facts(new FactSheet),
      m_statsLine(new StatsLine(this)),
      m_status(new ElidedLabel(this))
{
    m_tabs->setDocumentMode(true);
    m_tabs->setDrawBase(true);
    m_tabs->setExpanding(false);
    m_tabs->setObjectName(QStringLiteral("tensorWays"));
    m_status->setObjectName(QStringLiteral("tensorStatus"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    for (QWidget *part : std::initializer_list<QWidget *>{m_reason, m_tabs, m_plane})
        column->addWidget(part);
    column->addWidget(m_stack, 1);
    column->addWidget(m_statsLine);
    column->addWidget(m_status);
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettle);
    createWays();
    connect(&m_settle, &QTimer::timeout, this, &TensorPane::workOutStats);
    connect(m_tabs, &QTabBar::currentChanged, this, &TensorPane::showWay);
    connect(m_facts, &FactSheet::entryActivated, this, &TensorPane::entryActivated);
    connect(m_values, &ValueTable::planeWanted, m_plane, [this](const PlaneWindow &plane) {
        m_plane->setPlane(plane);
        Q_EMIT m_plane->planeChanged(plane);
    });
}

void TensorPane::setEntry(CheckpointPtr checkpoint, EntryId entry)
{
    m_checkpoint = std::move(checkpoint);
    m_entry = entry;
    m_stats.reset();
    m_statsProblem.clear();
    m_settle.stop();
    m_statsJob.cancel();
    m_factsAreOld = true;
    // Scales of quantised tensors are read.
    m_resolving.start(
        [shown = m_checkpoint, entry](std::stop_token, Progress &) {
            return std::make_shared<const Result<NumericTensor>>(numericTensor(*shown, entry));
        },
        [this](const std::shared_ptr<const Result<NumericTensor>> &numbers) { take(*numbers); });
}

void TensorPane::setStats(EntryId entry, const TensorStats &stats)
{
    if (entry != m_entry)
        return;
    m_stats = stats;
    if (!m_tensor)
        return;
    m_statsLine->setStats(stats, isComplex(m_tensor->numbers.ref.dtype));
    for (const Way &way : m_ways)
        if (way.view)
            way.view->setStats(stats);
}

void TensorPane::setStatsProblem(EntryId entry, const Error &error)
{
    if (entry != m_entry)
        return;
    m_statsProblem = text::fromUtf8(describe(error));
    m_statsLine->setProblem(m_statsProblem);
}

QStringList TensorPane::ways() const
{
    QStringList names;
    for (int tab = 0; tab < m_tabs->count(); ++tab)
        names << wayAt(tab).name;
    return names;
}

QString TensorPane::currentWay() const
{
    return m_tabs->currentIndex() < 0 ? QString() : wayAt(m_tabs->currentIndex()).name;
}

void TensorPane::chooseWay(const QString &name)
{
    if (const qsizetype tab = ways().indexOf(name); tab >= 0)
        m_tabs->setCurrentIndex(static_cast<int>(tab));
}

QString TensorPane::statsText() const { return m_statsLine->text(); }

void TensorPane::createWays()
{
    addWay(QStringLiteral("values"), tr("Values"), m_values, [](const NumericTensor &) { return true; });
    addWay(QStringLiteral("histogram"), tr("Histogram"), new HistogramView, hasSeveral);
    addWay(QStringLiteral("map"), tr("Map"), new HeatMapView, hasSeveral);
    addWay(QStringLiteral("filters"), tr("Filters"), new FilterGridView,
           [](const NumericTensor &tensor) { return FilterShape::of(tensor.ref.shape).has_value(); });
    m_ways.push_back({QStringLiteral("details"), tr("Details"), nullptr, nullptr});
    m_stack->addWidget(scrolling(m_facts));
}

void TensorPane::addWay(const QString &name, const QString &title, TensorView *view,
                        bool (*suits)(const NumericTensor &))
{
    m_ways.push_back({name, title, view, suits});
    m_stack->addWidget(view);
    connect(m_plane, &PlaneSelector::planeChanged, view, &TensorView::setPlane);
    connect(view, &TensorView::statusChanged, this, [this, view](const QString &line) {
        if (m_stack->currentWidget() == view)
            m_status->setFullText(line);
    });
}

void TensorPane::take(const Result<NumericTensor> &numbers)
{
    m_problem = numbers ? QString() : reasonOf(numbers.error());
    m_reason->setLines(numbers ? noteOn(m_checkpoint->entries.value(m_entry)) : m_problem);
    m_status->setFullText({});
    m_statsLine->setVisible(m_problem.isEmpty());
    m_status->setVisible(m_problem.isEmpty());
    if (!numbers) {
        showTensor(nullptr);
        return;
    }
    auto tensor = std::make_shared<ShownTensor>();
    tensor->numbers = *numbers;
    tensor->name = text::fromUtf8(m_checkpoint->entries.pathText(m_entry));
    showTensor(std::move(tensor));
}

void TensorPane::showTensor(ShownTensorPtr tensor)
{
    m_tensor = std::move(tensor);
    m_plane->setShape(m_tensor ? m_tensor->numbers.ref.shape : SmallDims());
    showWays();
    for (const Way &way : m_ways) {
        if (!way.view)
            continue;
        way.view->setTensor(way.suits && m_tensor && way.suits(m_tensor->numbers) ? m_tensor : nullptr);
        if (m_tensor)
            way.view->setPlane(m_plane->plane());
    }
    m_statsLine->setPending();
    if (m_stats)
        setStats(m_entry, *m_stats);
    else if (!m_statsProblem.isEmpty())
        m_statsLine->setProblem(m_statsProblem);
    else if (m_tensor && !m_expectsStats)
        m_settle.start();
}

void TensorPane::showWays()
{
    QStringList suiting;
    for (const Way &way : m_ways)
        if (!way.view || (m_tensor && way.suits(m_tensor->numbers)))
            suiting << way.name;
    const QScopedValueRollback switching(m_isSwitching, true);
    if (suiting != ways())
        fillTabs(suiting);
    const int shown = static_cast<int>(std::max<qsizetype>(0, suiting.indexOf(m_chosen)));
    m_tabs->setCurrentIndex(shown);
    showWay(shown);
}

// Tabs that do not suit are taken out: QTabBar leaves gaps where it only hides them.
void TensorPane::fillTabs(const QStringList &names)
{
    while (m_tabs->count() > 0)
        m_tabs->removeTab(m_tabs->count() - 1);
    for (std::size_t way = 0; way < m_ways.size(); ++way)
        if (names.contains(m_ways[way].name))
            m_tabs->setTabData(m_tabs->addTab(m_ways[way].title), static_cast<int>(way));
}

const TensorPane::Way &TensorPane::wayAt(int tab) const
{
    return m_ways[static_cast<std::size_t>(m_tabs->tabData(tab).toInt())];
}

void TensorPane::showWay(int tab)
{
    if (tab < 0)
        return;
    const Way &way = wayAt(tab);
    m_stack->setCurrentIndex(m_tabs->tabData(tab).toInt());
    m_plane->setVisible(way.view && way.view->usesPlane() && m_plane->hasChoice());
    m_status->setFullText({});
    if (!way.view && m_factsAreOld) {
        // Who shares a storage takes a look at every entry of the file.
        m_facts->setEntry(m_checkpoint, m_entry);
        m_factsAreOld = false;
    }
    if (m_isSwitching || way.name == m_chosen)
        return;
    m_chosen = way.name;
    QSettings().setValue(wayKey(), m_chosen);
}

void TensorPane::workOutStats()
{
    if (!m_tensor || m_expectsStats)
        return;
    m_statsJob.start(
        [tensor = m_tensor](std::stop_token stop, Progress &) {
            return std::make_shared<const Result<TensorStats>>(tensorStats(tensor->numbers, stop));
        },
        [this](const std::shared_ptr<const Result<TensorStats>> &stats) {
            if (*stats)
                setStats(m_entry, **stats);
            else
                setStatsProblem(m_entry, stats->error());
        });
}

}  // namespace waypoint
