// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curve_marks.h"

#include "core/metrics/file_place.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <system_error>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostFiles = 100'000;

CurveMark markOf(const fs::path &file)
{
    const RecordPlace place = placeInName(file);
    return {.file = file, .step = place.step, .epoch = place.epoch};
}

/// Whether a name ends as checkpoints do; .pth.tar among them.
bool hasCheckpointName(const fs::path &file)
{
    constexpr std::array<std::string_view, 10> kEndings{".pth", ".pt",   ".ckpt", ".tar",         ".bin",
                                                        ".pkl", ".pyth", ".th",   ".safetensors", ".chk"};
    const auto ending = file.extension().string();
    return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

/// "checkpoint-500", as HF's Trainer names them.
bool isCheckpointFolder(std::string_view name)
{
    constexpr std::string_view kStart = "checkpoint-";
    return name.starts_with(kStart) && name.size() > kStart.size()
           && name.find_first_not_of("0123456789", kStart.size()) == std::string_view::npos;
}

/// What a second name of the same file does not say, the first may.
void shareAmongLinks(std::vector<CurveMark> &marks)
{
    for (CurveMark &mark : marks) {
        if (!std::isnan(mark.epoch) || !std::isnan(mark.step))
            continue;
        std::error_code problem;
        if (fs::hard_link_count(mark.file, problem) < 2 && !fs::is_symlink(mark.file, problem))
            continue;
        const auto same = std::find_if(marks.begin(), marks.end(), [&](const CurveMark &other) {
            const bool knows = !std::isnan(other.epoch) || !std::isnan(other.step);
            return knows && fs::equivalent(mark.file, other.file, problem);
        });
        if (same != marks.end()) {
            mark.epoch = same->epoch;
            mark.step = same->step;
        }
    }
}

/// The last step of each epoch, where curves know both.
std::map<double, double> lastSteps(const std::vector<Curve> &curves)
{
    std::map<double, double> last;
    for (const Curve &curve : curves) {
        const auto &steps = curve.on(CurveAxis::Step);
        const auto &epochs = curve.on(CurveAxis::Epoch);
        for (std::size_t i = 0; i < std::min(steps.size(), epochs.size()); ++i) {
            if (std::isnan(epochs[i]))
                continue;
            const auto [at, isNew] = last.emplace(epochs[i], steps[i]);
            at->second = std::max(at->second, steps[i]);
        }
    }
    return last;
}

}  // namespace

std::vector<CurveMark> checkpointsIn(const fs::path &folder)
{
    std::vector<CurveMark> marks;
    std::error_code problem;
    fs::directory_iterator entry(folder, problem);
    for (; !problem && entry != fs::directory_iterator() && marks.size() < kMostFiles; entry.increment(problem)) {
        std::error_code unreadable;
        const bool file = hasCheckpointName(entry->path()) && entry->is_regular_file(unreadable);
        if (file || (isCheckpointFolder(entry->path().filename().string()) && entry->is_directory(unreadable)))
            marks.push_back(markOf(entry->path()));
    }
    std::sort(marks.begin(), marks.end(), [](const CurveMark &a, const CurveMark &b) { return a.file < b.file; });
    shareAmongLinks(marks);
    return marks;
}

void placeMarks(std::vector<CurveMark> &marks, const std::vector<Curve> &curves)
{
    const bool wanted = std::any_of(marks.begin(), marks.end(), [](const CurveMark &mark) {
        return std::isnan(mark.step) && !std::isnan(mark.epoch);
    });
    if (!wanted)
        return;
    const auto last = lastSteps(curves);
    for (CurveMark &mark : marks)
        if (std::isnan(mark.step) && !std::isnan(mark.epoch))  // a map cannot be asked for NaN
            if (const auto found = last.find(mark.epoch); found != last.end())
                mark.step = found->second;
}

}  // namespace waypoint
