// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_facts.h"

#include <QtWidgets/QWidget>

#include <map>

class QLabel;

namespace waypoint {

class FlowLayout;

/// Numbers with their names above, side by side. A number keeps the widest place it ever needed, so that the others
/// stand still while it changes.
class RunFactsLine final : public QWidget
{
    Q_OBJECT

public:
    explicit RunFactsLine(QWidget *parent = nullptr);

    void setFacts(const std::vector<RunFact> &facts);
    /// Another run: its numbers have other widths.
    void forgetWidths();

private:
    struct Cell
    {
        QWidget *box = nullptr;
        QLabel *value = nullptr;
    };
    Cell &cellFor(const QString &name);

    FlowLayout *m_flow;
    std::map<QString, Cell> m_cells;
};

}  // namespace waypoint
