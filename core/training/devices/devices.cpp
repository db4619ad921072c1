// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/devices/devices.h"

#include "core/training/devices/gpu_list.h"
#include "core/training/devices/processor.h"
#include "core/training/devices/processor_load.h"
#include "core/training/devices/system_memory.h"

#include <cstdlib>

namespace waypoint {

namespace {

GpuSources askAll()
{
    const char *const visible = std::getenv("CUDA_VISIBLE_DEVICES");
    return {.driver = askNvidiaDriver(),
            .libtorch = askLibTorchForCuda(),
            .visible = visible ? std::optional<std::string>(visible) : std::nullopt};
}

DeviceInfo describeProcessor(const std::string &model)
{
    DeviceInfo cpu;
    cpu.name = "cpu";
    cpu.model = model;
    cpu.usable = true;
    if (const std::optional<SystemMemory> memory = systemMemory()) {
        cpu.totalBytes = memory->total;
        cpu.freeBytes = memory->available;
    }
    return cpu;
}

std::vector<DeviceInfo> listAll(const GpuSources &sources)
{
    std::vector<DeviceInfo> devices = listGpus(sources);
    devices.insert(devices.begin(), describeProcessor(processorModel()));
    return devices;
}

}  // namespace

std::vector<DeviceInfo> listDevices() { return listAll(askAll()); }

struct DeviceWatch::Sources
{
    NvidiaConnection driver;
    ProcessorLoad processor;
    GpuSources gpus = askAll();
    std::string processorName = processorModel();
};

DeviceWatch::DeviceWatch() : m_sources(std::make_unique<Sources>()) {}
DeviceWatch::~DeviceWatch() = default;

std::vector<DeviceInfo> DeviceWatch::look()
{
    m_sources->gpus.driver = m_sources->driver.ask();
    auto devices = listGpus(m_sources->gpus);
    devices.insert(devices.begin(), describeProcessor(m_sources->processorName));
    devices.front().utilisation = m_sources->processor.look();
    return devices;
}

std::string whyNoGpuHere() { return whyNoGpu(askAll()); }

Result<std::string> resolveDevice(const std::string &wanted)
{
    if (wanted == "cpu")
        return wanted;
    const GpuSources sources = askAll();
    Result<std::string> name = chooseDevice(wanted, listAll(sources), whyNoGpu(sources));
    if (!name || *name == "cpu")
        return name;
    if (const Result<> tried = tryDevice(*name); !tried)
        return tried.error();
    return name;
}

}  // namespace waypoint
