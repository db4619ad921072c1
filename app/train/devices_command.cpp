// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/train/devices_command.h"

#include "core/training/devices/libtorch_cuda.h"
#include "core/training/devices/processor.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>

#include <poll.h>
#include <unistd.h>

namespace waypoint {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::seconds kLookEvery{2};

/// "85.9 GB", in decimal units as nvidia-smi's totals are printed on the box.
std::string gigabytes(std::int64_t bytes) { return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9); }

std::string memoryText(const DeviceInfo &device)
{
    if (!device.totalBytes)
        return {};
    if (!device.freeBytes)
        return gigabytes(*device.totalBytes) + " memory";
    return gigabytes(*device.freeBytes) + " of " + gigabytes(*device.totalBytes) + " free";
}

std::string factsText(const DeviceInfo &device)
{
    std::string text;
    const auto add = [&text](const std::string &fact) {
        if (!fact.empty())
            text += (text.empty() ? "" : ", ") + fact;
    };
    add(memoryText(device));
    if (device.utilisation)
        add(fmt::format("{:.0f} % busy", *device.utilisation * 100));
    add(device.uuid == device.name ? "" : device.uuid);
    add(device.pciBus);
    return text;
}

std::string deviceText(const DeviceInfo &device, std::size_t width)
{
    std::string text = fmt::format("{:<{}}  {}\n", device.name, width, device.model);
    const std::string indent(width + 2, ' ');
    if (const std::string facts = factsText(device); !facts.empty())
        text += indent + facts + '\n';
    if (!device.usable)
        text += indent + "not usable: " + device.reason + '\n';
    return text;
}

std::string factsLine(const ComputeFacts &facts)
{
    const std::string cuda = facts.cuda.empty() ? "without CUDA" : "with CUDA " + facts.cuda;
    std::string text = fmt::format("LibTorch {} {}, BLAS {}, oneDNN {}\n", facts.libtorch, cuda, facts.blas,
                                   facts.onednn ? "on" : "off");
    if (facts.blas.starts_with("libblas"))
        text += "This BLAS is the reference, about 30 times slower than OpenBLAS: install libopenblas0-pthread\n";
    return text;
}

template<typename T>
Json orNull(const std::optional<T> &value)
{
    return value ? Json(*value) : Json();
}

Json orNull(const std::string &text) { return text.empty() ? Json() : Json(text); }

/// N of "cuda:N"; null for names that carry none.
Json indexOf(const std::string &name)
{
    const std::size_t colon = name.find(':');
    int index = 0;
    if (!name.starts_with("cuda:")
        || std::from_chars(name.data() + colon + 1, name.data() + name.size(), index).ec != std::errc())
        return {};
    return index;
}

Json deviceJson(const DeviceInfo &device)
{
    return {{"name", device.name},
            {"type", device.name == "cpu" ? "cpu" : "cuda"},
            {"index", indexOf(device.name)},
            {"model", device.model},
            {"uuid", orNull(device.uuid)},
            {"pci_bus", orNull(device.pciBus)},
            {"total_bytes", orNull(device.totalBytes)},
            {"free_bytes", orNull(device.freeBytes)},
            {"utilisation", orNull(device.utilisation)},
            {"usable", device.usable},
            {"reason", orNull(device.reason)}};
}

ComputeFacts gatherFacts()
{
    const LibTorchCuda cuda = askLibTorchForCuda();
    return {.libtorch = libtorchVersion(),
            .cuda = cuda.built ? fmt::format("{}.{}", cuda.cuda / 1000, cuda.cuda % 1000 / 10) : "",
            .blas = blasName(),
            .onednn = onednnEnabled(),
            .noGpu = whyNoGpuHere()};
}

int write(const std::string &text)
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
        return 0;
    fmt::print(stderr, "waypoint-train: standard output: {}; free some space or choose another place\n",
               std::strerror(errno));
    return 2;
}

/// Waits for the next look; false once standard input has ended or standard output has nobody who reads.
bool waitUntil(std::chrono::steady_clock::time_point next)
{
    while (true) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(next - std::chrono::steady_clock::now());
        std::array<pollfd, 2> streams{{{STDIN_FILENO, POLLIN, 0}, {STDOUT_FILENO, 0, 0}}};
        const int ready = ::poll(streams.data(), streams.size(), std::max(0, static_cast<int>(left.count()) + 1));
        if (ready == 0 || (ready < 0 && errno != EINTR))
            return ready == 0;
        if (ready < 0)
            continue;
        std::array<char, 256> ignored{};
        if (streams[1].revents != 0 || ::read(STDIN_FILENO, ignored.data(), ignored.size()) <= 0)
            return false;
    }
}

int watch()
{
    std::signal(SIGPIPE, SIG_IGN);
    const ComputeFacts facts = gatherFacts();
    DeviceWatch devices;
    auto next = std::chrono::steady_clock::now();
    do {
        const std::string line = devicesJson(devices.look(), facts, -1);
        const bool written =
            std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::fflush(stdout) == 0;
        if (!written)
            return 0;  // whoever asked has gone
        next += kLookEvery;
    } while (waitUntil(next));
    return 0;
}

}  // namespace

std::string devicesText(const std::vector<DeviceInfo> &devices, const ComputeFacts &facts)
{
    std::size_t width = 0;
    for (const DeviceInfo &device : devices)
        width = std::max(width, device.name.size());
    std::string text;
    for (const DeviceInfo &device : devices)
        text += deviceText(device, width);
    text += '\n' + factsLine(facts);
    // Where GPUs are listed as not usable, each has said why already.
    const bool saidAlready = std::ranges::find(devices, facts.noGpu, &DeviceInfo::reason) != devices.end();
    if (!facts.noGpu.empty() && !saidAlready)
        text += "No GPU: " + facts.noGpu + '\n';
    return text;
}

std::string devicesJson(const std::vector<DeviceInfo> &devices, const ComputeFacts &facts, int indent)
{
    Json list = Json::array();
    for (const DeviceInfo &device : devices)
        list.push_back(deviceJson(device));
    const Json document = {{"version", WAYPOINT_VERSION},
                           {"devices", std::move(list)},
                           {"libtorch", {{"version", facts.libtorch}, {"cuda", orNull(facts.cuda)}}},
                           {"blas", facts.blas},
                           {"onednn", facts.onednn},
                           {"no_gpu", orNull(facts.noGpu)}};
    return document.dump(indent, ' ', false, Json::error_handler_t::replace) + '\n';
}

void addDevicesCommand(CLI::App &app, int &status)
{
    CLI::App *const command =
        app.add_subcommand("devices", "Lists what can train here: memory, use, and why a GPU cannot be used");
    const auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "Write one JSON document");
    const auto watches = std::make_shared<bool>(false);
    command->add_flag("--watch", *watches, "Write a line at once and every 2 s, until standard input ends")
        ->needs("--json");
    command->callback([json, watches, &status] {
        if (*watches) {
            status = watch();
            return;
        }
        const std::vector<DeviceInfo> devices = listDevices();
        const ComputeFacts facts = gatherFacts();
        status = write(*json ? devicesJson(devices, facts) : devicesText(devices, facts));
    });
}

}  // namespace waypoint
