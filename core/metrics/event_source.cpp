// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curve_source.h"
#include "core/metrics/event_file.h"
#include "core/metrics/folder_walk.h"
#include "core/metrics/log_lines.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

/// Event files of one folder follow each other in time, which stands in their names behind "tfevents.".
std::tuple<std::string, std::int64_t, std::string> orderOf(const fs::path &file)
{
    auto name = file.filename().string();
    std::int64_t time = 0;
    if (const auto at = name.find("tfevents."); at != std::string::npos)
        std::from_chars(name.data() + at + 9, name.data() + name.size(), time);
    return {file.parent_path().string(), time, std::move(name)};
}

class EventSource final : public CurveSource
{
public:
    explicit EventSource(fs::path root) : m_root(std::move(root)) {}

    Result<bool> update(const std::stop_token &stop) override;
    [[nodiscard]] RunCurves collect() override;
    [[nodiscard]] std::string lookedFor() const override { return "scalars in TensorBoard event files"; }

private:
    Result<bool> find(const std::stop_token &stop);
    void addFolder(std::vector<EventFile>::const_iterator first, std::vector<EventFile>::const_iterator last,
                   CurveTable &all, LogLosses &losses) const;

    fs::path m_root;
    std::vector<EventFile> m_files;  ///< by folder, then in time
};

/// Whether one that was there is gone.
Result<bool> EventSource::find(const std::stop_token &stop)
{
    std::error_code problem;
    const auto paths =
        fs::is_directory(m_root, problem) ? eventFilesBelow(m_root, stop) : std::vector<fs::path>{m_root};
    if (stop.stop_requested())
        return Error{.code = ErrorCode::Cancelled};
    std::map<std::tuple<std::string, std::int64_t, std::string>, fs::path> ordered;
    for (const fs::path &path : paths)
        ordered.emplace(orderOf(path), path);
    std::unordered_map<std::string, EventFile> known;
    for (EventFile &file : m_files)
        known.emplace(file.path().string(), std::move(file));
    m_files.clear();
    for (const auto &[order, path] : ordered) {
        auto same = known.extract(path.string());
        m_files.push_back(same ? std::move(same.mapped()) : EventFile(path));
    }
    return !known.empty();
}

Result<bool> EventSource::update(const std::stop_token &stop)
{
    const auto gone = find(stop);
    if (!gone)
        return gone.error();
    bool changed = *gone;
    for (EventFile &file : m_files) {
        const auto news = file.update(stop);
        if (!news)
            return news.error();
        changed = changed || *news;
    }
    return changed;
}

/// Joins the files of one folder: where a later one goes over steps again, the earlier ones are cut.
void EventSource::addFolder(std::vector<EventFile>::const_iterator first, std::vector<EventFile>::const_iterator last,
                            CurveTable &all, LogLosses &losses) const
{
    CurveTable folder;
    for (auto file = first; file != last; ++file) {
        losses.cut += folder.cutFrom(file->voidFrom()) + file->cut();
        losses.cut += folder.append(file->table());
    }
    // TensorBoard would show each folder as a run of its own.
    const auto below = first->path().parent_path().lexically_relative(m_root).generic_string();
    const bool isRoot = below.empty() || below.starts_with('.');
    all.append(folder, isRoot ? std::string() : below + '/');
}

RunCurves EventSource::collect()
{
    RunCurves run;
    run.kind = "TensorBoard events";
    CurveTable all;
    LogLosses losses;
    const auto &files = m_files;
    for (auto first = files.begin(); first != files.end();) {
        const auto last = std::find_if(first, files.end(), [&](const EventFile &file) {
            return file.path().parent_path() != first->path().parent_path();
        });
        addFolder(first, last, all, losses);
        first = last;
    }
    run.curves = all.curves(losses.cut);
    run.warnings = all.warnings();
    addLogWarnings(run.warnings, losses);
    for (const EventFile &file : m_files) {
        run.files.push_back(file.path());
        for (std::string &warning : file.warnings())
            run.warnings.push_back(std::move(warning));
    }
    return run;
}

}  // namespace

CurveSourcePtr eventSource(const fs::path &path) { return std::make_unique<EventSource>(path); }

}  // namespace waypoint
