// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/train/exit_status.h"

#include "core/base/describe_error.h"

#include <algorithm>
#include <iostream>
#include <string>

namespace waypoint {

TrainStatus statusOf(const Error &error)
{
    switch (error.code) {
    case ErrorCode::BadArgument:
        return TrainStatus::WrongArguments;
    case ErrorCode::NoDevice:
        return TrainStatus::NoDevice;
    case ErrorCode::TrainingFailed:
        return TrainStatus::TrainingFailed;
    default:
        return TrainStatus::Unreadable;
    }
}

TrainStatus reportError(const Error &error)
{
    std::string line = "waypoint-train: " + describe(error);
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::cerr << line << std::endl;
    return statusOf(error);
}

}  // namespace waypoint
