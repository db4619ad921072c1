// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/checkpoint/checkpoint.h"
#include "core/tensor/tensor_series.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

/// A checkpoint as one moment of a run.
struct EpochFile
{
    CheckpointPtr checkpoint;
    EntryId model = kRootEntry;  ///< the section whose tensors are followed
    std::string label;           ///< for people: "epoch 9"
    double position = 0;         ///< on the axis of epochs (or steps); rises from file to file
};

/// A tensor that is followed over the files.
struct EpochTensor
{
    std::string name;              ///< dotted, below the model: "conv1.weight"
    bool isParameter = true;       ///< a buffer otherwise (running_mean)
    std::vector<EntryId> entries;  ///< one for each file; kNoEntry where it is missing
};

/// Checkpoints of a run side by side. Immutable; any thread.
struct EpochSeries
{
    std::vector<EpochFile> files;
    std::vector<EpochTensor> tensors;  ///< in the model's order
    std::vector<std::string> notes;    ///< sentences for people: files that lack tensors or hold another model
};
using EpochSeriesPtr = std::shared_ptr<const EpochSeries>;

/// The section to follow in a file: its model (of several the first, or the one at `path`), or all of it where
/// it is a dict of tensors unlike any model; BadArgument where it has none. Names are matched over files as
/// matchCheckpoints() does for two.
Result<EntryId> modelToFollow(const Checkpoint &checkpoint, const std::string &path = {});

/// Lines up the models of files. BadArgument for fewer than two files.
Result<EpochSeriesPtr> lineUpEpochs(std::vector<EpochFile> files);

using EpochSink = std::function<void(std::size_t tensor, TensorSeries series, const std::optional<Error> &error)>;

/// Reads every tensor of every file once. `progress` is given its total. As seriesOfTensors() else.
Result<void> followTensors(const EpochSeries &series, const std::stop_token &stop, const EpochSink &sink,
                           unsigned threads = 0, Progress *progress = nullptr);

/// What a tensor did over the files.
enum class TensorFate {
    Learning,
    Frozen,   ///< never changed
    Stalled,  ///< changed at first, and no more for the last third of the files (three at least)
    Dead,     ///< all zeros to the end, and no bias or buffer that starts so
    Broken,   ///< NaN or infinite at some moment
};
[[nodiscard]] TensorFate fateOf(const EpochTensor &tensor, const TensorSeries &series);
/// "learning", "frozen", ...
[[nodiscard]] std::string_view fateName(TensorFate fate);

}  // namespace waypoint
