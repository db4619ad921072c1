// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/data_preview.h"

#include "ui/models/sample_pictures.h"
#include "ui/models/text.h"
#include "ui/views/bar_list.h"
#include "ui/views/empty_state.h"
#include "ui/views/fact_grid.h"
#include "ui/views/quiet_label.h"
#include "ui/views/sample_grid.h"
#include "ui/views/sample_table.h"

#include <QtGui/QResizeEvent>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kSideBySide = 520;  ///< width from which classes have room beside the samples
constexpr std::size_t kMostClasses = 300;

QString tr(const char *text) { return DataPreview::tr(text); }

QString className(const DatasetInfo &info, std::size_t number)
{
    return number < info.classes.size() ? text::fromUtf8(info.classes[number]) : QString::number(number);
}

std::vector<BarRow> classRows(const DataLook &look)
{
    const auto classes = static_cast<std::size_t>(std::max<std::int64_t>(0, look.info.targetSize));
    const bool counted = look.classCounts.size() == classes;
    const auto most = counted && classes > 0 ? *std::ranges::max_element(look.classCounts) : 0;
    std::vector<BarRow> rows;
    for (std::size_t i = 0; i < std::min(classes, kMostClasses); ++i) {
        BarRow row{.name = className(look.info, i)};
        if (counted) {
            const double ofAll = look.info.count > 0 ? double(look.classCounts[i]) / double(look.info.count) : 0;
            row.value = text::integer(look.classCounts[i]);
            row.share = most > 0 ? double(look.classCounts[i]) / double(most) : 0;
            row.toolTip = tr("%1: %2 of the training samples, %3 %")
                              .arg(row.name, row.value, text::number(std::round(1000 * ofAll) / 10));
        }
        rows.push_back(row);
    }
    if (classes > kMostClasses)
        rows.push_back({.name = tr("… and %1 more").arg(text::count(classes - kMostClasses))});
    return rows;
}

QString classHeading(const DataLook &look)
{
    const QString count = text::integer(look.info.targetSize);
    if (look.classCounts.empty())
        return tr("%1 classes").arg(count);
    const auto [least, most] = std::ranges::minmax(look.classCounts);
    if (least == most)
        return tr("%1 classes of %2 samples").arg(count, text::integer(least));
    return tr("%1 classes of %2 to %3 samples").arg(count, text::integer(least), text::integer(most));
}

std::vector<SampleGrid::Cell> cellsOf(const DataLook &look)
{
    std::vector<SampleGrid::Cell> cells;
    const auto pictures = samplePictures(look);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const QString label = text::fromUtf8(look.samples[i].label);
        cells.push_back({pictures[i], label, tr("Sample %1: %2").arg(text::integer(look.samples[i].index), label)});
    }
    return cells;
}

QString factsOf(const DataLook &look)
{
    const bool row = look.info.shape.size() == 1;
    const QString shape = row ? tr("A sample is %1 numbers").arg(text::integer(look.info.shape.front()))
                              : tr("A sample is %1").arg(text::shape(SmallDims(look.info.shape)));
    const auto range = valueRange(look);
    if (!range)
        return shape;
    return tr("%1, here from %2 to %3")
        .arg(shape, text::number(double(range->first)), text::number(double(range->second)));
}

}  // namespace

struct DataPreview::Parts
{
    explicit Parts(DataPreview *preview);

    void show(const DataLook &look);
    /// Classes stand beside pictures where there is room; a table takes all of it.
    void arrange(int width);

    QStackedLayout *stack;
    EmptyState *empty = new EmptyState;
    QScrollArea *scroll = new QScrollArea;
    QLabel *facts;
    QLabel *more;
    QBoxLayout *sides = new QBoxLayout(QBoxLayout::TopToBottom);
    SampleGrid *grid = new SampleGrid;
    SampleTable *table = new SampleTable;
    QWidget *classes = new QWidget;
    QLabel *heading;
    BarList *bars = new BarList;
};

DataPreview::Parts::Parts(DataPreview *preview) : stack(new QStackedLayout(preview))
{
    auto *inside = new QWidget;
    facts = plainLabel({}, inside);
    more = plainLabel({}, inside);
    facts->setToolTip(
        tr("As the model gets it: scaled and normalised as the data's options say. Pictures are drawn from "
           "the least to the largest value of each channel, so that they look as they were."));
    heading = paneHeading({}, classes);
    auto *column = new QVBoxLayout(classes);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(heading);
    column->addWidget(bars);
    column->addStretch();
    auto *samples = new QVBoxLayout;
    samples->addWidget(grid);
    samples->addWidget(table);
    samples->addStretch();
    sides->setSpacing(16);
    sides->addLayout(samples, 5);
    sides->addWidget(classes, 3);
    auto *outer = new QVBoxLayout(inside);
    outer->addWidget(facts);
    outer->addWidget(more);
    outer->addLayout(sides);
    outer->addStretch();
    scroll->setWidget(inside);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    stack->addWidget(empty);
    stack->addWidget(scroll);
}

void DataPreview::Parts::show(const DataLook &look)
{
    const bool pictures = arePictures(look.info.shape);
    grid->setCells(pictures ? cellsOf(look) : std::vector<SampleGrid::Cell>());
    table->setLook(pictures ? DataLook{} : look);
    facts->setText(factsOf(look));
    more->setText(look.isCut ? tr("There is more than can be looked at quickly: this is the first part.") : QString());
    more->setVisible(look.isCut);
    classes->setVisible(look.info.target == TargetKind::Class);
    heading->setText(classHeading(look));
    bars->setRows(classRows(look));
    arrange(scroll->width());
    scroll->verticalScrollBar()->setValue(0);
    stack->setCurrentWidget(scroll);
}

void DataPreview::Parts::arrange(int width)
{
    const bool beside = width >= kSideBySide && !grid->cells().empty();
    sides->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

DataPreview::DataPreview(QWidget *parent) : QWidget(parent), m_parts(std::make_unique<Parts>(this)) { setLook({}); }

DataPreview::~DataPreview() = default;

void DataPreview::setLook(std::shared_ptr<const DataLook> look, const QString &text)
{
    if (look)
        return m_parts->show(*look);
    m_parts->empty->setText(tr("No samples to show"),
                            text.isEmpty() ? tr("Samples of the chosen data appear here, with what each class has.")
                                           : text);
    m_parts->stack->setCurrentWidget(m_parts->empty);
}

void DataPreview::resizeEvent(QResizeEvent *event)
{
    m_parts->arrange(event->size().width());
    QWidget::resizeEvent(event);
}

}  // namespace waypoint
