// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/compare_pane.h"

#include "ui/models/text.h"
#include "ui/views/compare_filter_bar.h"
#include "ui/views/compare_layers_plot.h"
#include "ui/views/compare_progress.h"
#include "ui/views/compare_table.h"
#include "ui/views/compare_tensor_pane.h"
#include "ui/views/compare_values_table.h"
#include "ui/views/empty_state.h"
#include "ui/views/notice_bar.h"
#include "ui/views/quiet_label.h"

#include <QtCore/QDataStream>
#include <QtCore/QEvent>
#include <QtCore/QIODevice>
#include <QtCore/QTimer>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

// A moment to look at the rows that came before others push them down.
constexpr std::chrono::milliseconds kBetweenLooks(400);

constexpr int kRowsToOffer = 8;

enum Tab { Tensors, Values };

}  // namespace

ComparePane::ComparePane(QWidget *parent)
    : QWidget(parent),
      m_notes(new NoticeBar(colors::Notice::Information)),
      m_headline(new QLabel),
      m_details(new QuietLabel),
      m_tabs(new QTabBar),
      m_filter(new CompareFilterBar),
      m_table(new CompareTable),
      m_values(new CompareValuesTable),
      m_none(new EmptyState),
      m_tables(new QStackedWidget),
      m_layers(new CompareLayersPlot),
      m_tensor(new CompareTensorPane),
      m_rightSplitter(new QSplitter(Qt::Vertical)),
      m_splitter(new QSplitter),
      m_looking(
          this, kBetweenLooks, [this] { return looking(); }, [this](const Look &look) { take(look); })
{
    m_splitter->setObjectName(QStringLiteral("compareSplitter"));
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(createTables());
    m_splitter->addWidget(createRightSide());
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setSizes({600, 400});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_notes);
    layout->addWidget(createHead());
    layout->addWidget(new CompareProgress(m_scan));
    layout->addWidget(m_splitter, 1);
    m_splitter->installEventFilter(this);
    connectParts();
}

ComparePane::~ComparePane() = default;

bool ComparePane::eventFilter(QObject *watched, QEvent *event)
{
    // Parts that move before they were ever painted would take along what stood there.
    if (watched == m_splitter && event->type() == QEvent::Move)
        QTimer::singleShot(0, m_splitter, qOverload<>(&QWidget::update));
    return QWidget::eventFilter(watched, event);
}

QWidget *ComparePane::createHead()
{
    m_notes->setObjectName(QStringLiteral("compareNotes"));
    m_headline->setObjectName(QStringLiteral("compareHeadline"));
    QFont large = m_headline->font();
    large.setPointSizeF(large.pointSizeF() * 1.15);
    large.setWeight(QFont::DemiBold);
    m_headline->setFont(large);
    for (QLabel *label : std::initializer_list<QLabel *>{m_headline, m_details}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    auto *head = new QWidget;
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins(12, 6, 12, 6);
    layout->setSpacing(2);
    layout->addWidget(m_headline);
    layout->addWidget(m_details);
    return head;
}

QWidget *ComparePane::createTables()
{
    m_tabs->setObjectName(QStringLiteral("compareTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->setExpanding(false);
    m_tabs->addTab(tr("Tensors"));
    m_tabs->addTab(tr("Settings and Values"));
    for (QWidget *page : std::initializer_list<QWidget *>{m_table, m_values, m_none})
        m_tables->addWidget(page);
    m_none->setObjectName(QStringLiteral("compareNone"));
    m_showAll = m_none->addButton(tr("Show All"));
    m_showAll->setObjectName(QStringLiteral("compareShowAll"));
    connect(m_showAll, &QAbstractButton::clicked, this, [this] { m_filter->clear(true); });
    auto *left = new QWidget;
    auto *layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_tabs);
    layout->addWidget(m_filter);
    layout->addWidget(m_tables, 1);
    return left;
}

QWidget *ComparePane::createRightSide()
{
    m_rightSplitter->addWidget(m_layers);
    m_rightSplitter->addWidget(m_tensor);
    m_rightSplitter->setChildrenCollapsible(false);
    m_rightSplitter->setStretchFactor(0, 2);
    m_rightSplitter->setStretchFactor(1, 3);
    m_rightSplitter->setSizes({240, 360});
    m_rightSplitter->setMinimumWidth(300);
    return m_rightSplitter;
}

void ComparePane::connectParts()
{
    connect(&m_scan, &CompareScan::arrived, this, [this](const std::vector<std::size_t> &tensors) {
        m_table->refresh(tensors);
        if (const auto current = m_table->currentTensor();
            current && std::find(tensors.begin(), tensors.end(), *current) != tensors.end())
            m_tensor->refresh();
        m_looking.runSoon();
    });
    connect(&m_scan, &CompareScan::stateChanged, this, [this] {
        if (m_scan.state() == CompareScan::State::Finished)
            m_looking.runNow();
    });
    connect(m_filter, &CompareFilterBar::filterChanged, this, [this] { m_looking.runNow(); });
    connect(m_filter, &CompareFilterBar::leftDownwards, this, [this] { m_tables->currentWidget()->setFocus(); });
    connect(m_table->header(), &QHeaderView::sortIndicatorChanged, this, [this] { m_looking.runNow(); });
    connect(m_table, &CompareTable::viewMoved, this, [this] { m_scan.prefer(m_table->tensorsInView()); });
    connect(m_table, &CompareTable::currentTensorChanged, this, &ComparePane::showCurrent);
    connect(m_table, &CompareTable::inspectRequested, this, &ComparePane::inspectCurrent);
    connect(m_table, &CompareTable::detailsRequested, this,
            [this] { m_tensor->tabs().setFocus(Qt::ShortcutFocusReason); });
    connect(m_table, &CompareTable::exportRequested, this, &ComparePane::exportRequested);
    connect(m_layers, &CompareLayersPlot::layerActivated, this, &ComparePane::showLayer);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_filter->setChipsShown(tab == Tensors);
        m_looking.runNow();
    });
}

void ComparePane::setComparison(const ComparisonPtr &comparison)
{
    m_looking.cancel();
    m_goal.reset();
    m_tally.reset();
    m_summary = {};
    m_isFresh = true;
    m_hasOffered = false;
    m_filter->setParts(comparison ? comparison->content->parts : std::vector<ComparePart>());
    m_scan.begin(comparison);
    m_table->setContent(nullptr, nullptr);
    m_values->setContent(nullptr, nullptr);
    m_layers->setTally(nullptr);
    m_tensor->setTensor(nullptr, std::nullopt);
    showNotes();
    clearTables();
    m_headline->clear();
    m_details->clear();
    if (comparison)
        m_looking.runNow();
}

/// Nothing of what was compared before may stand there while the first look is taken.
void ComparePane::clearTables()
{
    m_tabs->setTabText(Tensors, tr("Tensors"));
    m_tabs->setTabText(Values, tr("Settings and Values"));
    m_filter->setTally({});
    m_filter->setCount({});
    m_none->setText({}, {});
    m_showAll->hide();
    m_tables->setCurrentWidget(m_none);
}

QByteArray ComparePane::saveLayout() const
{
    QByteArray layout;
    QDataStream stream(&layout, QIODevice::WriteOnly);
    stream << m_splitter->saveState() << m_rightSplitter->saveState();
    return layout;
}

void ComparePane::restoreLayout(const QByteArray &layout)
{
    QByteArray splitter;
    QByteArray right;
    QDataStream stream(layout);
    stream >> splitter >> right;
    if (stream.status() != QDataStream::Ok)
        return;
    m_splitter->restoreState(splitter);
    m_rightSplitter->restoreState(right);
}

CompareQuery ComparePane::query() const
{
    CompareQuery query = m_table->query();
    query.filter = m_filter->filter();
    return query;
}

Job<ComparePane::Look>::Work ComparePane::looking() const
{
    return [comparison = m_scan.comparison(), query = query()](const std::stop_token &stop, Progress &) {
        if (!comparison)
            return Look{};
        return Look{comparison, arrangeCompared(*comparison->numbers, query, stop),
                    tallyOf(*comparison->numbers, stop)};
    };
}

void ComparePane::take(const Look &look)
{
    if (!look.of || !look.order || look.of != m_scan.comparison())
        return;
    m_tally = look.tally;
    m_summary = summaryOf(*look.of->content, *look.tally);
    m_filter->setTally(*look.tally);
    m_layers->setTally(look.tally);
    showTables(look);
    showSummary();
    if (m_goal)
        m_table->selectTensor(*m_goal);
    m_goal.reset();
    // There is something to see before the first click.
    if (look.tally->pending == 0 && !m_table->currentTensor() && !std::exchange(m_hasOffered, true))
        offerTensor();
    Q_EMIT summaryChanged();
}

void ComparePane::showNotes()
{
    QStringList notes;
    const auto claim = [](const QString &sentence) { return sentence.section(QLatin1Char(':'), 0, 0); };
    if (const ComparisonPtr &shown = m_scan.comparison())
        for (const std::string &note : shown->content->diff.notes)
            if (const QString line = text::fromUtf8(note); claim(line) != claim(m_summary.headline))
                notes << line;
    const QString first = notes.isEmpty() ? QString() : notes.takeFirst();
    m_notes->setLines(first, notes);
}

void ComparePane::showSummary()
{
    showNotes();
    m_headline->setText(m_summary.headline);
    m_details->setText(m_summary.details);
    m_details->setVisible(!m_summary.details.isEmpty());
    m_layers->setVisible(m_tally->matched > 0);
}

void ComparePane::showTables(const Look &look)
{
    m_table->setContent(look.of->numbers, look.order);
    m_values->setContent(look.of->content, look.order);
    // What has nothing to show is not what a person wants to see first.
    if (std::exchange(m_isFresh, false))
        m_tabs->setCurrentIndex(look.tally->tensors == 0 && look.tally->values > 0 ? Values : Tensors);
    m_tabs->setTabText(Tensors, tr("Tensors (%1)").arg(text::count(look.order->shown.size())));
    m_tabs->setTabText(Values, tr("Settings and Values (%1)").arg(text::count(look.order->values.size())));
    const bool ofTensors = m_tabs->currentIndex() == Tensors;
    const std::size_t rows = ofTensors ? look.order->shown.size() : look.order->values.size();
    const std::size_t all = ofTensors ? look.tally->tensors : look.tally->values;
    m_filter->setCount(rows == all ? QString() : tr("%1 of %2").arg(text::count(rows), text::count(all)));
    if (rows == 0 && all == 0)
        m_none->setText(ofTensors ? tr("No tensors") : tr("No values"), tr("Neither side holds any."));
    else if (rows == 0 && m_filter->filter().isActive())
        m_none->setText(tr("No match"), tr("Nothing fits the filter."));
    else if (rows == 0)
        m_none->setText(tr("No differences"), ofTensors ? tr("All tensors are the same on both sides.")
                                                        : tr("All settings and values are the same on both sides."));
    m_showAll->setVisible(rows == 0 && all > 0);
    QWidget *shown = m_none;
    if (rows > 0)
        shown = ofTensors ? static_cast<QWidget *>(m_table) : m_values;
    m_tables->setCurrentWidget(shown);
}

void ComparePane::showCurrent()
{
    const std::optional<std::size_t> current = m_table->currentTensor();
    m_scan.want(current);
    m_tensor->setTensor(m_scan.comparison(), current);
    std::optional<std::size_t> layer;
    if (current && m_tally)
        for (std::size_t i = 0; i < m_tally->layers.size() && !layer; ++i)
            if (std::find(m_tally->layers[i].tensors.begin(), m_tally->layers[i].tensors.end(), *current)
                != m_tally->layers[i].tensors.end())
                layer = i;
    m_layers->setCurrent(layer);
}

void ComparePane::inspectCurrent(int side)
{
    const std::optional<std::size_t> current = m_table->currentTensor();
    if (!current || !m_scan.comparison())
        return;
    const CheckpointDiff &diff = m_scan.comparison()->content->diff;
    const TensorDiff &tensor = diff.tensors[*current];
    const EntryId entry = side == 0 ? tensor.a : tensor.b;
    if (entry != kNoEntry)
        Q_EMIT inspectRequested(side,
                                text::fromUtf8((side == 0 ? diff.a : diff.b).checkpoint->entries.pathText(entry)));
}

/// Of the first rows, so that the table stays at its top: one of the model where there is one.
void ComparePane::offerTensor()
{
    const CompareModel &model = m_table->compareModel();
    std::optional<std::size_t> offered = model.tensor(model.index(0, 0));
    for (int row = 0; row < std::min(kRowsToOffer, model.rowCount()); ++row) {
        const std::optional<std::size_t> tensor = model.tensor(model.index(row, 0));
        if (!model.numbers()->content()->isWeight[*tensor])
            continue;
        offered = tensor;
        break;
    }
    if (offered)
        m_table->selectTensor(*offered);
}

/// Selects the tensor of the layer that changed most.
void ComparePane::showLayer(std::size_t layer)
{
    const CompareNumbers &numbers = *m_scan.comparison()->numbers;
    const std::vector<std::size_t> &tensors = m_tally->layers[layer].tensors;
    const auto change = [&](std::size_t tensor) {
        const TensorDifference *known = numbers.known(tensor);
        return known && numbers.content()->isWeight[tensor] ? known->relative() : -1;
    };
    const auto most = std::max_element(tensors.begin(), tensors.end(),
                                       [&](std::size_t a, std::size_t b) { return change(a) < change(b); });
    if (most == tensors.end())
        return;
    m_tabs->setCurrentIndex(Tensors);
    if (m_table->selectTensor(*most))
        return;
    m_goal = *most;
    m_filter->clear(true);
}

}  // namespace waypoint
