// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/json_error.h"

namespace waypoint {

Error jsonError(std::size_t position, std::string_view message)
{
    // "[json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing object key - ..."
    if (const auto found = message.find(": "); found != std::string_view::npos)
        message.remove_prefix(found + 2);
    std::string detail = "JSON: ";
    for (const char c : message.substr(0, 200))
        detail.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
    const bool early = message.find("unexpected end of input") != std::string_view::npos;
    return {.code = early ? ErrorCode::Truncated : ErrorCode::Corrupt,
            .detail = std::move(detail),
            .at = ByteOffset{position > 0 ? position - 1 : 0},
            .advice = {},
            .file = {}};
}

}  // namespace waypoint
