// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curve_source.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

constexpr auto kAdvice = "Choose a run folder, a log (metrics.jsonl, CSV, TensorBoard events, trainer_state.json) or "
                         "checkpoints that keep their losses.";

/// Whether every run of a trainer has a log of this name, so that it tells no run from another.
bool isEveryRunsName(const fs::path &name)
{
    static constexpr std::array<std::string_view, 7> kNames{"metrics", "results",  "summary", "trainer_state",
                                                            "scalars", "progress", "log"};
    return name.string().starts_with("events.out.tfevents.")
           || std::ranges::find(kNames, name.stem().string()) != kNames.end();
}

/// The name of the folder or file, however the path is written; of a log that every run has, its folder's.
std::string titleOf(const fs::path &path)
{
    std::error_code problem;
    auto whole = fs::absolute(path, problem).lexically_normal();
    if (!whole.has_filename())
        whole = whole.parent_path();
    const auto &named = problem ? path : whole;
    const auto folder = named.parent_path().filename();
    return (isEveryRunsName(named.filename()) && !folder.empty() ? folder : named.filename()).string();
}

Error neither(const fs::path &path, const Error &error)
{
    std::error_code problem;
    // What is wrong with some file in a folder of other things is nobody's question.
    const bool aboutContent = error.code == ErrorCode::NotACheckpoint || error.code == ErrorCode::Truncated
                              || error.code == ErrorCode::Corrupt || error.code == ErrorCode::Unsupported;
    if (aboutContent && fs::is_directory(path, problem))
        return {.code = ErrorCode::Unsupported,
                .detail = "no log with curves and no checkpoint in this folder",
                .at = {},
                .advice = kAdvice,
                .file = {}};
    if (error.code != ErrorCode::NotACheckpoint)
        return error;
    auto detail = "neither a log with curves nor a checkpoint: " + error.detail;
    return {.code = ErrorCode::Unsupported, .detail = std::move(detail), .at = error.at, .advice = kAdvice, .file = {}};
}

Error noCurves(const CurveSource &source)
{
    return {.code = ErrorCode::Unsupported,
            .detail = "no curve in it: looked for " + source.lookedFor(),
            .at = {},
            .advice = kAdvice,
            .file = {}};
}

}  // namespace

struct CurveFollower::State
{
    fs::path path;
    CurveSourcePtr source;
    RunCurvesPtr last;
};

CurveFollower::CurveFollower(fs::path path) : m_state(std::make_unique<State>()) { m_state->path = std::move(path); }

CurveFollower::~CurveFollower() = default;
CurveFollower::CurveFollower(CurveFollower &&) noexcept = default;
CurveFollower &CurveFollower::operator=(CurveFollower &&) noexcept = default;

Result<RunCurvesPtr> CurveFollower::read(const std::stop_token &stop)
{
    State &state = *m_state;
    if (!state.source) {
        auto found = findCurveSource(state.path, stop);
        if (!found)
            return found.error();
        state.source = *std::move(found);
        state.last = nullptr;
    }
    const auto changed = state.source->update(stop);
    if (!changed) {
        // Cancelled goes on where it was; after anything else the file may come back as something new.
        if (changed.error().code != ErrorCode::Cancelled)
            state.source.reset();
        return neither(state.path, changed.error());
    }
    if (*changed || !state.last) {
        auto run = std::make_shared<RunCurves>(state.source->collect());
        run->source = state.path;
        run->title = titleOf(state.path);
        state.last = std::move(run);
    }
    if (state.last->curves.empty()) {
        const auto error = noCurves(*state.source);
        state.source.reset();
        return error;
    }
    return state.last;
}

Result<RunCurves> readCurves(const fs::path &path, const std::stop_token &stop)
{
    CurveFollower follower(path);
    const auto run = follower.read(stop);
    if (!run)
        return run.error();
    return **run;
}

}  // namespace waypoint
