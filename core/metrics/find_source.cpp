// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curve_source.h"
#include "core/metrics/evaluation_source.h"
#include "core/metrics/find_folder_source.h"
#include "core/metrics/folder_walk.h"
#include "core/metrics/log_kind.h"

#include <system_error>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

CurveSourcePtr linesSource(const fs::path &file)
{
    if (file.filename() == kEvaluationsName)
        return evaluationSource(file);
    const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    const bool run = file.filename() == "metrics.jsonl" && isFile(folder / "run.json");
    return jsonLinesSource(file, run ? folder : fs::path());
}

}  // namespace

CurveSourcePtr fileSource(const fs::path &file, std::string_view head)
{
    switch (logKind(head)) {
    case LogKind::Events:
        return eventSource(file);
    case LogKind::JsonLines:
        return linesSource(file);
    case LogKind::JsonDocument:
        return documentSource(file);
    case LogKind::Csv:
        // Any text may pass for a table: a pickle of protocol 0 is text, too.
        if (file.extension() == ".csv" || file.extension() == ".tsv" || hasPlaceColumn(head))
            return csvSource(file);
        break;
    case LogKind::None:
        break;
    }
    // Logs that have only just been begun.
    if (file.filename().string().find("tfevents") != std::string::npos)
        return eventSource(file);
    if (file.extension() == ".jsonl")
        return linesSource(file);
    return checkpointSource(file);
}

Result<CurveSourcePtr> findCurveSource(const fs::path &path, const std::stop_token &stop)
{
    std::error_code problem;
    if (fs::is_directory(path, problem))
        return findFolderSource(path, stop);
    const auto head = logHead(path);
    if (!head)
        return head.error();
    return fileSource(path, *head);
}

}  // namespace waypoint
