// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace waypoint {

/// Threads that LibTorch's operators use on the calling thread.
[[nodiscard]] std::int64_t atenThreads();
/// Threads of the BLAS, which has its own count; 0 where the library does not tell.
[[nodiscard]] std::int64_t blasThreads();
/// Sets both counts, and has operators run one after the other. Call it on the thread that trains, before the first
/// operator: LibTorch keeps the count per thread. The number of threads decides how sums are split, and so their last
/// bits. Requires: count > 0.
void setThreads(std::int64_t count);

/// Has the C library keep memory that was freed instead of giving it back to the system: a step frees its activations
/// and takes as much again in the next, and fresh pages cost a quarter of a small network's step. For the whole
/// process; call it early.
void keepFreedMemory();

/// Has GPUs sum in a fixed order, where they have such a way at all: a resumed run is to equal the unbroken one there
/// too. Call it before the first operator on a GPU.
void useDeterministicAlgorithms();

/// "OpenBLAS 0.3.21 pthread SkylakeX", "MKL 2024.2"; the library's file name where it is some other one.
[[nodiscard]] std::string blasName();
/// Whether oneDNN takes part: it sums convolutions in another order.
[[nodiscard]] bool onednnEnabled();
/// Of the library that is loaded: "1.13.0" (Debian 12), "2.6.0".
[[nodiscard]] std::string libtorchVersion();
/// "AMD EPYC 7B13"; the architecture's name where the file does not say.
[[nodiscard]] std::string processorModel(const std::filesystem::path &cpuinfo = "/proc/cpuinfo");

/// What bits depend on here and now, on a device named as resolveDevice() names it.
[[nodiscard]] RunEnvironment describeEnvironment(const std::string &device);

}  // namespace waypoint
