// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/sample_table.h"

#include "ui/models/data_look.h"
#include "ui/models/text.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QScrollBar>

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::size_t kMostColumns = 50;
constexpr int kWidestColumn = 160;

QStringList headings(const DataLook &look, std::size_t shown)
{
    QStringList targets;
    for (const std::string &name : look.targets)
        targets << text::fromUtf8(name);
    const QString target = look.info.target == TargetKind::Class ? SampleTable::tr("class") : SampleTable::tr("target");
    QStringList names{targets.isEmpty() ? target : targets.join(QStringLiteral(", "))};
    for (std::size_t i = 0; i < shown; ++i)
        names << (i < look.columns.size() ? text::fromUtf8(look.columns[i]) : QString::number(i));
    return names;
}

}  // namespace

SampleTable::SampleTable(QWidget *parent) : QTableWidget(parent)
{
    setEditTriggers(NoEditTriggers);
    setSelectionMode(ContiguousSelection);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollMode(ScrollPerPixel);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setAccessibleName(tr("Samples"));
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    horizontalHeader()->setMaximumSectionSize(kWidestColumn);
    horizontalHeader()->setHighlightSections(false);
}

void SampleTable::setLook(const DataLook &look)
{
    const std::size_t features = look.samples.empty() ? 0 : look.samples.front().values.size();
    const std::size_t shown = std::min(features, kMostColumns);
    QStringList names = headings(look, shown);
    if (shown < features)
        names << tr("%1 more").arg(text::count(features - shown));
    clear();
    setColumnCount(static_cast<int>(names.size()));
    setRowCount(static_cast<int>(look.samples.size()));
    setHorizontalHeaderLabels(names);
    for (int row = 0; row < rowCount(); ++row)
        fillRow(row, look);
    resizeColumnsToContents();
    setVisible(rowCount() > 0);
    fitHeight();
    updateGeometry();
}

void SampleTable::fillRow(int row, const DataLook &look)
{
    const DataSample &sample = look.samples[static_cast<std::size_t>(row)];
    const auto put = [&](std::size_t column, const QString &shown, const QString &toolTip, Qt::Alignment alignment) {
        auto *item = new QTableWidgetItem(shown);
        item->setToolTip(toolTip.toHtmlEscaped());
        item->setTextAlignment(alignment | Qt::AlignVCenter);
        setItem(row, static_cast<int>(column), item);
    };
    put(0, text::fromUtf8(sample.label), tr("Sample %1").arg(text::integer(sample.index)),
        look.info.target == TargetKind::Class ? Qt::AlignLeft : Qt::AlignRight);
    const std::size_t shown = std::min(sample.values.size(), kMostColumns);
    for (std::size_t i = 0; i < shown; ++i)
        put(i + 1, text::number(double(sample.values[i])), text::exactNumber(double(sample.values[i])), Qt::AlignRight);
    if (shown < sample.values.size())
        put(shown + 1, QStringLiteral("…"), {}, Qt::AlignHCenter);
}

void SampleTable::fitHeight()
{
    const int rows = horizontalHeader()->sizeHint().height() + rowCount() * verticalHeader()->defaultSectionSize();
    const bool scrolls = horizontalHeader()->length() + 2 * frameWidth() > width();
    setFixedHeight(rows + 2 * frameWidth() + (scrolls ? horizontalScrollBar()->sizeHint().height() : 0));
}

void SampleTable::resizeEvent(QResizeEvent *event)
{
    QTableWidget::resizeEvent(event);
    fitHeight();
}

QSize SampleTable::sizeHint() const { return {horizontalHeader()->length() + 2 * frameWidth(), height()}; }

QSize SampleTable::minimumSizeHint() const { return {160, height()}; }

}  // namespace waypoint
