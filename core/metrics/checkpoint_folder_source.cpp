// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/printable.h"
#include "core/checkpoint/reader.h"
#include "core/metrics/checkpoint_scalars.h"
#include "core/metrics/curve_marks.h"
#include "core/metrics/curve_source.h"
#include "core/metrics/source_stamp.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

/// Files that cannot be read have a sentence each, up to this many.
constexpr std::size_t kMostNamed = 10;

/// The checkpoints of a folder as points of curves: what each says of its moment. A file is opened again only when it
/// has changed.
class CheckpointFolderSource final : public CurveSource
{
public:
    explicit CheckpointFolderSource(fs::path folder) : m_folder(std::move(folder)) {}

    Result<bool> update(const std::stop_token &stop) override;
    [[nodiscard]] RunCurves collect() override;
    [[nodiscard]] std::string lookedFor() const override
    {
        return "losses, metrics and learning rates in the checkpoints of the folder or in their names";
    }

private:
    struct Seen
    {
        SourceStamp stamp;
        CheckpointScalars scalars;
        std::string problem;
    };

    [[nodiscard]] std::vector<const CheckpointScalars *> inOrder() const;

    fs::path m_folder;
    std::map<fs::path, Seen> m_seen;
};

Result<bool> CheckpointFolderSource::update(const std::stop_token &stop)
{
    const auto files = checkpointsIn(m_folder);
    const auto isGone = [&](const auto &seen) {
        return !std::ranges::binary_search(files, seen.first, {}, &CurveMark::file);
    };
    bool changed = std::erase_if(m_seen, isGone) > 0;
    for (const CurveMark &mark : files) {
        const auto stamp = sourceStampOf(mark.file);
        const auto known = m_seen.find(mark.file);
        if (!stamp || (known != m_seen.end() && known->second.stamp == *stamp))
            continue;
        Seen seen{.stamp = *stamp, .scalars = {}, .problem = {}};
        const Opened opened = openCheckpoint(mark.file, {.limits = {}, .stop = stop});
        if (stop.stop_requested())
            return Error{.code = ErrorCode::Cancelled};
        if (opened.checkpoint)
            seen.scalars = checkpointScalars(*opened.checkpoint);
        else
            seen.problem = opened.error.value_or(Error{}).detail;
        seen.scalars = withName(std::move(seen.scalars), mark.file);
        m_seen.insert_or_assign(mark.file, std::move(seen));
        changed = true;
    }
    return changed;
}

bool isPlaced(const RecordPlace &place) { return !std::isnan(place.step) || !std::isnan(place.epoch); }

/// By step where both know it, else by epoch. Of several files of one moment (last.pth, best.pth) the first counts.
std::vector<const CheckpointScalars *> CheckpointFolderSource::inOrder() const
{
    std::vector<const CheckpointScalars *> order;
    for (const auto &[file, seen] : m_seen)
        if (isPlaced(seen.scalars.place))
            order.push_back(&seen.scalars);
    const bool steps =
        std::all_of(order.begin(), order.end(), [](const auto *each) { return !std::isnan(each->place.step); });
    const auto at = [steps](const CheckpointScalars *each) { return steps ? each->place.step : each->place.epoch; };
    if (!steps)
        std::erase_if(order, [](const auto *each) { return std::isnan(each->place.epoch); });
    std::stable_sort(order.begin(), order.end(), [&](const auto *a, const auto *b) { return at(a) < at(b); });
    order.erase(std::unique(order.begin(), order.end(), [&](const auto *a, const auto *b) { return at(a) == at(b); }),
                order.end());
    return order;
}

RunCurves CheckpointFolderSource::collect()
{
    RunCurves run;
    run.kind = "folder of checkpoints";
    CurveTable table;
    const auto order = inOrder();
    for (const CheckpointScalars *each : order)
        for (const auto &[name, value] : each->values)
            table.add(name, each->place, value);
    std::size_t cut = 0;
    run.curves = table.curves(cut);
    std::size_t unread = 0;
    for (const auto &[file, seen] : m_seen) {
        run.files.push_back(file);
        run.marks.push_back({.file = file, .step = seen.scalars.place.step, .epoch = seen.scalars.place.epoch});
        if (!seen.problem.empty() && ++unread <= kMostNamed)
            run.warnings.push_back(
                fmt::format("{}: {}.", printable(file.filename().string()), printable(seen.problem)));
    }
    if (unread > kMostNamed)
        run.warnings.push_back(fmt::format("{} more files cannot be read.", groupedDigits(unread - kMostNamed)));
    return run;
}

}  // namespace

CurveSourcePtr checkpointFolderSource(const fs::path &folder)
{
    return std::make_unique<CheckpointFolderSource>(folder);
}

}  // namespace waypoint
