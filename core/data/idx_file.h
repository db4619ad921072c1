// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace waypoint {

/// An IDX file of bytes, as MNIST and its kin come: sizes and then the numbers, row-major.
struct IdxFile
{
    std::vector<std::int64_t> sizes;
    std::vector<std::uint8_t> bytes;
};

/// Reads one, also packed with gzip. `dimensions` is how many sizes there have to be. Memory is taken only after the
/// sizes were compared with the file. Corrupt, Truncated or Unsupported with the file.
/// Format: http://yann.lecun.com/exdb/mnist, "THE IDX FILE FORMAT".
Result<IdxFile> readIdxFile(const std::filesystem::path &path, std::size_t dimensions);

}  // namespace waypoint
