// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"

#include <cstddef>
#include <cstdint>

namespace waypoint::fuzz {

/// The fuzzer's bytes as a file.
[[nodiscard]] FilePtr fileOf(const std::uint8_t *bytes, std::size_t size);

/// Does with a checkpoint what the programs do: lists it, writes every value as text, counts, reads small tensors.
/// Stops the program where the parts contradict each other.
void explore(const Checkpoint &checkpoint);

/// Rows, labels, paths and texts of a tree of values.
void explore(const EntryTree &entries);

/// Reads `file` with one reader, if it recognises it, and explores what came out.
void readWith(const CheckpointReader &reader, const FilePtr &file);

/// Runs the pickle machine and the rules on a bare pickle, and explores what came out.
void readPickle(const FilePtr &file);

/// Lists a zip archive and reads its members.
void readZip(const FilePtr &file);

}  // namespace waypoint::fuzz
