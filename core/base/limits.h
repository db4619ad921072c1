// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace waypoint {

/// Ceilings that keep a hostile file from taking memory or time. Real checkpoints stay far below.
/// A reader also checks every announced size against the bytes that are left before it takes memory.
struct Limits
{
    std::size_t entryDepth = 400;              ///< nesting shown in the tree of entries
    std::size_t entries = 3'000'000;           ///< rows of the tree of entries
    std::uint64_t treeBytes = 320u << 20;      ///< ValueTree::memory(); growing doubles it for a moment
    std::size_t stackDepth = 8'000'000;        ///< pickle stack and open marks
    std::size_t memo = 16'000'000;             ///< entries of the pickle memo
    std::size_t inlineBytes = 64u << 10;       ///< longer byte strings stay in the file and are read on demand
    std::size_t archiveEntries = 4'000'000;    ///< members of a zip or tar
    std::size_t headerBytes = 128u << 20;      ///< zip directory, safetensors header, JSON index
    std::uint64_t inflatedBytes = 512u << 20;  ///< one deflated member, unpacked in memory
    std::size_t nestedStreams = 8;             ///< a checkpoint inside a byte string inside a checkpoint
    std::size_t dimensions = 64;               ///< of a tensor; PyTorch itself stops at 64
};

}  // namespace waypoint
