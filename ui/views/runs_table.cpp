// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/runs_table.h"

namespace waypoint {
struct RunsTable::Parts
{
};
RunsTable::RunsTable(LibraryModel &, RunCenter &, Evaluations &, QWidget *parent) : QWidget(parent) {}
RunsTable::~RunsTable() = default;
void RunsTable::focusFilter() {}
void RunsTable::select(const QString &) {}
}  // namespace waypoint
