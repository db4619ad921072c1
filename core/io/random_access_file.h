// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/units.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace waypoint {

/// Bytes that can be read at any position. Positioned reads rather than a memory map: a trainer may be
/// rewriting the file, and a mapped file that shrinks kills the process where a short read is an error.
class RandomAccessFile
{
public:
    virtual ~RandomAccessFile() = default;

    /// Bytes there were when it was opened.
    [[nodiscard]] virtual ByteCount size() const = 0;

    /// What to call it in a message: a path, or "archive.pt: data/0" for a part of one.
    [[nodiscard]] virtual const std::string &name() const = 0;

    /// Reads exactly like pread(2): no file position, safe to call from several threads at once.
    /// Fewer bytes than asked for means end of file; an error means the disk said no.
    virtual Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const = 0;
};

using FilePtr = std::shared_ptr<const RandomAccessFile>;

/// Opens a regular file for reading. NotFound, NoPermission or ReadFailed (a folder, a device, a pipe).
Result<FilePtr> openFile(const std::filesystem::path &path);

/// Bytes in memory that look like a file: an inflated zip member, a test's input.
FilePtr memoryFile(std::string name, std::vector<std::byte> bytes);

/// The window `range` of another file, as a file of its own. Requires: `range` lies within `file`.
FilePtr fileWindow(FilePtr file, ByteRange range, std::string name);

/// All bytes of `range`, or Truncated at the byte where the file ends.
/// Memory is taken only for bytes that exist.
Result<std::vector<std::byte>> readRange(const RandomAccessFile &file, ByteRange range);

}  // namespace waypoint
