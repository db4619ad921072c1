// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// A device a run can be asked to use. No LibTorch in this header.
struct DeviceInfo
{
    std::string name;    ///< "cpu", "cuda:0": what --device takes
    std::string model;   ///< "AMD EPYC 7B13", "NVIDIA H100 80GB HBM3"
    std::string uuid;    ///< "GPU-8c0b...", as nvidia-smi prints it; empty for the CPU or where unknown
    std::string pciBus;  ///< "0000:3b:00.0"; empty where unknown
    std::optional<std::int64_t> totalBytes;  ///< memory
    std::optional<std::int64_t> freeBytes;
    std::optional<double> utilisation;  ///< 0 .. 1, as the driver tells
    bool usable = false;                ///< by this LibTorch, here, now
    std::string reason;                 ///< why not, and what to install or do

    bool operator==(const DeviceInfo &) const = default;
};

/// All devices: the CPU first, then what LibTorch sees as cuda:N in its order, then GPUs that only the driver knows of.
[[nodiscard]] std::vector<DeviceInfo> listDevices();

/// Why no GPU can be used here, and what to do; empty where one can.
[[nodiscard]] std::string whyNoGpuHere();

/// The same list again and again. What cannot change while the program runs is asked once; the CPU's utilisation is
/// that since the last look. One thread.
class DeviceWatch
{
public:
    DeviceWatch();
    DeviceWatch(const DeviceWatch &) = delete;
    DeviceWatch &operator=(const DeviceWatch &) = delete;
    ~DeviceWatch();

    [[nodiscard]] std::vector<DeviceInfo> look();

private:
    struct Sources;
    std::unique_ptr<Sources> m_sources;
};

/// The LibTorch name ("cuda:1") for what --device says: "cpu", "cuda", "cuda:N", a UUID or its beginning. A GPU is
/// tried out, so that a full or broken one shows here. NoDevice says which there are, and why the one asked for cannot
/// be used.
Result<std::string> resolveDevice(const std::string &wanted);

}  // namespace waypoint
