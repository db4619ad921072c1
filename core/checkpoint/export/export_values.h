// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/export/export_selection.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// Where a tensor of an export comes from.
struct ExportSource
{
    EntryId row = kNoEntry;      ///< of the checkpoint, the first that shows it
    bool onlyTraining = true;    ///< it stands in optimizers, schedulers and their kin alone
    std::string_view part = {};  ///< "values", "scales", ...: it is a part of another tensor
};

/// The values of an export in a tree of their own; their storages are still those of the checkpoint.
struct ExportValues
{
    ValueTree tree;
    ValueId root;
    std::unordered_map<std::uint32_t, ExportSource> sources;  ///< of tensors and arrays, by node of `tree`
    std::vector<std::string> notes;
};

/// Puts the selection together: modules as state_dicts, names with other prefixes, tensors that do not match left out.
/// BadArgument where nothing is left or two names become one.
Result<ExportValues> buildExportValues(const Checkpoint &checkpoint, const ExportOptions &options,
                                       const ExportSelection &selection);

/// Gives all storages and every torch.device in the values another device, and the text under keys that say "device".
/// Types of tensors on a GPU ("torch.cuda.FloatTensor") become those of the CPU where `device` is "cpu". Meta tensors
/// stay what they are. Returns notes.
std::vector<std::string> moveToDevice(ValueTree &tree, const std::string &device);

}  // namespace waypoint
