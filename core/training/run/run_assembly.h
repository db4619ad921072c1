// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/prepared_run.h"
#include "core/training/run/saved_training.h"

namespace waypoint {

/// Steps that start and resume have in common; each fills its part of the state and of the report.

/// Device, data and defaults; seeds LibTorch's generators. Requires: state.config has what was asked for.
Result<void> assembleData(TrainingState &state, RestoreReport &report);
/// The model of state.config.model, fresh, on the CPU.
Result<void> assembleModel(TrainingState &state, RestoreReport &report);
/// Loads saved weights. BadArgument where something does not match and `strict`.
Result<WeightsReport> assembleWeights(TrainingState &state, Value saved, bool strict, RestoreReport &report);
/// To the device; tensors() are those of the moved model from then on.
void placeModel(TrainingState &state);
/// A new schedule as the configuration asks; state.schedule stays null for "none".
Result<void> assembleSchedule(TrainingState &state, RestoreReport &report);
/// EMA and gradient scaler where the configuration wants them.
Result<void> assembleExtras(TrainingState &state);
/// What is known once all is there: rates, steps.
void finishReport(const TrainingState &state, RestoreReport &report);

/// Optimizer steps in one epoch of state.data.train.
[[nodiscard]] std::int64_t stepsPerEpoch(const TrainingState &state);

/// Model to use for saved weights when nobody says: the one registered model that fits, a script or module file.
/// BadArgument otherwise, with the choices, or with how to make a TorchScript file.
Result<std::string> modelFor(const SavedTraining &saved);

}  // namespace waypoint
