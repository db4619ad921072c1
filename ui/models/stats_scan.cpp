// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/stats_scan.h"

namespace waypoint {

struct StatsScan::Worker
{
    CheckpointPtr checkpoint;
};

StatsScan::StatsScan(QObject *parent) : QObject(parent), m_worker(std::make_unique<Worker>()) {}
StatsScan::~StatsScan() = default;

}  // namespace waypoint
