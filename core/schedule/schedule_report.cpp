// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/schedule_report.h"

#include "core/base/printable.h"
#include "core/checkpoint/fields.h"
#include "core/checkpoint/optimizer_view.h"
#include "core/schedule/schedule_settings.h"
#include "core/schedule/schedule_state.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace waypoint {

namespace {

constexpr double kFewest = 100;         ///< rates shown without being asked
constexpr double kMost = 100'000;       ///< as many as a curve needs
constexpr std::size_t kMostParts = 12;  ///< of a scheduler made of others that are looked at
constexpr double kFarthest = 1e6;       ///< last_epoch is shown up to here
constexpr double kMostRates = 1e7;      ///< of all groups together, without being asked
constexpr std::size_t kLongestName = 60;

/// The longest stretch that the settings name: T_max, total_steps, the last milestone.
double longestStretch(Value state, int depth = 0)
{
    double longest = 0;
    const auto see = [&](std::optional<double> number) { longest = std::max(longest, number.value_or(0)); };
    for (const std::string_view key : {"T_max", "total_steps", "total_iters", "T_i", "total_size", "anneal_epochs"})
        see(state[key].number());
    for (const std::string_view key : {"milestones", "_milestones"}) {
        const Value list = state[key];
        for (std::size_t i = 0; i < list.count(); ++i)
            see(list.is(ValueKind::Dict) ? list.key(i).number() : list.at(i).number());
    }
    const Value parts = state["_schedulers"];
    double longestPart = 0;
    for (std::size_t i = 0; depth < 3 && i < std::min(parts.count(), kMostParts); ++i)
        longestPart = std::max(longestPart, longestStretch(parts.at(i), depth + 1));
    return longest + longestPart;
}

std::int64_t countFor(Value state, std::int64_t lastEpoch, std::size_t groups)
{
    const auto last = static_cast<double>(lastEpoch);
    const double wanted = std::max({kFewest, 2 * last + 1, longestStretch(state) + 1});
    const double reached = std::clamp(last + 1, 0.0, kFarthest);
    const double room = kMostRates / static_cast<double>(std::max<std::size_t>(groups, 1));
    return static_cast<std::int64_t>(std::max(kFewest, std::min(std::max(std::min(wanted, kMost), reached), room)));
}

/// What can be said of a state that is no schedule of torch's: the rate it had.
void describeUnknown(ScheduleReport &report, Value state, std::optional<std::int64_t> epochs)
{
    report.lastEpoch = state["last_epoch"].integer();
    const std::int64_t last = report.lastEpoch.value_or(-1);
    report.rates.resize(static_cast<std::size_t>(epochs.value_or(countFor(state, last, 1))));
    const Value rates = state["_last_lr"];
    if (last < 0 || last >= static_cast<std::int64_t>(report.rates.size()) || rates.count() == 0)
        return;
    std::vector<double> now;
    for (std::size_t i = 0; i < rates.count(); ++i)
        if (const auto rate = rates.at(i).number())
            now.push_back(*rate);
    if (now.size() == rates.count())
        report.rates[static_cast<std::size_t>(last)] = std::move(now);
}

std::optional<std::int64_t> countIn(const Checkpoint &checkpoint, Role role)
{
    for (const Section &section : checkpoint.sections)
        if (section.role == role)
            if (const auto count = checkpoint.entries.value(section.entry).integer())
                return count;
    return std::nullopt;
}

/// Many step the classes of epochs after each batch as well; then they are far ahead of the file's epoch.
bool isPastTheEpoch(const Checkpoint &checkpoint, std::int64_t lastEpoch)
{
    const auto epoch = countIn(checkpoint, Role::Epoch);
    // Counts come from the file: taking one away from a large one cannot overflow, adding could.
    if (!epoch || *epoch < 0 || lastEpoch <= *epoch || lastEpoch - 1 == *epoch)
        return false;
    return countIn(checkpoint, Role::Step) == lastEpoch || lastEpoch / 10 - 1 > *epoch;
}

std::vector<ReportedGroup> reportedGroups(const std::vector<Value> &groups)
{
    std::vector<ReportedGroup> reported;
    for (const Value group : groups)
        reported.push_back({printable(group["name"].text(), kLongestName), scalarOf(group["lr"])});
    return reported;
}

ScheduleReport reportOf(const Checkpoint &checkpoint, const Section &section, std::optional<std::int64_t> epochs)
{
    ScheduleReport report{.entry = section.entry, .optimizer = scheduledOptimizer(checkpoint, section)};
    const Value state = checkpoint.entries.value(section.entry);
    report.className = section.className;
    report.settings = scheduleSettings(state);
    const std::vector<Value> groups = paramGroupsOf(checkpoint, report.optimizer);
    report.groups = reportedGroups(groups);
    const auto schedule = readLrSchedule(state, groups);
    if (!schedule) {
        describeUnknown(report, state, epochs);
        report.note = schedule.error().detail;
        return report;
    }
    const LrSchedule &read = **schedule;
    report.className = read.className();
    report.lastEpoch = read.lastEpoch();
    report.rates = read.rates(epochs.value_or(countFor(state, read.lastEpoch(), groups.size())));
    report.perBatch = stepsPerBatch(report.className) || isPastTheEpoch(checkpoint, read.lastEpoch());
    report.marks = scheduleMarks(state, static_cast<std::int64_t>(report.rates.size()) - 1);
    report.mismatches = rateMismatches(read, groups);
    report.note = read.note();
    return report;
}

bool setTheRatesLast(const Checkpoint &checkpoint, const ScheduleReport &report)
{
    const Value last = checkpoint.entries.value(report.entry)["_last_lr"];
    const auto groups = scheduledGroups(paramGroupsOf(checkpoint, report.optimizer));
    for (std::size_t i = 0; i < groups.size(); ++i)
        if (last.at(i).number() != groups[i].lr)
            return false;
    return !groups.empty();
}

/// Several schedulers that take turns at one optimizer each see rates that another one set: none of that is a mistake
/// as long as one of them did.
void forgiveTurns(const Checkpoint &checkpoint, std::vector<ScheduleReport> &reports)
{
    std::map<EntryId, std::vector<ScheduleReport *>> byOptimizer;
    for (ScheduleReport &report : reports)
        if (report.optimizer != kNoEntry)
            byOptimizer[report.optimizer].push_back(&report);
    for (const auto &[optimizer, sharing] : byOptimizer) {
        const bool explained = std::any_of(sharing.begin(), sharing.end(),
                                           [&](auto *report) { return setTheRatesLast(checkpoint, *report); });
        for (ScheduleReport *report : sharing)
            if (sharing.size() > 1 && explained)
                report->mismatches.clear();
    }
}

}  // namespace

EntryId scheduledOptimizer(const Checkpoint &checkpoint, const Section &scheduler)
{
    for (const EntryId pair : scheduler.pairsWith)
        for (const Section &section : checkpoint.sections)
            if (section.entry == pair && section.role == Role::Optimizer)
                return pair;
    return kNoEntry;
}

std::vector<Value> paramGroupsOf(const Checkpoint &checkpoint, EntryId optimizer)
{
    if (optimizer == kNoEntry)
        return {};
    const auto view = optimizerView(checkpoint.entries.value(optimizer));
    return view ? view->groups : std::vector<Value>();
}

std::vector<ScheduleReport> scheduleReports(const Checkpoint &checkpoint, std::optional<std::int64_t> epochs)
{
    std::vector<ScheduleReport> reports;
    for (const Section &section : checkpoint.sections)
        if (section.role == Role::Scheduler)
            reports.push_back(reportOf(checkpoint, section, epochs));
    forgiveTurns(checkpoint, reports);
    return reports;
}

}  // namespace waypoint
