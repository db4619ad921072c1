// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/openmmlab_rows.h"

#include <cmath>

namespace waypoint {

OpenMmlabRows::Meaning OpenMmlabRows::mmcvLine(std::string_view mode, double epoch, double iteration)
{
    if (mode == "val")
        return {.place = {.step = m_lastStep, .epoch = epoch}, .prefix = "val/"};
    const auto known = m_before.find(epoch);
    if (known == m_before.end()) {
        // With an IterBasedRunner iterations go on from epoch to epoch.
        const double before = m_before.empty() || iteration > m_lastIteration ? 0 : m_lastStep;
        m_before.emplace(epoch, before);
    }
    m_lastStep = m_before[epoch] + iteration;
    m_lastIteration = iteration;
    return {.place = {.step = m_lastStep, .epoch = epoch}, .prefix = "train/"};
}

OpenMmlabRows::Meaning OpenMmlabRows::validationLine(RecordPlace place) const
{
    if (place.step == m_lastEpoch && m_lastStep > place.step) {
        place.epoch = place.step;
        place.step = m_lastStep;
    }
    return {.place = place, .prefix = "val/", .sharedOnly = true};
}

std::optional<OpenMmlabRows::Meaning> OpenMmlabRows::meaningOf(const JsonRow &row, RecordPlace place)
{
    const auto *iteration = row.find("iter");
    const auto *mode = row.find("mode");
    if (mode && iteration && !mode->isNumber && !std::isnan(place.epoch)) {
        m_mmcv = true;
        return mmcvLine(mode->word, place.epoch, iteration->number);
    }
    if (iteration && row.find("step")) {
        m_mmengine = true;
        m_lastStep = place.step;
        m_lastEpoch = place.epoch;
        return Meaning{.place = place};
    }
    if (m_mmengine && !iteration && !std::isnan(place.step))
        return validationLine(place);
    return std::nullopt;
}

}  // namespace waypoint
