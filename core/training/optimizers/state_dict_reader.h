// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/optimizer_view.h"
#include "core/training/optimizers/optimizer_definition.h"

#include <string>
#include <vector>

namespace waypoint {

/// The optimizer in a value, in a form whose parameters can be matched. BadArgument otherwise.
Result<OptimizerView> loadableView(Value stateDict);

/// Nothing where the state may go on in `definition`'s class, with a note where the file leaves it open; else
/// BadArgument that names both.
Result<std::string> checkClass(const OptimizerClass &saved, const OptimizerDefinition &definition);

/// A setting as Python has it; None where Waypoint can only pass the value on.
[[nodiscard]] std::optional<SettingValue> settingValue(Value value);

/// A group of a loaded file as settings: those of `definition` with the file's values, then the others. Missing ones
/// have their defaults; `keep` takes values over that can only be passed on.
Result<GroupSettings> readSettings(Value group, const OptimizerDefinition &definition,
                                   const std::function<ValueId(Value)> &keep);

}  // namespace waypoint
