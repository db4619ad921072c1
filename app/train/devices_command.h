// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/devices/devices.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace waypoint {

/// What a list of devices is shown with.
struct ComputeFacts
{
    std::string libtorch;  ///< "2.6.0"
    std::string cuda;      ///< "13.2"; empty where LibTorch was built without it
    std::string blas;
    bool onednn = false;
    std::string noGpu;  ///< why no GPU can be used; empty where one can
};

/// One paragraph per device: its name, model, memory and use, or why it cannot be used.
[[nodiscard]] std::string devicesText(const std::vector<DeviceInfo> &devices, const ComputeFacts &facts);

/// {"version","devices":[{"name","type","index","model","uuid","pci_bus","total_bytes","free_bytes","utilisation","usable","reason"}],
/// "libtorch":{"version","cuda"},"blas","onednn","no_gpu"}; null where something is unknown or does not apply. `indent`
/// -1: on one line.
[[nodiscard]] std::string devicesJson(const std::vector<DeviceInfo> &devices, const ComputeFacts &facts,
                                      int indent = 2);

/// `waypoint-train devices [--json [--watch]]`: what a run can be started on; watching, a line at once and every two
/// seconds until standard input ends or nobody reads. Sets `status` when it has run: 0, or 2 where
/// standard output cannot be written.
void addDevicesCommand(CLI::App &app, int &status);

}  // namespace waypoint
