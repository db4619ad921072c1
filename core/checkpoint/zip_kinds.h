// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/zip_archive.h"

namespace waypoint {

/// What a zip without a checkpoint in it is, by the names of its members: a NumPy .npz, an office document, half of
/// a torch file, ...
[[nodiscard]] Error diagnoseZip(const ZipArchive &archive);

/// Whether the members say that this is a known format of another kind, so that none of them is to be read as a
/// checkpoint.
[[nodiscard]] bool isOtherZip(const ZipArchive &archive);

}  // namespace waypoint
