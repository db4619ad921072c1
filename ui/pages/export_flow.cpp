// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export_flow.h"

#include <QtWidgets/QWidget>

namespace waypoint {

ExportFlow::ExportFlow(QWidget *window) : QObject(window) {}
ExportFlow::~ExportFlow() = default;
void ExportFlow::exportCheckpoint(CheckpointPtr, const std::vector<EntryId> &) {}
void ExportFlow::exportFile(const QString &) {}
void ExportFlow::salvage(const QString &) {}

}  // namespace waypoint
