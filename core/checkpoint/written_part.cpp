// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/written_part.h"

#include "core/base/printable.h"
#include "core/io/tar_directory.h"
#include "core/io/written_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace waypoint {

namespace {

/// A tar ends in zeros by its format: those behind its last member are no sign of damage.
bool endsAsTarsDo(const RandomAccessFile &file, ByteOffset end)
{
    constexpr std::uint64_t kBlock = 512;
    const auto head = readRange(file, {{}, {std::min(kBlock, file.size().value)}});
    if (!head || !looksLikeTar(*head))
        return false;
    const auto directory = readTarDirectory(file);
    return directory
           && std::all_of(directory->members.begin(), directory->members.end(), [end](const TarMember &member) {
                  return member.complete && member.data.start + member.data.length <= end;
              });
}

}  // namespace

FilePtr writtenPart(FilePtr file, Losses &losses)
{
    const auto end = writtenEnd(*file);
    if (!end || end->value == file->size().value || end->value == 0 || endsAsTarsDo(*file, *end))
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
