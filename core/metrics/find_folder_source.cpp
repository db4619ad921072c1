// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/find_folder_source.h"

#include "core/base/printable.h"
#include "core/metrics/curve_marks.h"
#include "core/metrics/evaluation_source.h"
#include "core/metrics/file_place.h"
#include "core/metrics/folder_walk.h"
#include "core/metrics/log_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

constexpr int kLogDepth = 3;
/// Curves of more runs than this in one picture say nothing; opened one by one they do.
constexpr std::size_t kMostLogs = 64;

/// The names that tools give their logs, the telling ones first; others come after all of them.
std::size_t rankOf(const fs::path &file)
{
    constexpr std::array<std::string_view, 7> kNames{"trainer_state.json", "metrics.csv",  "results.csv",
                                                     "summary.csv",        "metrics.json", "scalars.json",
                                                     "metrics.jsonl"};
    const auto found = std::find(kNames.begin(), kNames.end(), file.filename().string());
    return static_cast<std::size_t>(found - kNames.begin());
}

bool canBeLog(const std::string &name)
{
    if (name == kEvaluationsName)
        return false;  // it belongs to the checkpoints beside it
    return name.ends_with(".csv") || name.ends_with(".tsv") || name.ends_with(".jsonl") || name.ends_with(".log.json")
           || name == "trainer_state.json" || name == "metrics.json" || name == "scalars.json";
}

std::vector<fs::path> logsBelow(const fs::path &folder, const std::stop_token &stop)
{
    auto files = filesBelow(folder, kLogDepth, canBeLog, stop);
    std::erase_if(files, [](const fs::path &file) { return !looksLikeLog(file); });
    return files;
}

/// HF's Trainer leaves a state in each checkpoint-<step>/; each has the whole history up to then.
std::optional<fs::path> newestTrainerState(const std::vector<fs::path> &logs)
{
    std::optional<fs::path> newest;
    double step = -1;
    for (const fs::path &log : logs) {
        const double at = placeInName(log.parent_path().filename()).step;
        if (log.filename() == "trainer_state.json" && at > step) {
            newest = log;
            step = at;
        }
    }
    return newest;
}

/// Of each folder the log with the best name.
std::vector<fs::path> bestOfEach(std::vector<fs::path> logs)
{
    std::stable_sort(logs.begin(), logs.end(), [](const fs::path &a, const fs::path &b) {
        const auto folderA = a.parent_path();
        const auto folderB = b.parent_path();
        return folderA != folderB ? folderA < folderB : rankOf(a) < rankOf(b);
    });
    logs.erase(std::unique(logs.begin(), logs.end(),
                           [](const fs::path &a, const fs::path &b) { return a.parent_path() == b.parent_path(); }),
               logs.end());
    return logs;
}

/// The logs to show: those in the folder itself, else those of its sub-folders.
std::vector<fs::path> chosenLogs(const fs::path &folder, const std::vector<fs::path> &all)
{
    if (isFile(folder / "trainer_state.json"))
        return {folder / "trainer_state.json"};
    if (const auto state = newestTrainerState(all))
        return {*state};
    std::vector<fs::path> own;
    std::copy_if(all.begin(), all.end(), std::back_inserter(own),
                 [&](const fs::path &log) { return log.parent_path() == folder; });
    auto chosen = bestOfEach(own.empty() ? all : own);
    chosen.resize(std::min(chosen.size(), kMostLogs));
    return chosen;
}

std::string named(const fs::path &file, const fs::path &folder)
{
    return printable(file.lexically_relative(folder).generic_string());
}

/// A sentence about logs that are there and not shown.
void noteOthers(std::vector<std::string> &notes, const std::vector<fs::path> &others, const fs::path &folder)
{
    if (others.size() == 1)
        notes.push_back(fmt::format("{} has curves, too, and is not shown.", named(others[0], folder)));
    else if (others.size() > 1)
        notes.push_back(fmt::format("{} and {} more logs have curves, too, and are not shown.",
                                    named(others[0], folder), groupedDigits(others.size() - 1)));
}

std::vector<fs::path> foldersOfCheckpoints(const fs::path &folder)
{
    std::vector<fs::path> folders;
    for (const fs::path &each : {folder, folder / "checkpoints", folder / "weights"})
        if (!checkpointsIn(each).empty())
            folders.push_back(each);
    return folders;
}

CurveSourcePtr logsSource(const fs::path &folder, const std::vector<fs::path> &chosen, const std::vector<fs::path> &all)
{
    std::vector<SourcePart> parts;
    for (const fs::path &log : chosen) {
        auto below = log.parent_path().lexically_relative(folder).generic_string();
        const bool alone = chosen.size() == 1 || below == "." || below.empty();
        const auto head = logHead(log);
        parts.push_back({alone ? std::string() : below + '/', fileSource(log, head ? *head : std::string())});
    }
    std::vector<fs::path> others;
    const bool states = chosen.front().filename() == "trainer_state.json";
    for (const fs::path &log : all)
        if (std::find(chosen.begin(), chosen.end(), log) == chosen.end()
            && !(states && log.filename() == "trainer_state.json"))
            others.push_back(log);
    std::vector<std::string> notes;
    noteOthers(notes, others, folder);
    return joinedSource(std::move(parts), foldersOfCheckpoints(folder), std::move(notes));
}

/// The logs of a folder in which others may come up: the next version_1/metrics.csv, the next checkpoint-500.
class FolderLogsSource final : public CurveSource
{
public:
    FolderLogsSource(fs::path folder, std::vector<fs::path> logs) : m_folder(std::move(folder))
    {
        take(std::move(logs));
    }

    Result<bool> update(const std::stop_token &stop) override
    {
        auto logs = m_updated ? logsBelow(m_folder, stop) : m_logs;
        if (stop.stop_requested())
            return Error{.code = ErrorCode::Cancelled};
        const bool others = logs != m_logs && !chosenLogs(m_folder, logs).empty();
        if (others)
            take(std::move(logs));
        m_updated = true;
        const auto news = m_source->update(stop);
        if (!news)
            return news.error();
        return *news || others;
    }
    [[nodiscard]] RunCurves collect() override { return m_source->collect(); }
    [[nodiscard]] std::string lookedFor() const override { return m_source->lookedFor(); }

private:
    void take(std::vector<fs::path> logs)
    {
        m_source = logsSource(m_folder, chosenLogs(m_folder, logs), logs);
        m_logs = std::move(logs);
    }

    fs::path m_folder;
    std::vector<fs::path> m_logs;
    CurveSourcePtr m_source;
    bool m_updated = false;
};

CurveSourcePtr runSource(const fs::path &run)
{
    return withEvaluations(jsonLinesSource(run / "metrics.jsonl", run), run / kEvaluationsName);
}

/// Of a folder of checkpoints: in it, or in the run around it.
fs::path evaluationsOf(const fs::path &checkpoints)
{
    const auto own = checkpoints / kEvaluationsName;
    std::error_code problem;
    const auto around = fs::absolute(checkpoints, problem).lexically_normal().parent_path();
    const bool inRun = !problem && !isFile(own) && isFile(around / "run.json");
    return inRun ? around / kEvaluationsName : own;
}

}  // namespace

Result<CurveSourcePtr> findFolderSource(const fs::path &folder, const std::stop_token &stop)
{
    if (isFile(folder / "run.json"))
        return runSource(folder);
    const auto events = eventFilesBelow(folder, stop);
    const auto logs = logsBelow(folder, stop);
    if (stop.stop_requested())
        return Error{.code = ErrorCode::Cancelled};
    if (isFile(folder / "metrics.jsonl") && events.empty())
        return runSource(folder);
    if (!events.empty()) {
        std::vector<std::string> notes;
        noteOthers(notes, logs, folder);
        std::vector<SourcePart> parts;
        parts.push_back({{}, eventSource(folder)});
        return joinedSource(std::move(parts), foldersOfCheckpoints(folder), std::move(notes));
    }
    if (!chosenLogs(folder, logs).empty())
        return CurveSourcePtr(std::make_unique<FolderLogsSource>(folder, logs));
    for (const fs::path &each : {folder, folder / "checkpoints", folder / "weights"})
        if (!checkpointsIn(each).empty())
            return withEvaluations(checkpointFolderSource(each), evaluationsOf(each));
    if (isFile(folder / kEvaluationsName))
        return evaluationSource(folder / kEvaluationsName);
    return checkpointSource(folder);
}

}  // namespace waypoint
