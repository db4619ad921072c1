// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/pickle/value.h"
#include "core/training/torch_headers.h"

#include <exception>
#include <optional>

namespace waypoint {

/// LibTorch's name of a dtype; nothing for those this LibTorch has no tensors of.
[[nodiscard]] std::optional<at::ScalarType> scalarType(DType dtype);
/// The other way round; Unknown for those no file can hold.
[[nodiscard]] DType dtypeOf(at::ScalarType type);

/// The elements of a saved tensor as a tensor on the CPU with memory of its own, contiguous, without gradient. The
/// device it was saved from plays no part. Requires: `tensor` is a Tensor.
/// Unsupported for sparse and quantised tensors; Truncated, ... as forEachBlock.
Result<at::Tensor> readTensor(Value tensor);

/// A number saved as a Python number or as a tensor of one element (`step` is either, by version).
[[nodiscard]] std::optional<double> readNumber(Value value);

/// Calls into LibTorch from outside core/training end here: what it throws becomes an Error.
/// OutOfMemory shows as TrainingFailed with "out of memory" in the detail.
template<typename Function>
auto guarded(const Function &function) -> decltype(function());

/// The Error for an exception of LibTorch (the first line of its message, without addresses and C++ stack).
[[nodiscard]] Error torchError(const std::exception &exception);

template<typename Function>
auto guarded(const Function &function) -> decltype(function())
{
    try {
        return function();
    } catch (const std::exception &exception) {  // c10::Error is one; so are those of TorchScript and std::bad_alloc
        return torchError(exception);
    }
}

}  // namespace waypoint
