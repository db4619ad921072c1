// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace waypoint {

/// A kind of file that is no checkpoint, and what a person who has one wants to know.
struct FileKind
{
    std::string_view name;    ///< ends the sentence "it is ..."
    std::string_view advice;  ///< a sentence, may be empty
    ErrorCode code = ErrorCode::NotACheckpoint;
};

/// Names a binary file by the bytes it begins with. Nothing where they are nobody's.
[[nodiscard]] std::optional<FileKind> binaryFileKind(std::span<const std::byte> head);

/// Names a text by what it looks like: a web page, JSON, Python source, ... Requires: `head` is text.
[[nodiscard]] FileKind textFileKind(std::string_view head);

}  // namespace waypoint
