// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_queue.h"

#include "ui/models/run_store.h"

#include <algorithm>

namespace waypoint {

RunQueue::RunQueue() : m_orders(RunStore::orders()) {}

const TrainingOrder *RunQueue::of(const QString &folder) const
{
    const auto order = std::ranges::find(m_orders, folder, &TrainingOrder::folder);
    return order == m_orders.end() ? nullptr : &*order;
}

QStringList RunQueue::folders() const
{
    QStringList list;
    for (const TrainingOrder &order : m_orders)
        list << order.folder;
    return list;
}

void RunQueue::add(const TrainingOrder &order)
{
    RunStore::add(order);
    refresh();
}

std::optional<TrainingOrder> RunQueue::take(const QString &folder)
{
    auto order = RunStore::take(folder);
    refresh();
    return order;
}

std::optional<TrainingOrder> RunQueue::takeNext(const std::function<bool(const TrainingOrder &)> &mayStart)
{
    const auto next = std::ranges::find_if(m_orders, mayStart);
    return next == m_orders.end() ? std::nullopt : take(QString(next->folder));
}

bool RunQueue::refresh()
{
    auto orders = RunStore::orders();
    const bool isChanged = orders != m_orders;
    m_orders = std::move(orders);
    return isChanged;
}

QString deviceName(const QString &written)
{
    if (written.isEmpty())
        return QStringLiteral("cpu");
    return written == QLatin1String("cuda") ? QStringLiteral("cuda:0") : written;
}

}  // namespace waypoint
