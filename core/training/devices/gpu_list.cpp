// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/devices/gpu_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace waypoint {

namespace {

constexpr std::string_view kNotBuilt =
    "this waypoint-train was built with a LibTorch without CUDA: run tools/setup --torch=pip, which builds one "
    "with it in build/release-cuda";

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::size_t> number(std::string_view text)
{
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// The GPU that an entry of CUDA_VISIBLE_DEVICES means.
std::optional<std::size_t> gpuNamed(std::string_view entry, const std::vector<DriverGpu> &gpus)
{
    if (const std::optional<std::size_t> index = number(entry))
        return *index < gpus.size() ? index : std::nullopt;
    const auto begins = [entry](const DriverGpu &gpu) { return gpu.uuid.starts_with(entry); };
    if (!entry.starts_with("GPU-") || std::ranges::count_if(gpus, begins) != 1)
        return std::nullopt;
    return static_cast<std::size_t>(std::ranges::find_if(gpus, begins) - gpus.begin());
}

std::string cudaVersion(int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); }

/// Within one major version CUDA runs on any driver of that version.
bool driverIsTooOld(const GpuSources &sources)
{
    return sources.driver.cuda > 0 && sources.driver.cuda / 1000 < sources.libtorch.cuda / 1000;
}

std::string hiddenText(const GpuSources &sources)
{
    if (sources.visible)
        return fmt::format("hidden by CUDA_VISIBLE_DEVICES={}: add it there, or unset the variable", *sources.visible);
    return "LibTorch does not see it: nvidia-smi may say why";
}

DeviceInfo gpuInfo(std::string name, const DriverGpu *gpu)
{
    DeviceInfo info;
    info.name = std::move(name);
    info.model = gpu && !gpu->model.empty() ? gpu->model : "GPU";
    if (!gpu)
        return info;
    info.uuid = gpu->uuid;
    info.pciBus = gpu->pciBus;
    info.totalBytes = gpu->totalBytes;
    info.freeBytes = gpu->freeBytes;
    info.utilisation = gpu->utilisation;
    return info;
}

/// Index of the driver's GPU behind each cuda:N of LibTorch; none where nobody can tell.
std::vector<std::optional<std::size_t>> matchGpus(const GpuSources &sources)
{
    const std::vector<DriverGpu> &gpus = sources.driver.gpus;
    const std::vector<std::size_t> visible = visibleGpus(gpus, sources.visible);
    std::vector<std::optional<std::size_t>> matches;
    for (const std::string &bus : sources.libtorch.pciBuses) {
        const auto found = std::ranges::find(gpus, bus, &DriverGpu::pciBus);
        const std::size_t n = matches.size();
        if (!bus.empty() && found != gpus.end())
            matches.emplace_back(static_cast<std::size_t>(found - gpus.begin()));
        else if (bus.empty() && n < visible.size() && visible.size() == sources.libtorch.pciBuses.size())
            matches.emplace_back(visible[n]);
        else
            matches.emplace_back();
    }
    return matches;
}

void appendUsable(const GpuSources &sources, std::vector<DeviceInfo> &devices, std::vector<std::size_t> &named)
{
    for (const std::optional<std::size_t> &match : matchGpus(sources)) {
        const DriverGpu *const gpu = match ? &sources.driver.gpus[*match] : nullptr;
        devices.push_back(gpuInfo(fmt::format("cuda:{}", devices.size()), gpu));
        devices.back().usable = true;
        if (match)
            named.push_back(*match);
    }
}

/// Those that LibTorch would see, if it could see any.
void appendUnusable(const GpuSources &sources, std::vector<DeviceInfo> &devices, std::vector<std::size_t> &named)
{
    named = visibleGpus(sources.driver.gpus, sources.visible);
    const std::string reason = whyNoGpu(sources);
    for (const std::size_t i : named) {
        devices.push_back(gpuInfo(fmt::format("cuda:{}", devices.size()), &sources.driver.gpus[i]));
        devices.back().reason = reason;
    }
}

std::string listed(const DeviceInfo &device)
{
    std::string text = device.name;
    if (!device.model.empty())
        text +=
            " (" + device.model + (device.uuid.empty() || device.uuid == device.name ? "" : ", " + device.uuid) + ")";
    return device.usable ? text : text + " (not usable)";
}

Error notThere(const std::string &wanted, const std::vector<DeviceInfo> &devices, const std::string &noGpu)
{
    std::string there;
    for (const DeviceInfo &device : devices)
        there += (there.empty() ? "" : ", ") + listed(device);
    const bool asksForGpu = wanted != "cpu" && !noGpu.empty();
    return Error{ErrorCode::NoDevice,
                 fmt::format("no device '{}' here{}; there {} {}", wanted, asksForGpu ? ": " + noGpu : "",
                             devices.size() == 1 ? "is" : "are", there)};
}

bool matchesUuid(const DeviceInfo &device, const std::string &wanted)
{
    return !wanted.empty() && !device.uuid.empty()
           && (device.uuid.starts_with(wanted) || device.uuid.starts_with("GPU-" + wanted));
}

/// Names first; a UUID's beginning counts where only one has it.
std::vector<const DeviceInfo *> candidates(const std::string &wanted, const std::vector<DeviceInfo> &devices)
{
    const std::string name = wanted == "cuda" ? "cuda:0" : wanted == "cpu:0" ? "cpu" : wanted;
    std::vector<const DeviceInfo *> found;
    for (const DeviceInfo &device : devices) {
        if (device.name == name || device.uuid == name)
            return {&device};
        if (matchesUuid(device, name))
            found.push_back(&device);
    }
    return found;
}

}  // namespace

std::vector<std::size_t> visibleGpus(const std::vector<DriverGpu> &gpus, const std::optional<std::string> &visible)
{
    std::vector<std::size_t> order;
    if (!visible) {
        for (std::size_t i = 0; i < gpus.size(); ++i)
            order.push_back(i);
        return order;
    }
    std::string_view rest = *visible;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        const std::optional<std::size_t> gpu = gpuNamed(trimmed(rest.substr(0, comma)), gpus);
        if (!gpu)
            return order;
        if (std::ranges::find(order, *gpu) != order.end())
            return {};
        order.push_back(*gpu);
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    return order;
}

std::vector<DeviceInfo> listGpus(const GpuSources &sources)
{
    std::vector<DeviceInfo> devices;
    std::vector<std::size_t> named;
    if (sources.libtorch.pciBuses.empty())
        appendUnusable(sources, devices, named);
    else
        appendUsable(sources, devices, named);
    for (std::size_t i = 0; i < sources.driver.gpus.size(); ++i) {
        const DriverGpu &gpu = sources.driver.gpus[i];
        if (std::ranges::find(named, i) != named.end())
            continue;
        devices.push_back(gpuInfo(gpu.uuid.empty() ? gpu.pciBus : gpu.uuid, &gpu));
        devices.back().reason = sources.libtorch.built ? hiddenText(sources) : kNotBuilt;
    }
    return devices;
}

std::string whyNoGpu(const GpuSources &sources)
{
    const auto &[driver, libtorch, visible] = sources;
    if (!libtorch.pciBuses.empty())
        return {};
    if (!libtorch.built && driver.gpus.empty())
        return fmt::format("no NVIDIA GPU was found, and {}", kNotBuilt);
    if (!libtorch.built)
        return std::string(kNotBuilt);
    if (!driver.problem.empty())
        return driver.problem;
    if (driver.gpus.empty())
        return "NVIDIA's driver finds no GPU";
    if (driverIsTooOld(sources))
        return fmt::format("NVIDIA's driver {} serves CUDA up to {} and this LibTorch needs {}: update the driver",
                           driver.version, cudaVersion(driver.cuda), cudaVersion(libtorch.cuda));
    if (visibleGpus(driver.gpus, visible).empty())
        return fmt::format("CUDA_VISIBLE_DEVICES={} hides all GPUs: unset it", visible.value_or(""));
    return libtorch.problem.empty() ? "LibTorch finds no GPU that it can use: nvidia-smi may say why"
                                    : "LibTorch says: " + libtorch.problem;
}

Result<std::string> chooseDevice(const std::string &wanted, const std::vector<DeviceInfo> &devices,
                                 const std::string &noGpu)
{
    const std::vector<const DeviceInfo *> found = candidates(wanted, devices);
    if (found.empty())
        return notThere(wanted, devices, noGpu);
    if (found.size() > 1)
        return Error{ErrorCode::NoDevice, fmt::format("'{}' begins the UUID of {} devices: {} and {}", wanted,
                                                      found.size(), listed(*found[0]), listed(*found[1]))};
    const DeviceInfo &device = *found.front();
    if (!device.usable)
        return Error{ErrorCode::NoDevice, fmt::format("{} ({}): {}", device.name, device.model, device.reason)};
    return device.name;
}

}  // namespace waypoint
