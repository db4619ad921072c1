// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/devices/processor.h"

#include "core/run/surroundings.h"
#include "core/training/devices/devices.h"
#include "core/training/torch_headers.h"

#include <ATen/Version.h>
#include <torch/version.h>

#include <dlfcn.h>
#include <malloc.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <mutex>
#include <string_view>

namespace waypoint {

namespace {

/// A C function of whatever BLAS was loaded with LibTorch; null where it has none of that name.
template<typename Function>
Function *blasFunction(const char *name)
{
    return reinterpret_cast<Function *>(dlsym(RTLD_DEFAULT, name));
}

/// The word behind `mark`: "2.6.0" behind "TORCH_VERSION=".
std::string wordBehind(std::string_view text, std::string_view mark)
{
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = text.substr(at + mark.size());
    return std::string(rest.substr(0, rest.find_first_of(" ,;-\n")));
}

std::string openBlasName(const std::string &config)
{
    // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64": build options follow the version.
    std::string name = "OpenBLAS " + wordBehind(config, "OpenBLAS ");
    if (const auto parallel = blasFunction<int()>("openblas_get_parallel")) {
        static constexpr std::array<const char *, 3> kKinds = {" serial", " pthread", " openmp"};
        if (const int kind = parallel(); kind >= 0 && kind < 3)
            name += kKinds[static_cast<std::size_t>(kind)];
    }
    if (const auto core = blasFunction<char *()>("openblas_get_corename"))
        name += std::string(" ") + core();
    return name;
}

std::string blasFileName()
{
    void *const product = dlsym(RTLD_DEFAULT, "sgemm_");
    Dl_info info;
    if (!product || dladdr(product, &info) == 0 || !info.dli_fname)
        return "unknown";
    std::error_code error;
    const std::filesystem::path file = std::filesystem::canonical(info.dli_fname, error);
    return (error ? std::filesystem::path(info.dli_fname) : file).filename().string();
}

void runOperatorsInSequence()
{
    static std::once_flag once;
    std::call_once(once, [] {
        try {
            at::set_num_interop_threads(1);
        } catch (const std::exception &) {
            // Set before, or operators have run already: LibTorch takes the count only once.
        }
    });
}

std::string deviceModel(const std::string &device)
{
    if (device == "cpu")
        return processorModel();
    const std::vector<DeviceInfo> devices = listDevices();
    const auto found = std::ranges::find(devices, device, &DeviceInfo::name);
    return found == devices.end() ? device : found->model;
}

}  // namespace

std::int64_t atenThreads() { return at::get_num_threads(); }

std::int64_t blasThreads()
{
    if (at::hasMKL())
        return at::get_num_threads();  // LibTorch hands its own count on to MKL
    const auto threads = blasFunction<int()>("openblas_get_num_threads");
    return threads ? threads() : 0;
}

void setThreads(std::int64_t count)
{
    runOperatorsInSequence();
    at::set_num_threads(static_cast<int>(count));
    if (const auto setBlasThreads = blasFunction<void(int)>("openblas_set_num_threads"))
        setBlasThreads(static_cast<int>(count));
}

void keepFreedMemory()
{
#ifdef __GLIBC__
    constexpr int kMiB = 1 << 20;
    mallopt(M_MMAP_THRESHOLD, 32 * kMiB);  // the most that it takes
    mallopt(M_TRIM_THRESHOLD, 1024 * kMiB);
    mallopt(M_TOP_PAD, 64 * kMiB);
#endif
}

void useDeterministicAlgorithms()
{
    // cuBLAS reads it once, and without it has workspaces whose use depends on timing.
    setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
    at::globalContext().setDeterministicCuDNN(true);
    at::globalContext().setBenchmarkCuDNN(false);
    // Warned about rather than refused: a few operators have no other way, and a run is worth more than its last bit.
    at::globalContext().setDeterministicAlgorithms(true, true);
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 2)
    at::globalContext().setDeterministicFillUninitializedMemory(
        false);  // a help for debugging that costs every allocation
#endif
}

std::string blasName()
{
    if (at::hasMKL())
        return "MKL " + wordBehind(at::get_mkl_version(), "Version ");
    if (const auto config = blasFunction<char *()>("openblas_get_config"))
        return openBlasName(config());
    return blasFileName();
}

bool onednnEnabled() { return at::globalContext().hasMKLDNN() && at::globalContext().userEnabledMkldnn(); }

std::string libtorchVersion()
{
    const std::string version = wordBehind(at::show_config(), "TORCH_VERSION=");
    return version.empty() ? TORCH_VERSION : version;
}

std::string processorModel(const std::filesystem::path &cpuinfo)
{
    std::ifstream file(cpuinfo);
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos)
            return line.substr(colon + 2);
    }
    utsname system;
    return uname(&system) == 0 ? std::string(system.machine) : std::string();
}

RunEnvironment describeEnvironment(const std::string &device)
{
    return {.libtorch = libtorchVersion(),
            .waypoint = WAYPOINT_VERSION,
            .atenThreads = atenThreads(),
            .blasThreads = blasThreads(),
            .blas = blasName(),
            .onednn = onednnEnabled(),
            .device = deviceModel(device),
            .host = hostName()};
}

}  // namespace waypoint
