// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/schedule_classes.h"
#include "ui/models/schedule_curves.h"

#include <QtCore/QString>

#include <cstdint>

namespace waypoint {

/// A schedule that is being thought about.
struct ScheduleDesign
{
    const ScheduleClass *scheduleClass = nullptr;  ///< of scheduleClasses()
    Arguments arguments;
    double lr = 0.1;
    std::int64_t epochs = 100;
    std::int64_t stepsPerEpoch = 100;  ///< batches

    /// Whether it counts batches.
    [[nodiscard]] bool isPerBatch() const;
    /// Of the scheduler: epochs, or all their batches.
    [[nodiscard]] std::int64_t totalSteps() const;
    [[nodiscard]] ScheduleSetting setting() const { return {lr, totalSteps()}; }
    /// "MultiStepLR milestones=10,20"
    [[nodiscard]] QString name() const;
};

/// More steps than this are not drawn.
constexpr std::int64_t kMostDesignedSteps = 1'000'000;

/// Why there can't be such a schedule, as one sentence; empty where there can.
[[nodiscard]] QString designProblem(const ScheduleDesign &design);

/// Its rates from the first step to the last. Requires: no designProblem(). Any thread.
[[nodiscard]] ScheduleStory designStory(const ScheduleDesign &design);

/// What stands in place of a curve: ReduceLROnPlateau has none; empty for the others.
[[nodiscard]] QString designNote(const ScheduleDesign &design);

}  // namespace waypoint
