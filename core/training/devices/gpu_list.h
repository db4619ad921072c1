// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/devices/devices.h"
#include "core/training/devices/libtorch_cuda.h"
#include "core/training/devices/nvidia_driver.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// What is known about the GPUs of this machine, from the two who know something.
struct GpuSources
{
    NvidiaDriver driver;
    LibTorchCuda libtorch;
    std::optional<std::string> visible;  ///< CUDA_VISIBLE_DEVICES, where it is set
};

/// The driver's GPUs that CUDA_VISIBLE_DEVICES leaves, in the order it gives them: indices, or UUIDs and their
/// beginnings. As in CUDA, what follows the first entry that fits nothing does not count, and a GPU named twice leaves
/// none.
[[nodiscard]] std::vector<std::size_t> visibleGpus(const std::vector<DriverGpu> &gpus,
                                                   const std::optional<std::string> &visible);

/// What LibTorch sees as cuda:N in its order, then GPUs that only the driver knows of. Those LibTorch would see if it
/// could are named cuda:N too, with the reason why it cannot; hidden ones are named by their UUID.
[[nodiscard]] std::vector<DeviceInfo> listGpus(const GpuSources &sources);

/// Why LibTorch can use no GPU here, and what to do; empty where it can.
[[nodiscard]] std::string whyNoGpu(const GpuSources &sources);

/// resolveDevice() among the devices given, without trying the device. `noGpu` is whyNoGpu().
Result<std::string> chooseDevice(const std::string &wanted, const std::vector<DeviceInfo> &devices,
                                 const std::string &noGpu);

}  // namespace waypoint
