// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/export/export_plan.h"
#include "core/checkpoint/export/state_dict.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// What transformers looks for in a safetensors file, to know that its tensors are PyTorch's.
inline const std::array<std::pair<std::string, std::string>, 1> kSafetensorsMetadata{{{"format", "pt"}}};

/// A part of a checkpoint that goes into an export.
struct ChosenPart
{
    std::string label;                 ///< its key where there are several parts
    EntryId entry = kRootEntry;        ///< the section it is, or stands for
    std::optional<StateDict> weights;  ///< what to export in its place: weights by name
};

/// What was chosen, and what there is to say about it.
struct ExportSelection
{
    std::vector<ChosenPart> parts;
    std::vector<std::string> notes;
};

/// Whether a format has nothing but tensors under flat names.
[[nodiscard]] bool isFlat(const ExportOptions &options);

/// BadArgument for a section that is not there and for weights that cannot be found or told apart.
Result<ExportSelection> selectExport(const Checkpoint &checkpoint, const ExportOptions &options);

}  // namespace waypoint
