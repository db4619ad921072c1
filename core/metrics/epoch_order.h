// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/epoch_files.h"

#include <string>
#include <vector>

namespace waypoint {

/// A checkpoint that was opened, before it is known where it belongs.
struct OpenedEpoch
{
    EpochEntry entry;
    bool named = false;       ///< by itself, not with its folder
    std::size_t request = 0;  ///< which of the paths it is from
};

/// Leaves out files whose model has little in common with that of most; a sentence about them goes to `notes`.
void dropOtherModels(std::vector<OpenedEpoch> &files, std::vector<std::string> &notes);

/// Brings files into the order of the run, leaves out those of the same moment and those that tell none where others
/// do, and gives them labels and positions.
[[nodiscard]] EpochFiles inOrder(std::vector<OpenedEpoch> files);

/// The same within each folder; what is named stays where and what it is.
[[nodiscard]] EpochFiles inOrderOfRequests(std::vector<OpenedEpoch> files);

/// Gives labels and positions without changing the order.
[[nodiscard]] EpochFiles asTheyStand(std::vector<OpenedEpoch> files);

/// "a.pth", "a.pth and b.pth", "a.pth, b.pth and 7 more", for sentences.
[[nodiscard]] std::string someNames(const std::vector<std::filesystem::path> &paths);

}  // namespace waypoint
