// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <vector>

namespace waypoint {

/// What LibTorch makes of this machine's GPUs. The code is the same for a LibTorch with CUDA and one without.
struct LibTorchCuda
{
    bool built = false;                 ///< LibTorch was built with CUDA
    int cuda = 0;                       ///< which one, 13020 for 13.2; 0 where unknown
    std::vector<std::string> pciBuses;  ///< of cuda:0, cuda:1, ... ("0000:3b:00.0"); empty text where unknown
    std::string problem;                ///< what LibTorch says where it finds none, in its own words
};

/// Answers the same for the life of the process, as CUDA does.
[[nodiscard]] LibTorchCuda askLibTorchForCuda();

/// Computes something small on the device. NoDevice with LibTorch's reason where that fails: memory is full, the GPU is
/// too old for this LibTorch, another process has it for itself.
Result<> tryDevice(const std::string &name);

}  // namespace waypoint
