// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_facts_line.h"

#include "ui/views/flow_layout.h"
#include "ui/views/quiet_label.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kApart = 12;

}  // namespace

RunFactsLine::RunFactsLine(QWidget *parent) : QWidget(parent), m_flow(new FlowLayout(kApart, this))
{
    m_flow->setContentsMargins(0, 0, 0, 0);
}

void RunFactsLine::setFacts(const std::vector<RunFact> &facts)
{
    for (auto &[name, cell] : m_cells)
        cell.box->setVisible(std::any_of(facts.begin(), facts.end(), [&](const RunFact &f) { return f.name == name; }));
    for (const RunFact &fact : facts) {
        const Cell &cell = cellFor(fact.name);
        if (cell.value->text() != fact.value)
            cell.value->setText(fact.value);
        cell.value->setMinimumWidth(std::max(cell.value->minimumWidth(), cell.value->sizeHint().width()));
        cell.box->setToolTip(fact.toolTip);
        cell.value->setAccessibleName(fact.name + QLatin1Char(' ') + fact.value);
    }
}

void RunFactsLine::forgetWidths()
{
    for (auto &[name, cell] : m_cells)
        cell.value->setMinimumWidth(0);
}

RunFactsLine::Cell &RunFactsLine::cellFor(const QString &name)
{
    Cell &cell = m_cells[name];
    if (cell.box)
        return cell;
    cell.box = new QWidget;
    cell.value = new QLabel;
    cell.value->setTextFormat(Qt::PlainText);
    cell.value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    cell.value->setObjectName(QStringLiteral("runFact ") + name);
    auto *layout = new QVBoxLayout(cell.box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new QuietLabel(name));
    layout->addWidget(cell.value);
    m_flow->addWidget(cell.box);
    return cell;
}

}  // namespace waypoint
