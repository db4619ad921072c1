// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/devices/libtorch_cuda.h"

#include "core/training/torch_headers.h"

#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/version.h>

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>

namespace waypoint {

namespace {

#if TORCH_VERSION_MAJOR >= 2
namespace warnings = c10::WarningUtils;
#else
namespace warnings = c10::Warning;
#endif

/// LibTorch explains in a warning, on standard error, why it finds no GPU: that belongs into the answer.
class WarningKeeper final : public c10::WarningHandler
{
public:
#if TORCH_VERSION_MAJOR >= 2
    void process(const c10::Warning &warning) override { m_text = warning.msg(); }
#else
    void process(const c10::SourceLocation &, const std::string &text, const bool) override { m_text = text; }
#endif
    [[nodiscard]] const std::string &text() const { return m_text; }

private:
    std::string m_text;
};

std::string firstLine(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

/// CUDA's runtime came with LibTorch; this call of it needs neither its headers nor a context on the GPU.
std::string pciBusOf(int index)
{
    using Function = int(char *, int, int);
    const auto pciBus = reinterpret_cast<Function *>(dlsym(RTLD_DEFAULT, "cudaDeviceGetPCIBusId"));
    std::array<char, 32> text{};
    if (!pciBus || pciBus(text.data(), static_cast<int>(text.size()), index) != 0)
        return {};
    std::string bus = text.data();
    std::ranges::transform(bus, bus.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return bus;
}

LibTorchCuda look()
{
    LibTorchCuda answer;
    WarningKeeper keeper;
    const warnings::WarningHandlerGuard guard(&keeper);
    try {
        const at::CUDAHooksInterface &hooks = at::detail::getCUDAHooks();
        answer.built = hooks.hasCUDART();
        if (!answer.built)
            return answer;
        answer.cuda = static_cast<int>(hooks.versionCUDART());
        for (int i = 0; i < hooks.getNumGPUs(); ++i)
            answer.pciBuses.push_back(pciBusOf(i));
        answer.problem = firstLine(keeper.text());
    } catch (const c10::Error &error) {
        answer.problem = firstLine(error.what_without_backtrace());
    } catch (const std::exception &error) {
        answer.problem = firstLine(error.what());
    }
    return answer;
}

}  // namespace

LibTorchCuda askLibTorchForCuda()
{
    static const LibTorchCuda answer = look();
    return answer;
}

Result<> tryDevice(const std::string &name)
{
    try {
        const at::Tensor ones = at::ones({256}, at::TensorOptions().device(at::Device(name)));
        if (ones.sum().item<float>() != 256)
            return Error{ErrorCode::NoDevice, name + " computes wrong sums"};
        return {};
    } catch (const c10::Error &error) {
        return Error{ErrorCode::NoDevice, name + ": " + firstLine(error.what_without_backtrace())};
    } catch (const std::exception &error) {
        return Error{ErrorCode::NoDevice, name + ": " + firstLine(error.what())};
    }
}

}  // namespace waypoint
