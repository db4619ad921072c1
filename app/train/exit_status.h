// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

namespace waypoint {

/// What the process tells its caller; scripts rely on the numbers.
enum class TrainStatus {
    Done = 0,  ///< finished or stopped as asked, checkpoint written
    WrongArguments = 1,
    Unreadable = 2,  ///< a file or folder
    NoDevice = 3,
    TrainingFailed = 4,  ///< NaN loss, out of memory
};

[[nodiscard]] TrainStatus statusOf(const Error &error);

/// One line on standard error: which file, what, what to do. Returns statusOf().
TrainStatus reportError(const Error &error);

}  // namespace waypoint
