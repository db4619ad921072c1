// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/checkpoint_list.h"

#include "core/metrics/curve_marks.h"
#include "core/metrics/file_place.h"
#include "core/metrics/folder_walk.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <system_error>
#include <tuple>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

bool isFolder(const fs::path &path)
{
    std::error_code problem;
    return fs::is_directory(path, problem);
}

bool isDistributed(const fs::path &folder) { return isFile(folder / ".metadata"); }

bool hasIndex(const fs::path &folder)
{
    std::error_code problem;
    for (fs::directory_iterator entry(folder, problem); !problem && entry != fs::directory_iterator();
         entry.increment(problem))
        if (entry->path().filename().string().ends_with(".index.json"))
            return true;
    return false;
}

/// checkpoint-500 of HF's Trainer.
bool isOfTrainer(const fs::path &folder)
{
    return isFile(folder / "trainer_state.json") && placeInName(folder.filename()).step >= 0;
}

bool isCheckpoint(const fs::path &folder) { return isDistributed(folder) || isOfTrainer(folder) || hasIndex(folder); }

/// Folders of torch.distributed.checkpoint directly in a folder: "step-1000", as torchtitan names them.
std::vector<fs::path> distributedIn(const fs::path &folder)
{
    std::vector<fs::path> found;
    std::error_code problem;
    for (fs::directory_iterator entry(folder, problem); !problem && entry != fs::directory_iterator();
         entry.increment(problem)) {
        std::error_code unreadable;
        if (entry->is_directory(unreadable) && isDistributed(entry->path()))
            found.push_back(entry->path());
    }
    return found;
}

std::vector<ListedCheckpoint> listFolder(const fs::path &folder)
{
    std::vector<ListedCheckpoint> files;
    // A run folder of waypoint-train keeps all it saves in checkpoints/.
    const bool isRun = isFile(folder / "run.json");
    for (const fs::path &each : {folder, folder / "checkpoints", folder / "weights"}) {
        if (isRun && each == folder)
            continue;
        for (const CurveMark &mark : checkpointsIn(each))
            files.push_back({mark.file});
        for (const fs::path &path : distributedIn(each))
            files.push_back({path});
    }
    sortByName(files);
    return files;
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// Takes the digits at `at`, without leading zeros.
std::string_view numberAt(std::string_view text, std::size_t &at)
{
    while (at + 1 < text.size() && text[at] == '0' && isDigit(text[at + 1]))
        ++at;
    const std::size_t start = at;
    while (at < text.size() && isDigit(text[at]))
        ++at;
    return text.substr(start, at - start);
}

/// What tells two listings of one file.
fs::path plainPath(const fs::path &path)
{
    std::error_code problem;
    const fs::path whole = fs::absolute(path, problem);
    return (problem ? path : whole).lexically_normal();
}

}  // namespace

bool namedBefore(std::string_view a, std::string_view b)
{
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (isDigit(a[i]) && isDigit(b[j])) {
            const std::string_view first = numberAt(a, i);
            const std::string_view second = numberAt(b, j);
            if (first != second)
                return std::pair(first.size(), first) < std::pair(second.size(), second);
        } else if (a[i] != b[j]) {
            return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
        } else {
            ++i;
            ++j;
        }
    }
    return a.size() - i < b.size() - j;
}

void sortByName(std::vector<ListedCheckpoint> &files)
{
    struct Place
    {
        bool tellsNothing;
        double number;
        std::string name;
        ListedCheckpoint file;
    };
    std::vector<Place> places;
    bool allSteps = true;
    bool allEpochs = true;
    for (ListedCheckpoint &file : files) {
        const RecordPlace place = placeInName(file.path.filename());
        const bool tellsNothing = std::isnan(place.step) && std::isnan(place.epoch);
        allSteps = allSteps && (tellsNothing || !std::isnan(place.step));
        allEpochs = allEpochs && (tellsNothing || !std::isnan(place.epoch));
    }
    for (ListedCheckpoint &file : files) {
        const RecordPlace place = placeInName(file.path.filename());
        const double number = allSteps ? place.step : allEpochs ? place.epoch : 0;
        const bool tellsNothing = std::isnan(place.step) && std::isnan(place.epoch);
        places.push_back({tellsNothing, tellsNothing ? 0 : number, file.path.string(), std::move(file)});
    }
    std::stable_sort(places.begin(), places.end(), [](const Place &a, const Place &b) {
        return std::tie(a.tellsNothing, a.number) != std::tie(b.tellsNothing, b.number)
                   ? std::tie(a.tellsNothing, a.number) < std::tie(b.tellsNothing, b.number)
                   : namedBefore(a.name, b.name);
    });
    for (std::size_t i = 0; i < files.size(); ++i)
        files[i] = std::move(places[i].file);
}

Result<std::vector<ListedCheckpoint>> listCheckpoints(const std::vector<fs::path> &paths)
{
    std::vector<ListedCheckpoint> files;
    std::set<fs::path> seen;
    for (std::size_t request = 0; request < paths.size(); ++request) {
        const fs::path &path = paths[request];
        std::error_code problem;
        if (!fs::exists(path, problem))
            return Error{problem && problem != std::errc::no_such_file_or_directory ? ErrorCode::NoPermission
                                                                                    : ErrorCode::NotFound,
                         problem ? problem.message() : std::string(),
                         {},
                         {},
                         path.string()};
        const bool holdsMany = isFolder(path) && !isCheckpoint(path);
        const auto found = holdsMany ? listFolder(path) : std::vector<ListedCheckpoint>{{path, true}};
        if (found.empty())
            return Error{ErrorCode::NotFound,
                         "there is no checkpoint in this folder, nor in checkpoints/ below it",
                         {},
                         "Name the folder that holds the files of the run.",
                         path.string()};
        for (const ListedCheckpoint &file : found)
            if (seen.insert(plainPath(file.path)).second || file.named)
                files.push_back({file.path, file.named, request});
    }
    return files;
}

std::vector<std::size_t> evenlyChosen(std::size_t count, std::size_t every, std::size_t most)
{
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < count; i += std::max<std::size_t>(every, 1))
        chosen.push_back(i);
    if (count > 0 && chosen.back() != count - 1)
        chosen.push_back(count - 1);
    if (most == 0 || chosen.size() <= most)
        return chosen;
    const std::size_t wanted = std::max<std::size_t>(most, 2);
    std::vector<std::size_t> spread;
    for (std::size_t i = 0; i < wanted; ++i)
        spread.push_back(chosen[i * (chosen.size() - 1) / (wanted - 1)]);
    return spread;
}

}  // namespace waypoint
