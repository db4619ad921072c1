// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/pickle/value_tree.h"

#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// What a JSON text held.
struct JsonRead
{
    ValueId root;
    std::vector<std::string> warnings;  ///< one sentence each: keys given twice
};

/// Turns JSON into values: objects into Dicts, arrays into Lists, integers of any size exactly. Of a key that is
/// given twice the last value stays, with a warning, as in Python.
///
/// Errors: Corrupt at the byte of `text` where it stops being JSON, TooLarge for nesting deeper than
/// Limits::entryDepth or more values than Limits::treeBytes hold.
Result<JsonRead> readJson(std::string_view text, ValueTree &into, const Limits &limits = {});

}  // namespace waypoint
