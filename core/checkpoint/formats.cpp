// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpoint.h"

namespace waypoint {

std::string_view formatName(Format format)
{
    switch (format) {
    case Format::TorchZip:
        return "torch-zip";
    case Format::TorchLegacy:
        return "torch-legacy";
    case Format::TorchTar:
        return "torch-tar";
    case Format::TorchScript:
        return "torchscript";
    case Format::Pickle:
        return "pickle";
    case Format::Safetensors:
        return "safetensors";
    case Format::SafetensorsIndex:
        return "safetensors-index";
    case Format::TorchIndex:
        return "torch-index";
    case Format::TorchDcp:
        return "torch-dcp";
    case Format::Archive:
        return "archive";
    }
    return "";
}

std::string_view roleName(Role role)
{
    switch (role) {
    case Role::Model:
        return "model";
    case Role::Optimizer:
        return "optimizer";
    case Role::Scheduler:
        return "scheduler";
    case Role::Epoch:
        return "epoch";
    case Role::Step:
        return "step";
    case Role::Loss:
        return "loss";
    case Role::Metric:
        return "metric";
    case Role::Rng:
        return "rng";
    case Role::Scaler:
        return "scaler";
    case Role::Ema:
        return "ema";
    case Role::Config:
        return "config";
    case Role::Module:
        return "module";
    case Role::Curve:
        return "curve";
    }
    return "";
}

}  // namespace waypoint
