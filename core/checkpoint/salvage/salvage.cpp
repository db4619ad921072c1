// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/salvage/salvage.h"

namespace waypoint {

Result<SalvagePlan> planSalvage(const std::filesystem::path &, const std::stop_token &, Progress *)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
Result<void> writeSalvaged(const SalvagePlan &, const std::filesystem::path &, const std::stop_token &, Progress *)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
std::filesystem::path salvagedName(const std::filesystem::path &path) { return path; }

}  // namespace waypoint
