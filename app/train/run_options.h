// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/run_request.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// The options of start, resume and evaluate, with defaults shown in their help; which of them were given decides what
/// a checkpoint's own settings give way to.
class RunOptions
{
public:
    /// Every option of a run. `resume`: those for a checkpoint too.
    void addTo(CLI::App &app, bool resume);
    /// Those that evaluate takes.
    void addEvaluationTo(CLI::App &app);

    /// After parsing; this must live as long as what it returns. BadArgument where a K=V list makes no sense.
    [[nodiscard]] Result<RunRequest> request() const;

private:
    template<typename T>
    CLI::Option *add(CLI::App &app, const std::string &name, T RunConfig::*member, const std::string &help);
    void addData(CLI::App &app);
    void addLearning(CLI::App &app);
    void addCheckpoints(CLI::App &app);

    struct Known
    {
        CLI::Option *option;
        Override change;
    };

    RunConfig m_config;
    std::vector<Known> m_known;
    std::vector<std::string> m_optimizerPairs;
    std::vector<std::string> m_schedulerPairs;
    std::string m_out;
    std::string m_checkpoint;
    std::string m_epochIs;
    std::optional<std::int64_t> m_nextEpoch;
    std::int64_t m_stopAfter = 0;
    bool m_noShuffle = false;
    bool m_partial = false;
    bool m_resume = false;
};

}  // namespace waypoint
