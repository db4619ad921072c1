// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/written_part.h"

#include "core/base/printable.h"
#include "core/io/written_end.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace waypoint {

FilePtr writtenPart(FilePtr file, Losses &losses)
{
    const auto end = writtenEnd(*file);
    if (!end || end->value == file->size().value || end->value == 0)
        return file;
    losses.damaged = true;
    losses.notes.push_back(fmt::format(
        "From byte {} to its end at {} '{}' holds nothing but zeros, as a crash leaves them; they count as lost.",
        groupedDigits(end->value), groupedDigits(file->size().value),
        printable(std::filesystem::path(file->name()).filename().string(), 120)));
    const std::string name = file->name();
    return fileWindow(std::move(file), {{}, {end->value}}, name);
}

}  // namespace waypoint
