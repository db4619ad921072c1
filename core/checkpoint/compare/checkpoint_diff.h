// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/checkpoint/checkpoint.h"
#include "core/tensor/tensor_difference.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

/// One side of a comparison: a whole checkpoint, or a part of it.
struct DiffSide
{
    CheckpointPtr checkpoint;
    EntryId section = kRootEntry;
};

/// What became of a tensor from A to B.
enum class DiffStatus {
    Same,
    Changed,
    Added,     ///< only in B
    Removed,   ///< only in A
    Reshaped,  ///< other shape: no numbers
    Retyped,   ///< other dtype; the numbers are compared all the same
};

/// "same", "changed", ...: the names of the command line's `status`.
[[nodiscard]] std::string_view diffStatusName(DiffStatus status);

/// How the two sides of a tensor were found to belong together.
enum class MatchedBy {
    Path,    ///< the same path below both sections
    Prefix,  ///< the same name but for "module.", "model.", "_orig_mod." and their kin
    Order,   ///< renamed: neighbours, shape and place agree
};

/// A tensor of either side, or of both.
struct TensorDiff
{
    EntryId a = kNoEntry;  ///< in A's checkpoint
    EntryId b = kNoEntry;
    MatchedBy matchedBy = MatchedBy::Path;
    /// Nothing while the numbers decide and have not been compared.
    std::optional<DiffStatus> status;
};

/// A value that is no tensor: a number, a text, a setting of an optimizer.
struct ValueDiff
{
    std::string path;  ///< below the sections, as A calls it (B where A lacks it): "optimizer/param_groups/0/lr"
    EntryId a = kNoEntry;
    EntryId b = kNoEntry;
    bool differs = false;
    bool typeOnly = false;  ///< differs in type and not in value: 1 and 1.0, a tuple and a list
};

/// Two checkpoints side by side. Immutable; any thread.
struct CheckpointDiff
{
    DiffSide a;
    DiffSide b;
    std::vector<TensorDiff> tensors;  ///< in A's order, with what only B has at its place there
    std::vector<ValueDiff> values;    ///< the same; equal ones too
    std::vector<std::string> notes;   ///< sentences for people: "All names of B begin with 'module.', which A's lack."
};

/// Matches what is in both, by path, by the role of sections (A's `net` with B's `model_state_dict`), by names without
/// usual prefixes, and aligns what was renamed. A bare state_dict is compared with the model of a training checkpoint.
/// Optimizer states are matched by parameter name where both files tell it. Reads no tensor's data.
[[nodiscard]] CheckpointDiff matchCheckpoints(const DiffSide &a, const DiffSide &b);

/// Takes what is known of tensor `index` now; one call at a time, from any thread.
using TensorDiffSink = std::function<void(std::size_t index, const Result<TensorDifference> &difference)>;

/// Compares the numbers of tensors[i] for each i of `which`, in that order; those without numbers to compare are left
/// out. Streams over both files, on all cores; memory below 100 MiB. `progress` is given its total.
Result<void> compareNumbers(const CheckpointDiff &diff, const std::vector<std::size_t> &which,
                            const std::stop_token &stop, const TensorDiffSink &sink, unsigned threads = 0,
                            Progress *progress = nullptr);

/// What a tensor's status is, once its numbers are known.
[[nodiscard]] DiffStatus statusOf(const CheckpointDiff &diff, std::size_t index, const TensorDifference &numbers);

/// Path of a tensor below the sections as people read it: A's where it has one, else B's. In a whole module as in its
/// state_dict: "model/conv1.weight".
[[nodiscard]] std::string pathOf(const CheckpointDiff &diff, std::size_t index);

/// Whether a tensor counts something: integers (num_batches_tracked), an optimizer's step. Totals leave them out, since
/// their large differences would hide all else.
[[nodiscard]] bool isCounter(const CheckpointDiff &diff, std::size_t index);

/// Name of the parameter ("conv1.weight") that a tensor of an optimizer's state belongs to; empty where the file does
/// not tell, and for other tensors.
[[nodiscard]] std::string parameterOf(const CheckpointDiff &diff, std::size_t index);

/// Totals of the tensors below one prefix: "net/layer1", "optimizer/state".
struct GroupDiff
{
    std::string name;
    std::vector<std::size_t> tensors;  ///< indices into CheckpointDiff::tensors
};

/// Tensors by layer: those that share everything but the last part of their dotted name ("conv1.weight", "conv1.bias").
/// With `levels`: by so many parts of the dotted name only.
[[nodiscard]] std::vector<GroupDiff> layersOf(const CheckpointDiff &diff, std::size_t levels = 0);

/// Tensors by the part of the file they are in ("net", "optimizer"), as A calls it, or B where only B has it; empty for
/// tensors outside of all parts, and where the sides are one part themselves.
[[nodiscard]] std::vector<GroupDiff> partsOf(const CheckpointDiff &diff);

/// Sums of several differences as if their tensors were one.
[[nodiscard]] TensorDifference joined(const TensorDifference &one, const TensorDifference &other);

}  // namespace waypoint
