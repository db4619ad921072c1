// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/shard_names.h"

#include "core/io/temporary_file.h"
#include "core/io/write_error.h"

#include <fmt/format.h>

#include <string_view>
#include <system_error>

namespace waypoint {

namespace {

constexpr std::string_view kIndexEnding = ".index.json";
constexpr std::string_view kFileEndings[] = {".safetensors", ".bin", ".pth", ".pt", ".ckpt"};

bool cutEnding(std::string &name, std::string_view ending)
{
    const bool has = name.size() > ending.size() && name.ends_with(ending);
    if (has)
        name.resize(name.size() - ending.size());
    return has;
}

}  // namespace

Result<ShardNames> ShardNames::of(const std::filesystem::path &path, bool safetensors)
{
    std::error_code error;
    ShardNames names;
    names.m_base = safetensors ? "model" : "pytorch_model";
    names.m_ending = safetensors ? ".safetensors" : ".bin";
    if (!path.has_filename() || !path.has_extension() || std::filesystem::is_directory(path, error)) {
        names.m_folder = path;
        names.m_isNewFolder = std::filesystem::create_directory(path, error);
        if (error)
            return writeError(error.value(), path);
        return names;
    }
    names.m_folder = parentFolder(path);
    names.m_base = path.filename().string();
    cutEnding(names.m_base, kIndexEnding);
    for (const std::string_view ending : kFileEndings)
        if (cutEnding(names.m_base, ending))
            break;
    return names;
}

std::filesystem::path ShardNames::shard(std::size_t number, std::size_t count) const
{
    return m_folder / fmt::format("{}-{:05}-of-{:05}{}", m_base, number + 1, count, m_ending);
}

std::filesystem::path ShardNames::index() const
{
    return m_folder / fmt::format("{}{}{}", m_base, m_ending, kIndexEnding);
}

void ShardNames::removeNewFolder() const
{
    std::error_code ignored;  // somebody may have put something there
    if (m_isNewFolder)
        std::filesystem::remove(m_folder, ignored);
}

}  // namespace waypoint
