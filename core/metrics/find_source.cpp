// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curve_source.h"
#include "core/metrics/folder_walk.h"

#include <system_error>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

bool isFile(const fs::path &path)
{
    std::error_code problem;
    return fs::is_regular_file(path, problem);
}

}  // namespace

Result<CurveSourcePtr> findCurveSource(const fs::path &path, const std::stop_token &stop)
{
    std::error_code problem;
    if (fs::is_directory(path, problem)) {
        if (isFile(path / "metrics.jsonl") || isFile(path / "run.json"))
            return jsonLinesSource(path / "metrics.jsonl", path);
        if (!eventFilesBelow(path, stop).empty())
            return eventSource(path);
        return Error{.code = ErrorCode::Unsupported, .detail = "no curves in this folder"};
    }
    if (path.filename().string().find("tfevents") != std::string::npos)
        return eventSource(path);
    if (path.extension() == ".csv")
        return csvSource(path);
    const auto folder = path.parent_path();
    const bool run = path.filename() == "metrics.jsonl" && isFile(folder / "run.json");
    return jsonLinesSource(path, run ? (folder.empty() ? fs::path(".") : folder) : fs::path());
}

}  // namespace waypoint
