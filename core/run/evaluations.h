// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// What was measured of a checkpoint on some data: a line of evaluations.jsonl, which is laid out as metrics.jsonl is
/// ({"step","epoch","time","loss/eval","accuracy/eval"}) with "checkpoint" (file name), "data" and "samples" beside.
struct EvaluationLine
{
    std::string checkpoint;  ///< file name
    std::optional<std::int64_t> epoch;
    std::optional<std::int64_t> step;
    double time = 0;            ///< seconds since 1970, when it was measured
    std::int64_t modified = 0;  ///< of the file then, milliseconds since 1970: another one of that name is another file
    std::string data;           ///< SPEC
    std::string part;           ///< "held out" or "all"
    std::int64_t samples = 0;
    double loss = 0;
    std::optional<double> accuracy;  ///< 0 .. 1

    bool operator==(const EvaluationLine &) const = default;
};

/// Where the lines about a checkpoint are kept: evaluations.jsonl of its run folder; else, for files that are nobody's
/// run, a file below `elsewhere` that is named after their folder.
[[nodiscard]] std::filesystem::path evaluationsFile(const std::filesystem::path &checkpoint,
                                                    const std::filesystem::path &elsewhere);

/// Appends one line; the folder is made where it is not there. WriteFailed with the system's reason.
Result<void> appendEvaluation(const std::filesystem::path &file, const EvaluationLine &line);

/// In the order they were written; half and foreign lines are passed over. A file that is not there has none.
Result<std::vector<EvaluationLine>> readEvaluations(const std::filesystem::path &file);

}  // namespace waypoint
