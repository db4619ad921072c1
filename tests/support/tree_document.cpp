// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tree_document.h"

#include "app/inspect/tree_json.h"

#include <string>

namespace waypoint::test {

nlohmann::json treeDocument(const Checkpoint &checkpoint, const std::filesystem::path &file)
{
    std::string text;
    JsonWriter writer([&text](std::string_view piece) { text += piece; });
    writeTreeJson(checkpoint, file.string(), {.sha256 = true, .openSeconds = {}}, writer);
    return nlohmann::json::parse(text);
}

}  // namespace waypoint::test
