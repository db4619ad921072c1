// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/devices/processor_load.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <utility>

namespace waypoint {

std::optional<ProcessorLoad::Times> ProcessorLoad::times() const
{
    std::ifstream file(m_root / "proc/stat");
    std::string word;
    if (!(file >> word) || word != "cpu")
        return std::nullopt;
    // user nice system idle iowait irq softirq steal; what guests use is in user and nice already.
    std::array<std::int64_t, 8> ticks{};
    for (std::int64_t &each : ticks)
        if (!(file >> each))
            return std::nullopt;
    Times times;
    for (const std::int64_t each : ticks)
        times.all += each;
    times.busy = times.all - ticks[3] - ticks[4];
    return times;
}

std::optional<double> ProcessorLoad::look()
{
    const auto now = times();
    const auto before = std::exchange(m_last, now);
    if (!now || !before || now->all <= before->all)
        return std::nullopt;
    const auto busy = static_cast<double>(now->busy - before->busy);
    return std::clamp(busy / static_cast<double>(now->all - before->all), 0.0, 1.0);
}

}  // namespace waypoint
