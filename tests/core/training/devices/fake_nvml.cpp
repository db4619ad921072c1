// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later

// NVIDIA's management library of a machine with two GPUs, the second of which has a driver that tells little.
// FAKE_NVML_STATUS in the environment is what nvmlInit_v2 answers.

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kSuccess = 0;
constexpr int kNotSupported = 3;

bool isFirst(const void *device) { return reinterpret_cast<std::uintptr_t>(device) == 1; }

int answer(char *into, unsigned length, const char *text)
{
    std::strncpy(into, text, length);
    return kSuccess;
}

}  // namespace

extern "C" {

int nvmlInit_v2()
{
    const char *const status = std::getenv("FAKE_NVML_STATUS");
    return status ? std::atoi(status) : kSuccess;
}

int nvmlShutdown() { return kSuccess; }

int nvmlSystemGetDriverVersion(char *version, unsigned length) { return answer(version, length, "535.183.01"); }

int nvmlSystemGetCudaDriverVersion_v2(int *version)
{
    *version = 12020;
    return kSuccess;
}

int nvmlDeviceGetCount_v2(unsigned *count)
{
    *count = 2;
    return kSuccess;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device)
{
    *device = reinterpret_cast<void *>(static_cast<std::uintptr_t>(index) + 1);
    return kSuccess;
}

int nvmlDeviceGetName(void *device, char *name, unsigned length)
{
    return answer(name, length, isFirst(device) ? "NVIDIA H100 80GB HBM3" : "NVIDIA GeForce RTX 4090");
}

int nvmlDeviceGetUUID(void *device, char *uuid, unsigned length)
{
    return answer(uuid, length,
                  isFirst(device) ? "GPU-8c0b1d2e-0000-1111-2222-333344445555"
                                  : "GPU-8c9f0000-aaaa-bbbb-cccc-ddddeeeeffff");
}

int nvmlDeviceGetPciInfo_v3(void *device, void *info)
{
    // Two texts around five numbers: domain, bus, device, ...
    const unsigned numbers[] = {isFirst(device) ? 0u : 1u, isFirst(device) ? 0x3bu : 0x5eu, 0u, 0u, 0u};
    std::memcpy(static_cast<char *>(info) + 16, numbers, sizeof numbers);
    return kSuccess;
}

int nvmlDeviceGetMemoryInfo(void *device, void *memory)
{
    if (!isFirst(device))
        return kNotSupported;
    const unsigned long long numbers[] = {85899345920, 85000000000, 899345920};
    std::memcpy(memory, numbers, sizeof numbers);
    return kSuccess;
}

int nvmlDeviceGetUtilizationRates(void *device, void *rates)
{
    if (!isFirst(device))
        return kNotSupported;
    const unsigned numbers[] = {12, 3};
    std::memcpy(rates, numbers, sizeof numbers);
    return kSuccess;
}

}  // extern "C"
