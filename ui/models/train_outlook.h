// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"

#include <QtCore/QString>

#include <cstdint>

namespace waypoint {

/// How many files of checkpoints a run leaves; last.pth and best.pth are links to one of them mostly.
[[nodiscard]] std::int64_t keptCheckpoints(const RunConfig &config);

/// Bytes of all of them; 0: not known.
[[nodiscard]] std::uint64_t keptBytes(const TrainerPlan &plan);

/// "cifar-net, 62,006 parameters, on 50,000 samples; 50 epochs of 782 batches; about 1.20 GB of checkpoints"
[[nodiscard]] QString outlookText(const TrainerPlan &plan);

/// "one checkpoint about 249 KB, all 50 about 12.5 MB"; empty where not known.
[[nodiscard]] QString sizeText(const TrainerPlan &plan);

/// The reason of waypoint-train, without what is only of use in a shell.
[[nodiscard]] QString planErrorText(const TrainerPlan &plan);

}  // namespace waypoint
