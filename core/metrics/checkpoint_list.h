// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

namespace waypoint {

/// A checkpoint somebody asked for, by itself or with the folder it is in.
struct ListedCheckpoint
{
    std::filesystem::path path;
    bool named = false;       ///< by itself
    std::size_t request = 0;  ///< which of the paths it is from
};

/// The checkpoints at some paths: a folder stands for those it holds, directly or in checkpoints/ or weights/, unless
/// it is a checkpoint itself (torch.distributed.checkpoint, sharded, HF's checkpoint-500). Folders' files are sorted by
/// step or epoch as far as all names tell, else by name with numbers by their value; those that came before are not
/// listed again. NotFound, also for a folder without any. Opens nothing.
Result<std::vector<ListedCheckpoint>> listCheckpoints(const std::vector<std::filesystem::path> &paths);

/// Sorts by what names tell, as above; what tells nothing comes last.
void sortByName(std::vector<ListedCheckpoint> &files);

/// Which of `count` to take: one in `every`, of those at most `most` (0: all), evenly spread; the first and the last
/// always.
[[nodiscard]] std::vector<std::size_t> evenlyChosen(std::size_t count, std::size_t every, std::size_t most);

/// "step_9" before "step_10".
[[nodiscard]] bool namedBefore(std::string_view a, std::string_view b);

}  // namespace waypoint
