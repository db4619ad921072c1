// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/export/tensor_files.h"
#include "core/tensor/tensor_ref.h"

namespace waypoint {

/// Names that every format of flat names can hold: BadArgument where two are equal or one is empty, Unsupported where
/// one is no text (UTF-8). Also Unsupported for a node that is no tensor with elements of its own.
Result<void> checkNamedTensors(const ValueTree &tree, std::span<const NamedTensor> tensors);

/// The tensor, and the storage it looks at. Requires: checkNamedTensors() found nothing.
[[nodiscard]] const TensorRef &refOf(const ValueTree &tree, const NamedTensor &tensor);
[[nodiscard]] const Storage &storageOf(const ValueTree &tree, const NamedTensor &tensor);

/// The same error about this tensor.
[[nodiscard]] Error aboutTensor(const std::string &name, Error error);

}  // namespace waypoint
