// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_snapshot.h"

#include "core/io/atomic_file.h"
#include "core/io/random_access_file.h"
#include "core/run/surroundings.h"
#include "ui/models/text.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <system_error>
#include <tuple>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLastWords = 8192;  ///< bytes
constexpr std::uint64_t kFull = 1'000'000;  ///< bytes: less is as good as nothing

std::int64_t millisecondsOf(fs::file_time_type time)
{
    const auto utc = std::chrono::file_clock::to_sys(time);
    return std::chrono::duration_cast<std::chrono::milliseconds>(utc.time_since_epoch()).count();
}

/// Nothing where it is not there: the trainer may just have removed it.
std::optional<RunFile> fileAt(const fs::path &path, RunFile::Kind kind, std::optional<std::int64_t> epoch = {})
{
    std::error_code problem;
    const std::uint64_t bytes = fs::file_size(path, problem);
    if (problem)
        return std::nullopt;
    const auto modified = fs::last_write_time(path, problem);
    return RunFile{path, kind, epoch, bytes, problem ? 0 : millisecondsOf(modified)};
}

std::vector<RunFile> checkpointsOf(const RunPaths &paths)
{
    std::vector<RunFile> files;
    const auto add = [&files](std::optional<RunFile> file) {
        if (file)
            files.push_back(*std::move(file));
    };
    const auto epochs = epochCheckpoints(paths);
    for (auto each = epochs.rbegin(); each != epochs.rend(); ++each)
        add(fileAt(each->second, RunFile::Kind::Epoch, each->first));
    add(fileAt(paths.best(), RunFile::Kind::Best));
    add(fileAt(paths.last(), RunFile::Kind::Last));
    return files;
}

/// Whole lines: the first one, where it begins before what is read, is left out.
std::string endOf(const fs::path &log)
{
    const auto file = openFile(log);
    if (!file)
        return {};
    const std::uint64_t size = (*file)->size().value;
    const std::uint64_t start = size > kLastWords ? size - kLastWords : 0;
    const auto bytes = readRange(**file, {{start}, {size - start}});
    if (!bytes)
        return {};
    std::string text(reinterpret_cast<const char *>(bytes->data()), bytes->size());
    if (start > 0)
        if (const auto firstBreak = text.find('\n'); firstBreak != std::string::npos)
            text.erase(0, firstBreak + 1);
    return text;
}

/// Seconds since 1970; 0 where the system does not say.
double startOfComputer()
{
    std::ifstream stat("/proc/stat");
    for (std::string line; std::getline(stat, line);) {
        if (!line.starts_with("btime "))
            continue;
        std::int64_t seconds = 0;
        std::from_chars(line.data() + 6, line.data() + line.size(), seconds);
        return static_cast<double>(seconds);
    }
    return 0;
}

bool hasRebootedSince(const RunSnapshot &snapshot)
{
    return snapshot.isHere && !snapshot.view.alive && snapshot.view.status.heartbeat > 0
           && startOfComputer() > snapshot.view.status.heartbeat;
}

std::optional<Error> troubleIn(const fs::path &status)
{
    const auto text = readText(status);
    if (!text)
        return text.error();
    const auto parsed = parseStatus(*text);
    return parsed ? std::nullopt : std::optional(parsed.error());
}

void lookInside(const RunPaths &paths, RunSnapshot &snapshot)
{
    if (auto view = viewRun(paths.folder)) {
        snapshot.view = *std::move(view);
    } else {
        snapshot.error = view.error();
        snapshot.view = viewTrainer(paths);
    }
    snapshot.statusError = troubleIn(paths.status());
    const std::string &host = snapshot.view.status.host;
    snapshot.isHere = host.empty() || host == hostName();
    snapshot.hasRebooted = hasRebootedSince(snapshot);
    snapshot.checkpoints = checkpointsOf(paths);
    snapshot.lastWords = endOf(paths.log());
}

auto factsOf(const RunSnapshot &each)
{
    return std::tie(each.folder, each.exists, each.error, each.statusError, each.view.description.config,
                    each.view.description.environment, each.view.status, each.view.alive, each.view.crashed,
                    each.isHere, each.exit, each.launchError, each.isLaunched, each.launchedPid, each.isHeard,
                    each.isEnded, each.isQuiet, each.hasRebooted, each.checkpoints, each.lastWords, each.isDiskFull);
}

}  // namespace

RunSnapshot lookAtRun(const fs::path &folder)
{
    RunSnapshot snapshot;
    snapshot.folder = text::fromPath(folder);
    std::error_code problem;
    const fs::file_type type = fs::status(folder, problem).type();
    // A folder that may not be asked about is not one that is gone.
    snapshot.exists = type == fs::file_type::directory || type == fs::file_type::none;
    if (type == fs::file_type::directory)
        lookInside(RunPaths(folder), snapshot);
    else
        snapshot.error = Error{snapshot.exists ? ErrorCode::NoPermission : ErrorCode::NotFound,
                               problem ? problem.message() : "no folder",
                               {},
                               {},
                               folder.string()};
    if (const auto bytes = freeSpace(folder)) {
        snapshot.freeBytes = bytes->value;
        snapshot.isDiskFull = bytes->value < kFull;
    }
    return snapshot;
}

bool tellSame(const RunSnapshot &one, const RunSnapshot &other) { return factsOf(one) == factsOf(other); }

}  // namespace waypoint
