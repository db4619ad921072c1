// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// A GPU as NVIDIA's driver describes it, whatever a program may use of it.
struct DriverGpu
{
    std::string model;   ///< "NVIDIA H100 80GB HBM3"
    std::string uuid;    ///< "GPU-8c0b..."
    std::string pciBus;  ///< "0000:3b:00.0"
    std::optional<std::int64_t> totalBytes;
    std::optional<std::int64_t> freeBytes;
    std::optional<double> utilisation;  ///< 0 .. 1, over the driver's last sample period
};

struct NvidiaDriver
{
    std::vector<DriverGpu> gpus;  ///< by PCI address
    std::string version;          ///< "535.183.01"
    int cuda = 0;                 ///< newest CUDA it serves, 12020 for 12.2; 0 where it does not tell
    std::string problem;          ///< why it cannot be asked, and what to do; empty where it can
};

/// NVIDIA's management library (NVML), which comes with the driver: loaded when this is made, so that the program
/// starts the same on a machine without it, and let go at its end. One thread.
class NvidiaConnection
{
public:
    explicit NvidiaConnection(const std::string &library = "libnvidia-ml.so.1");
    NvidiaConnection(const NvidiaConnection &) = delete;
    NvidiaConnection &operator=(const NvidiaConnection &) = delete;
    ~NvidiaConnection();

    [[nodiscard]] NvidiaDriver ask();

private:
    class Library;
    std::unique_ptr<Library> m_library;
};

/// Asks once.
[[nodiscard]] NvidiaDriver askNvidiaDriver(const std::string &library = "libnvidia-ml.so.1");

}  // namespace waypoint
