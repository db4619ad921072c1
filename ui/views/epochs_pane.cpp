// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/epochs_pane.h"

namespace waypoint {

EpochsPane::EpochsPane(Opener, QWidget *parent) : QWidget(parent) {}
EpochsPane::~EpochsPane() = default;
void EpochsPane::setPaths(const QStringList &) {}
QString EpochsPane::statusText() const { return {}; }
void EpochsPane::focusFilter() {}

}  // namespace waypoint
