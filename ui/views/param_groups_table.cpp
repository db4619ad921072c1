// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/param_groups_table.h"

#include "core/pickle/value_text.h"
#include "ui/models/text.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QTableWidget>

#include <algorithm>
#include <vector>

namespace waypoint {

namespace {

constexpr std::size_t kMostGroups = 200;
constexpr std::size_t kNamesInToolTip = 40;

// Options in the order of their first appearance; "params" last, where PyTorch writes it.
std::vector<QString> optionNames(Value groups, std::size_t count)
{
    std::vector<QString> names;
    for (std::size_t g = 0; g < count; ++g)
        for (std::size_t i = 0; i < groups.at(g).count(); ++i) {
            const QString name = text::fromUtf8(keyText(groups.at(g).key(i)));
            if (name != QLatin1String("params") && std::ranges::find(names, name) == names.end())
                names.push_back(name);
        }
    names.push_back(QStringLiteral("params"));
    return names;
}

QString paramsToolTip(std::size_t first, std::size_t count, std::span<const std::string> names)
{
    QStringList lines;
    for (std::size_t i = first; i < first + count && i < names.size(); ++i) {
        if (static_cast<std::size_t>(lines.size()) == kNamesInToolTip) {
            lines << QStringLiteral("…");
            break;
        }
        lines << text::fromUtf8(names[i]).toHtmlEscaped();
    }
    return lines.isEmpty() ? QString() : "<p style='white-space:pre'>" + lines.join(QStringLiteral("<br>")) + "</p>";
}

void fillOption(QTableWidget *table, int row, const QString &name, Value groups, int columns)
{
    bool differs = false;
    for (int g = 0; g < columns; ++g) {
        const Value value = groups.at(static_cast<std::size_t>(g))[name.toStdString()];
        const QString shown = value.isValid() ? text::fromUtf8(pythonText(value)) : QStringLiteral("–");
        table->setItem(row, g, new QTableWidgetItem(shown));
        differs = differs || shown != table->item(row, 0)->text();
    }
    for (int g = 0; differs && g < columns; ++g) {
        QFont font = table->font();
        font.setWeight(QFont::DemiBold);
        table->item(row, g)->setFont(font);
    }
}

void fillParams(QTableWidget *table, int row, Value groups, int columns, std::span<const std::string> names)
{
    std::size_t first = 0;
    for (int g = 0; g < columns; ++g) {
        const std::size_t count = groups.at(static_cast<std::size_t>(g))["params"].count();
        auto *item = new QTableWidgetItem(count == 1 ? QObject::tr("1 parameter")
                                                     : QObject::tr("%1 parameters").arg(text::count(count)));
        item->setToolTip(paramsToolTip(first, count, names));
        table->setItem(row, g, item);
        first += count;
    }
}

}  // namespace

bool isParamGroups(Value value)
{
    return value.is(ValueKind::List) && value.count() > 0 && value.at(0).is(ValueKind::Dict)
           && value.at(0).contains("params");
}

void fillParamGroups(QTableWidget *table, Value groups, std::span<const std::string> names)
{
    const std::size_t count = std::min(groups.count(), kMostGroups);
    const std::vector<QString> options = optionNames(groups, count);
    const int columns = static_cast<int>(count);
    table->clear();
    table->setRowCount(static_cast<int>(options.size()));
    table->setColumnCount(columns);
    QStringList headers;
    for (int g = 0; g < columns; ++g)
        headers << QObject::tr("group %1").arg(g);
    table->setHorizontalHeaderLabels(headers);
    QStringList rows;
    for (const QString &option : options)
        rows << option;
    table->setVerticalHeaderLabels(rows);
    for (int row = 0; row < static_cast<int>(options.size()); ++row) {
        if (row + 1 == static_cast<int>(options.size()))
            fillParams(table, row, groups, columns, names);
        else
            fillOption(table, row, options[static_cast<std::size_t>(row)], groups, columns);
    }
    table->resizeColumnsToContents();
}

}  // namespace waypoint
