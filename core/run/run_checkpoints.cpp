// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/write_error.h"
#include "core/run/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

/// The epoch in a name that RunPaths::epoch gives, and in no other.
std::optional<std::int64_t> epochInName(const std::string &name)
{
    constexpr std::string_view start = "epoch_";
    if (!name.starts_with(start))
        return std::nullopt;
    std::int64_t epoch = -1;
    std::from_chars(name.data() + start.size(), name.data() + name.size(), epoch);
    if (epoch < 0 || RunPaths({}).epoch(epoch).filename() != name)
        return std::nullopt;
    return epoch;
}

bool isFile(const fs::path &path)
{
    std::error_code problem;
    return fs::is_regular_file(path, problem);
}

/// The file a path leads to, however it is written.
fs::path whole(const fs::path &path)
{
    std::error_code problem;
    const auto absolute = fs::absolute(path, problem);
    auto result = fs::weakly_canonical(problem ? path : absolute, problem);
    return problem ? path : result;
}

}  // namespace

fs::path RunPaths::epoch(std::int64_t epoch) const { return checkpoints() / fmt::format("epoch_{:04}.pth", epoch); }

std::vector<std::pair<std::int64_t, fs::path>> epochCheckpoints(const RunPaths &paths)
{
    std::vector<std::pair<std::int64_t, fs::path>> found;
    std::error_code problem;
    fs::directory_iterator entry(paths.checkpoints(), problem);
    for (; !problem && entry != fs::directory_iterator(); entry.increment(problem))
        if (const auto epoch = epochInName(entry->path().filename().string()); epoch && isFile(entry->path()))
            found.emplace_back(*epoch, entry->path());
    std::sort(found.begin(), found.end());
    return found;
}

bool hasCheckpoint(const RunPaths &paths)
{
    return isFile(paths.last()) || isFile(paths.best()) || !epochCheckpoints(paths).empty();
}

std::optional<fs::path> runFolderOf(const fs::path &checkpoint)
{
    std::error_code problem;
    auto folder = fs::absolute(checkpoint, problem).lexically_normal();
    if (problem)
        return std::nullopt;
    if (!folder.has_filename())
        folder = folder.parent_path();
    for (int up = 0; up < 3; ++up, folder = folder.parent_path())
        if (isFile(RunPaths(folder).run()))
            return folder;
    return std::nullopt;
}

Result<void> removeOldCheckpoints(const RunPaths &paths, std::int64_t newest, std::int64_t keep,
                                  const std::vector<fs::path> &spare)
{
    auto old = epochCheckpoints(paths);
    std::erase_if(old, [&](const auto &file) { return file.first > newest; });
    if (keep <= 0 || old.size() <= static_cast<std::uint64_t>(keep))
        return {};
    old.resize(old.size() - static_cast<std::size_t>(keep));
    std::vector<fs::path> spared;
    for (const auto &path : spare)
        spared.push_back(whole(path));
    Result<void> result;
    for (const auto &[epoch, path] : old) {
        std::error_code problem;
        // A link is somebody else's, or the door to somebody else's file.
        if (fs::is_symlink(path, problem) || std::find(spared.begin(), spared.end(), whole(path)) != spared.end())
            continue;
        fs::remove(path, problem);
        if (problem && result)
            result = writeError(problem.value(), path);
    }
    return result;
}

}  // namespace waypoint
