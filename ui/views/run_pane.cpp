// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_pane.h"

namespace waypoint {
struct RunPane::Parts
{
    QString run;
};
RunPane::RunPane(RunCenter &, QWidget *parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {}
RunPane::~RunPane() = default;
void RunPane::setRun(const QString &folder) { m_parts->run = folder; }
QString RunPane::run() const { return m_parts->run; }
}  // namespace waypoint
