// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// The options of waypoint-train that make `config` out of `base`: {"--model", "resnet18", "--no-shuffle"}. Only what
/// differs is named; a field that is back at "chosen by the data" cannot be named and is left out.
[[nodiscard]] std::vector<std::string> optionsOf(const RunConfig &config, const RunConfig &base = {});

/// What follows `waypoint-train` to start a run: {"start", "--out", DIR, ...}.
[[nodiscard]] std::vector<std::string> startCommand(const RunConfig &config, const std::filesystem::path &out);

/// How a checkpoint is resumed; what is not given stays as the checkpoint has it.
struct ResumeChoice
{
    std::filesystem::path checkpoint;       ///< a file, or a run folder for its newest
    std::filesystem::path out;              ///< empty: the run folder it lies in
    std::string epochIs;                    ///< "finished", "next"; empty: deduced
    std::optional<std::int64_t> nextEpoch;  ///< goes on at this epoch, whatever the file says
    std::vector<std::string> options;       ///< further ones: {"--device", "cpu", "--data", "iris"}

    bool operator==(const ResumeChoice &) const = default;
};
[[nodiscard]] std::vector<std::string> resumeCommand(const ResumeChoice &choice);

/// A command as one types it into a POSIX shell, quoted where needed: for copying, never for running.
[[nodiscard]] std::string shellText(std::string_view program, const std::vector<std::string> &arguments);

}  // namespace waypoint
