// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/export_plan.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace waypoint {

namespace {

struct Known
{
    ExportFormat format;
    std::string_view name;    ///< on the command line
    std::string_view suffix;  ///< of its files
};

constexpr std::array<Known, 6> kKnown{{{ExportFormat::TorchZip, "pth", ".pth"},
                                       {ExportFormat::TorchLegacy, "pth-legacy", ".pth"},
                                       {ExportFormat::Safetensors, "safetensors", ".safetensors"},
                                       {ExportFormat::Npz, "npz", ".npz"},
                                       {ExportFormat::Npy, "npy", ".npy"},
                                       {ExportFormat::LibTorch, "libtorch", ".pt"}}};

const Known &known(ExportFormat format)
{
    return *std::find_if(kKnown.begin(), kKnown.end(), [&](const Known &one) { return one.format == format; });
}

}  // namespace

std::string_view exportFormatName(ExportFormat format) { return known(format).name; }

std::optional<ExportFormat> exportFormatFromName(std::string_view name)
{
    const auto *const found =
        std::find_if(kKnown.begin(), kKnown.end(), [&](const Known &one) { return one.name == name; });
    return found == kKnown.end() ? std::nullopt : std::optional(found->format);
}

// A .pt file is as often one of torch.save as one for C++, and only one of the two can be meant without a word.
ExportFormat exportFormatOf(const std::filesystem::path &path)
{
    std::string suffix = path.extension().string();
    std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (const ExportFormat format : {ExportFormat::Safetensors, ExportFormat::Npz, ExportFormat::Npy})
        if (suffix == known(format).suffix)
            return format;
    const std::string name = path.filename().string();
    const bool isIndex = name.ends_with(".safetensors.index.json");
    return isIndex ? ExportFormat::Safetensors : ExportFormat::TorchZip;
}

std::string_view exportSuffix(ExportFormat format) { return known(format).suffix; }

}  // namespace waypoint
