// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curve_source.h"

#include <filesystem>
#include <string_view>

namespace waypoint {

/// Beside metrics.jsonl, which is the trainer's alone: what was measured of checkpoints afterwards.
inline constexpr std::string_view kEvaluationsName = "evaluations.jsonl";

/// Curves of what was measured of checkpoints: "loss/eval", "accuracy/eval", a point for each checkpoint. One that was
/// measured again counts as it was measured last. Of several data, the names carry the SPEC: "accuracy/eval (digits)".
CurveSourcePtr evaluationSource(const std::filesystem::path &file);

/// The curves of `source`, and those of an evaluations.jsonl that may be there or come up.
CurveSourcePtr withEvaluations(CurveSourcePtr source, const std::filesystem::path &file);

}  // namespace waypoint
