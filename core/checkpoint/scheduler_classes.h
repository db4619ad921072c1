// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/fields.h"

#include <optional>
#include <string>

namespace waypoint {

/// Class of a learning-rate scheduler, found by the keys of its state_dict.
struct SchedulerClass
{
    std::string name;  ///< "MultiStepLR"; empty for a scheduler of nobody's that is known
    Certainty certainty = Certainty::Certain;
    std::string note;

    bool operator==(const SchedulerClass &) const = default;
};

/// Recognises the state_dict of a scheduler (or a pickled one) of torch.optim.lr_scheduler, timm, mmengine, fvcore,
/// DeepSpeed, fairseq and torchtitan. `path`: labels that lead to it, for those whose keys alone say too little.
[[nodiscard]] std::optional<SchedulerClass> schedulerClass(Value value, const Fields &fields, std::string_view path);

}  // namespace waypoint
