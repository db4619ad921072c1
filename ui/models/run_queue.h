// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_center.h"

#include <functional>
#include <optional>
#include <vector>

namespace waypoint {

/// Trainings that wait for their device, as the settings of the program have them. Window's thread.
class RunQueue
{
public:
    RunQueue();

    [[nodiscard]] const std::vector<TrainingOrder> &orders() const { return m_orders; }
    [[nodiscard]] const TrainingOrder *of(const QString &folder) const;
    [[nodiscard]] QStringList folders() const;

    void add(const TrainingOrder &order);
    /// Nothing where it does not wait any more: another window has started or cancelled it.
    [[nodiscard]] std::optional<TrainingOrder> take(const QString &folder);
    /// The oldest one that may start, taken from the queue. Of two for one device the older comes first.
    [[nodiscard]] std::optional<TrainingOrder> takeNext(const std::function<bool(const TrainingOrder &)> &mayStart);
    /// Reads what other windows have changed; whether there was any.
    bool refresh();

private:
    std::vector<TrainingOrder> m_orders;
};

/// "cpu" and "", "cuda:0" and "cuda" are the same.
[[nodiscard]] QString deviceName(const QString &written);

}  // namespace waypoint
