// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/nested_streams.h"
#include "core/checkpoint/reader.h"

#include <string_view>

namespace waypoint {

/// Looks for pickles that hide in the values from `first` on: byte strings that are one, and text that is the
/// base64 of one. Loading the file does not run them, the program that unpacks them would: what they name is recorded
/// in `into.globals`, with a member that says where, after that of the pickle itself. Bytes that `known` (may be null)
/// has read as tensors are left out. `file` holds the pickle.
///
/// Bounded in number, bytes and depth; nothing is added to the values.
void scanPicklesInStrings(ValueId first, const FilePtr &file, std::string_view member, const NestedStreams *known,
                          const OpenOptions &options, Checkpoint &into);

}  // namespace waypoint
