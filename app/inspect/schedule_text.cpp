// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/schedule_text.h"

#include "core/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

using Rates = std::vector<double>;

constexpr std::size_t kMostRows = 12;
constexpr std::size_t kMostGroups = 6;

bool differ(const Rates &a, const Rates &b)
{
    return !std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
        return std::abs(x - y) <= 1e-12 * std::max(std::abs(x), std::abs(y));
    });
}

/// "0.1" where the groups agree, else one for each.
std::string ratesText(const Rates &rates)
{
    const bool same = std::all_of(rates.begin(), rates.end(), [&](double rate) { return rate == rates.front(); });
    std::string text;
    for (std::size_t i = 0; i < (same ? std::min<std::size_t>(rates.size(), 1) : std::min(rates.size(), kMostGroups));
         ++i)
        text += fmt::format("{}{:.6g}", i == 0 ? "" : ", ", rates[i]);
    return !same && rates.size() > kMostGroups ? text + ", ..." : text;
}

std::string place(const Checkpoint &checkpoint, EntryId entry)
{
    const std::string path = checkpoint.entries.pathText(entry);
    return path.empty() ? "(file)" : printable(path);
}

/// Steps after which the rates are others than before.
std::vector<std::size_t> changes(const ScheduleReport &report, std::size_t most)
{
    std::vector<std::size_t> steps;
    for (std::size_t k = 1; k < report.rates.size() && steps.size() < most; ++k)
        if (report.rates[k] && report.rates[k - 1] && differ(*report.rates[k], *report.rates[k - 1]))
            steps.push_back(k);
    return steps;
}

std::string nextChange(const ScheduleReport &report)
{
    const auto now = static_cast<std::size_t>(std::max<std::int64_t>(report.lastEpoch.value_or(-1), 0));
    if (now >= report.rates.size() || !report.rates[now])
        return {};
    for (std::size_t k = now + 1; k < report.rates.size() && report.rates[k]; ++k)
        if (differ(*report.rates[k], *report.rates[now]))
            return fmt::format("; next change at {} -> {}", k, ratesText(*report.rates[k]));
    return now + 1 < report.rates.size() && report.rates[now + 1] ? "; no more changes" : "";
}

std::string standing(const ScheduleReport &report)
{
    if (!report.lastEpoch)
        return {};
    std::string text = fmt::format("epoch {}", *report.lastEpoch);
    const auto now = static_cast<std::size_t>(std::max<std::int64_t>(*report.lastEpoch, 0));
    if (now < report.rates.size() && report.rates[now])
        text += ", lr " + ratesText(*report.rates[now]);
    return text + nextChange(report);
}

/// The steps worth a row: each change where there are few, else evenly spread; and where it stands.
std::vector<std::size_t> rowsOf(const ScheduleReport &report)
{
    std::vector<std::size_t> rows = changes(report, kMostRows + 1);
    if (rows.size() > kMostRows) {
        rows.clear();
        for (std::size_t i = 0; i < kMostRows; ++i)
            rows.push_back(i * (report.rates.size() - 1) / (kMostRows - 1));
    }
    rows.push_back(0);
    if (const std::int64_t now = report.lastEpoch.value_or(-1); now >= 0)
        rows.push_back(static_cast<std::size_t>(now));
    std::erase_if(rows, [&](std::size_t k) { return k >= report.rates.size() || !report.rates[k]; });
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

std::string table(const ScheduleReport &report)
{
    std::string text;
    for (const std::size_t k : rowsOf(report)) {
        const bool now = static_cast<std::int64_t>(k) == report.lastEpoch.value_or(-1);
        text += fmt::format("  {:>8}  {}{}\n", k, ratesText(*report.rates[k]), now ? "  <- the file" : "");
    }
    return text.empty() ? text : "     epoch  lr\n" + text;
}

std::string mismatchLine(const RateMismatch &mismatch)
{
    return fmt::format("  Warning: the learning rate of group {} is {:.6g} in the file, and the schedule says {:.6g}. "
                       "Was the optimizer loaded before its scheduler was made, or the rate set by hand?\n",
                       mismatch.group, mismatch.lr, mismatch.expected);
}

std::string reportText(const Checkpoint &checkpoint, const ScheduleReport &report)
{
    std::string text = place(checkpoint, report.entry);
    if (report.optimizer != kNoEntry)
        text += ", for " + place(checkpoint, report.optimizer);
    text += '\n' + (report.className.empty() ? std::string("Scheduler") : printable(report.className)) + ": ";
    text += report.settings + (report.settings.empty() ? "" : "; ") + standing(report) + '\n';
    if (!report.note.empty())
        text += printable(report.note, 1000) + '\n';
    text += table(report);
    for (const RateMismatch &mismatch : report.mismatches)
        text += mismatchLine(mismatch);
    return text;
}

/// Schedulers leave an initial_lr in the groups, also where they were not saved.
std::string traces(const Checkpoint &checkpoint)
{
    for (const Section &section : checkpoint.sections) {
        if (section.role != Role::Optimizer)
            continue;
        for (const ScheduledGroup &group : scheduledGroups(paramGroupsOf(checkpoint, section.entry)))
            if (group.initialLr && *group.initialLr != group.lr)
                return fmt::format("There was one: {} began with a learning rate of {:.6g} and has {:.6g} now, but the "
                                   "scheduler was not saved.\n",
                                   place(checkpoint, section.entry), *group.initialLr, group.lr);
    }
    return {};
}

}  // namespace

void writeSchedulesText(const Checkpoint &checkpoint, std::string_view file, const std::vector<ScheduleReport> &reports,
                        const std::function<void(std::string_view)> &write)
{
    write(printable(file, 1000) + '\n');
    for (const ScheduleReport &report : reports)
        write('\n' + reportText(checkpoint, report));
    if (reports.empty())
        write("There is no learning-rate scheduler in this file.\n" + traces(checkpoint));
}

}  // namespace waypoint
