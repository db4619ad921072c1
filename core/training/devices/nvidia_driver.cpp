// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/devices/nvidia_driver.h"

#include <fmt/format.h>

#include <dlfcn.h>

#include <array>
#include <memory>

namespace waypoint {

namespace {

// The few declarations of NVML that are needed, as its ABI has had them since 2017. 0 means success.
using NvmlDevice = struct NvmlDeviceHandle *;
struct NvmlMemory
{
    unsigned long long total, free, used;
};
struct NvmlUtilisation
{
    unsigned gpu, memory;  // per cent
};
struct NvmlPci
{
    char busIdLegacy[16];
    unsigned domain, bus, device, deviceId, subsystemId;
    char busId[32];
};
enum NvmlStatus { kNoPermission = 4, kDriverNotLoaded = 9, kVersionsDiffer = 18 };
using NvmlText = std::array<char, 96>;

class Nvml
{
public:
    explicit Nvml(const std::string &library) : m_library(dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL), &close) {}

    [[nodiscard]] bool isLoaded() const { return m_library != nullptr; }

    /// Calls a function of the library; nonzero where it fails or is not there.
    template<typename... Arguments>
    int call(const char *name, Arguments... arguments) const
    {
        const auto function = reinterpret_cast<int (*)(Arguments...)>(dlsym(m_library.get(), name));
        return function ? function(arguments...) : kMissing;
    }

private:
    static constexpr int kMissing = 13;  // NVML's own code for a function that is not there
    static void close(void *library)
    {
        if (library)
            dlclose(library);
    }
    std::unique_ptr<void, void (*)(void *)> m_library;
};

std::string problemText(int status)
{
    switch (status) {
    case kNoPermission:
        return "NVIDIA's driver refuses access: ask for permission to use /dev/nvidia*";
    case kDriverNotLoaded:
        return "NVIDIA's driver is installed and not loaded: load it (modprobe nvidia) or restart the machine";
    case kVersionsDiffer:
        return "NVIDIA's driver was updated and the old one still runs: restart the machine";
    default:
        return fmt::format("NVIDIA's driver does not answer (NVML error {}): nvidia-smi may say more", status);
    }
}

DriverGpu describeGpu(const Nvml &nvml, NvmlDevice device)
{
    DriverGpu gpu;
    if (NvmlText text{}; nvml.call("nvmlDeviceGetName", device, text.data(), unsigned(text.size())) == 0)
        gpu.model = text.data();
    if (NvmlText text{}; nvml.call("nvmlDeviceGetUUID", device, text.data(), unsigned(text.size())) == 0)
        gpu.uuid = text.data();
    if (NvmlPci pci{}; nvml.call("nvmlDeviceGetPciInfo_v3", device, &pci) == 0)
        gpu.pciBus = fmt::format("{:04x}:{:02x}:{:02x}.0", pci.domain, pci.bus, pci.device);
    if (NvmlMemory memory{}; nvml.call("nvmlDeviceGetMemoryInfo", device, &memory) == 0) {
        gpu.totalBytes = static_cast<std::int64_t>(memory.total);
        gpu.freeBytes = static_cast<std::int64_t>(memory.free);
    }
    if (NvmlUtilisation used{}; nvml.call("nvmlDeviceGetUtilizationRates", device, &used) == 0)
        gpu.utilisation = used.gpu / 100.0;
    return gpu;
}

}  // namespace

class NvidiaConnection::Library
{
public:
    explicit Library(std::string name) : m_name(std::move(name)), m_nvml(m_name) {}
    Library(const Library &) = delete;
    Library &operator=(const Library &) = delete;
    ~Library()
    {
        if (m_started)
            m_nvml.call("nvmlShutdown");
    }

    [[nodiscard]] NvidiaDriver ask()
    {
        NvidiaDriver driver;
        driver.problem = start();
        if (!driver.problem.empty())
            return driver;
        if (NvmlText text{}; m_nvml.call("nvmlSystemGetDriverVersion", text.data(), unsigned(text.size())) == 0)
            driver.version = text.data();
        m_nvml.call("nvmlSystemGetCudaDriverVersion_v2", &driver.cuda);
        unsigned count = 0;
        m_nvml.call("nvmlDeviceGetCount_v2", &count);
        for (unsigned i = 0; i < count; ++i) {
            NvmlDevice device = nullptr;
            if (m_nvml.call("nvmlDeviceGetHandleByIndex_v2", i, &device) == 0)
                driver.gpus.push_back(describeGpu(m_nvml, device));
        }
        return driver;
    }

private:
    /// Why it cannot be asked; tried again with every question until it can.
    std::string start()
    {
        if (!m_nvml.isLoaded())
            return fmt::format("NVIDIA's driver is not installed ({} is missing): install it where there is a GPU",
                               m_name);
        const int status = m_started ? 0 : m_nvml.call("nvmlInit_v2");
        m_started = status == 0;
        return m_started ? "" : problemText(status);
    }

    std::string m_name;
    Nvml m_nvml;
    bool m_started = false;
};

NvidiaConnection::NvidiaConnection(const std::string &library) : m_library(std::make_unique<Library>(library)) {}
NvidiaConnection::~NvidiaConnection() = default;

NvidiaDriver NvidiaConnection::ask() { return m_library->ask(); }

NvidiaDriver askNvidiaDriver(const std::string &library) { return NvidiaConnection(library).ask(); }

}  // namespace waypoint
