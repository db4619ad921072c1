// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// An option that was given: what it changes. Options that were not given leave to a checkpoint what it carries.
struct Override
{
    std::string option;  ///< "lr", as in run.json
    std::function<void(RunConfig &)> apply;
};

enum class EpochMeaning { Finished, Next };

/// What `waypoint-train start`, `resume` or `plan` was asked for.
struct RunRequest
{
    bool resume = false;
    std::filesystem::path out;         ///< run folder; may be empty on resume from within one
    std::filesystem::path checkpoint;  ///< resume: a file, or a run folder for its newest
    std::vector<Override> overrides;
    std::optional<EpochMeaning> epochIs;    ///< what `epoch` in somebody else's checkpoint counts
    std::optional<std::int64_t> nextEpoch;  ///< resume: goes on at this epoch, whatever the file says
    std::int64_t stopAfter = 0;             ///< epochs after which this process stops as if asked to; 0: never

    [[nodiscard]] bool gives(std::string_view option) const
    {
        return std::any_of(overrides.begin(), overrides.end(),
                           [&](const Override &given) { return given.option == option; });
    }
    void applyTo(RunConfig &config) const
    {
        for (const Override &given : overrides)
            given.apply(config);
    }
};

}  // namespace waypoint
