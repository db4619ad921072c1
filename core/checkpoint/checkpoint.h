// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/entry_tree.h"
#include "core/pickle/global_use.h"
#include "core/pickle/value_tree.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// The container a checkpoint came in.
enum class Format {
    TorchZip,
    TorchLegacy,
    TorchTar,
    TorchScript,
    Pickle,
    Safetensors,
    SafetensorsIndex,
    TorchIndex,
    TorchDcp,
    Archive,
};

/// "torch-zip", "safetensors-index", ...: the names of the command line's `format`.
[[nodiscard]] std::string_view formatName(Format format);

enum class Role { Model, Optimizer, Scheduler, Epoch, Step, Loss, Metric, Rng, Scaler, Ema, Config, Module, Curve };

/// "model", "optimizer", ...: the names of the command line's `role`.
[[nodiscard]] std::string_view roleName(Role role);

enum class Certainty { Certain, Likely };

/// A part of a checkpoint and what it is for, found by its structure.
struct Section
{
    EntryId entry = kRootEntry;
    Role role = Role::Model;
    std::string className;  ///< "Adam", "MultiStepLR", "__main__.Net"; empty where nothing is known
    Certainty certainty = Certainty::Certain;
    std::vector<std::string>
        parameters;                  ///< optimizer: parameter names in the order of its state; empty where undecided
    std::vector<EntryId> pairsWith;  ///< optimizer, scheduler, EMA: the model (or optimizer) they belong to
    std::string note;                ///< one sentence for people: why it is only likely, what is missing
};

/// Something a person should know about a file that can be read all the same.
struct Warning
{
    std::string text;          ///< one sentence
    EntryId entry = kNoEntry;  ///< where it concerns one entry
};

/// A checkpoint as it was when it was opened. Immutable once built; shared between threads.
struct Checkpoint
{
    std::filesystem::path path;
    ByteCount fileBytes;  ///< of all files it consists of
    Format format = Format::TorchZip;
    std::string layout;  ///< "lightning", "hf-trainer", ...; empty where it is nobody's
    std::vector<std::pair<std::string, std::string>> container;  ///< facts for people: {"version record", "3"}
    ValueTree values;
    ValueId root;
    EntryTree entries;
    std::vector<Section> sections;
    std::vector<GlobalUse> globals;
    std::vector<Warning> warnings;

    Checkpoint() = default;
    Checkpoint(const Checkpoint &) = delete;  // `entries` points at `values`
    Checkpoint &operator=(const Checkpoint &) = delete;
};

using CheckpointPtr = std::shared_ptr<const Checkpoint>;

}  // namespace waypoint
