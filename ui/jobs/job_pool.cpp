// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_pool.h"

#include <QtCore/QThread>
#include <QtCore/QThreadPool>

#include <algorithm>

namespace waypoint {

namespace {

class Pool final : public QThreadPool
{
public:
    Pool() { setMaxThreadCount(std::max(8, 2 * QThread::idealThreadCount())); }
};

}  // namespace

QThreadPool &jobPool()
{
    static Pool pool;
    return pool;
}

}  // namespace waypoint
