// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <string>

namespace waypoint {

/// Whose layout a checkpoint has, by the keys of its root (for a folder or archive: by its members): "lightning",
/// "stable-diffusion" (weights alone; a whole one is Lightning's), "mmengine", "composer", "fairseq", "detectron2",
/// "ultralytics", "timm", "imagenet-example", "fastai", "ignite", "hf-trainer", "accelerate", "deepspeed", "sb3",
/// "torchtitan", "peft". Empty where it is nobody's.
///
/// Requires: entries and format are set.
[[nodiscard]] std::string findLayout(const Checkpoint &checkpoint);

}  // namespace waypoint
