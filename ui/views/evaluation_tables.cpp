// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/evaluation_tables.h"

#include "ui/models/colors.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QTableWidget>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace waypoint {

namespace {

/// More than a screen of classes is no longer read as a matrix.
constexpr std::size_t kMostClasses = 200;

QString tr(const char *sentence) { return QCoreApplication::translate("evaluate", sentence); }

QString share(double value)
{
    return std::isnan(value) ? QStringLiteral("–") : QLocale().toString(value * 100, 'f', 1) + QStringLiteral(" %");
}

QTableWidgetItem *numberItem(const QString &text)
{
    auto *item = new QTableWidgetItem(text);
    item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    return item;
}

QStringList classNames(const TrainerEvaluation &evaluation)
{
    QStringList names;
    for (std::size_t i = 0; i < std::min(evaluation.confusion.size(), kMostClasses); ++i)
        names << (i < evaluation.classes.size() ? text::fromUtf8(evaluation.classes[i].name)
                                                : QString::number(static_cast<int>(i)));
    return names;
}

QColor blend(const QColor &ground, const QColor &ink, double amount)
{
    const auto mix = [amount](int from, int to) { return static_cast<int>(from + (to - from) * amount); };
    return {mix(ground.red(), ink.red()), mix(ground.green(), ink.green()), mix(ground.blue(), ink.blue())};
}

void paintCell(QTableWidget *table, QTableWidgetItem *item, bool isRight, double part)
{
    const QPalette palette = table->palette();
    const colors::Notice meaning = isRight ? colors::Notice::Good : colors::Notice::Danger;
    // At most half of the colour, so that the numbers stay readable in the colour of text.
    item->setBackground(blend(palette.color(QPalette::Base), colors::noticeAccent(meaning, palette),
                              part == 0 ? 0 : 0.08 + 0.42 * part));
}

}  // namespace

void fillClasses(QTableWidget *table, const TrainerEvaluation &evaluation)
{
    table->clear();
    table->setColumnCount(5);
    table->setHorizontalHeaderLabels({tr("Class"), tr("Samples"), tr("Precision"), tr("Recall"), tr("F1")});
    table->setRowCount(static_cast<int>(evaluation.classes.size()));
    for (int row = 0; row < table->rowCount(); ++row) {
        const ClassResult &result = evaluation.classes[static_cast<std::size_t>(row)];
        table->setItem(row, 0, new QTableWidgetItem(text::fromUtf8(result.name)));
        table->setItem(row, 1, numberItem(text::integer(result.samples)));
        table->setItem(row, 2, numberItem(share(result.precision)));
        table->setItem(row, 3, numberItem(share(result.recall)));
        table->setItem(row, 4, numberItem(share(result.f1)));
    }
    table->verticalHeader()->hide();
    table->resizeColumnsToContents();
}

void fillConfusion(QTableWidget *table, const TrainerEvaluation &evaluation)
{
    const QStringList names = classNames(evaluation);
    const int count = static_cast<int>(names.size());
    table->clear();
    table->setRowCount(count);
    table->setColumnCount(count);
    table->setHorizontalHeaderLabels(names);
    table->setVerticalHeaderLabels(names);
    for (int row = 0; row < count; ++row) {
        const auto &cells = evaluation.confusion[static_cast<std::size_t>(row)];
        const auto sum = static_cast<double>(std::accumulate(cells.begin(), cells.end(), std::int64_t(0)));
        for (int column = 0; column < count && column < static_cast<int>(cells.size()); ++column) {
            const std::int64_t samples = cells[static_cast<std::size_t>(column)];
            auto *item = numberItem(text::integer(samples));
            const double part = sum > 0 ? static_cast<double>(samples) / sum : 0;
            item->setToolTip(tr("%1 of true class %2 were predicted as %3 (%4)")
                                 .arg(text::integer(samples), names[row], names[column], share(part)));
            paintCell(table, item, row == column, part);
            table->setItem(row, column, item);
        }
    }
    table->verticalHeader()->show();
    table->resizeColumnsToContents();
}

}  // namespace waypoint
