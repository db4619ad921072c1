// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/schedule_curves.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace waypoint {

namespace {

constexpr std::size_t kMostNames = 4;
constexpr qsizetype kMostWarnings = 12;
constexpr int kCodeDigits = 12;  ///< what torch's rounding leaves of 0.1 * 0.1 is not worth typing

QString tr(const char *sentence) { return QCoreApplication::translate("schedules", sentence); }

/// The numbers of groups as people write them: "0–3, 7".
QString rangesText(const std::vector<std::size_t> &numbers)
{
    QStringList ranges;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t end = i;
        while (end + 1 < numbers.size() && numbers[end + 1] == numbers[end] + 1)
            ++end;
        ranges << (end == i ? QString::number(numbers[i]) : QStringLiteral("%1–%2").arg(numbers[i]).arg(numbers[end]));
        i = end + 1;
    }
    return text::elided(ranges.join(QStringLiteral(", ")), 40);
}

QString groupText(const ScheduleReport &report, std::size_t group)
{
    const QString name = group < report.groups.size() ? text::fromUtf8(report.groups[group].name) : QString();
    return name.isEmpty() ? tr("group %1").arg(group) : tr("group %1 (%2)").arg(group).arg(name);
}

QString curveName(const ScheduleReport &report, const std::vector<std::size_t> &groups)
{
    if (groups.size() == 1)
        return groupText(report, groups.front());
    QStringList names;
    for (const std::size_t group : groups)
        if (group < report.groups.size() && !report.groups[group].name.empty())
            names << text::fromUtf8(report.groups[group].name);
    const QString ranges = tr("groups %1").arg(rangesText(groups));
    return names.isEmpty() || names.size() > qsizetype(kMostNames)
               ? ranges
               : QStringLiteral("%1 (%2)").arg(ranges, names.join(QStringLiteral(", ")));
}

std::size_t groupCount(const ScheduleReport &report)
{
    std::size_t count = 0;
    for (const auto &rates : report.rates)
        if (rates)
            count = std::max(count, rates->size());
    return count;
}

std::vector<double> ratesOf(const ScheduleReport &report, std::size_t group)
{
    std::vector<double> rates(report.rates.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t k = 0; k < rates.size(); ++k)
        if (report.rates[k] && group < report.rates[k]->size())
            rates[k] = (*report.rates[k])[group];
    return rates;
}

bool sameRates(const std::vector<double> &a, const std::vector<double> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

/// A curve for each set of groups with the same rates: one line on another would hide it.
std::vector<ScheduleCurve> curvesOf(const ScheduleReport &report, std::stop_token stop)
{
    std::vector<ScheduleCurve> curves;
    const std::size_t groups = groupCount(report);
    for (std::size_t group = 0; group < groups && !stop.stop_requested(); ++group) {
        std::vector<double> rates = ratesOf(report, group);
        const auto alike = std::find_if(curves.begin(), curves.end(),
                                        [&](const ScheduleCurve &curve) { return sameRates(curve.rates, rates); });
        if (alike == curves.end())
            curves.push_back({{}, {group}, std::move(rates)});
        else
            alike->groups.push_back(group);
    }
    for (ScheduleCurve &curve : curves)
        curve.name = curveName(report, curve.groups);
    return curves;
}

/// As short as tells the two apart.
std::pair<QString, QString> ratesText(double a, double b)
{
    if (text::number(a) == text::number(b))
        return {text::exactNumber(a), text::exactNumber(b)};
    return {text::number(a), text::number(b)};
}

QString warningText(const ScheduleReport &report, const RateMismatch &mismatch)
{
    const auto [has, says] = ratesText(mismatch.lr, mismatch.expected);
    QString text = tr("%1 has lr %2 in the file, %3 says %4.")
                       .arg(groupText(report, mismatch.group), has, text::fromUtf8(report.className), says);
    text[0] = text[0].toUpper();
    const auto next = static_cast<std::size_t>(report.lastEpoch.value_or(-1) + 1);
    if (next > 0 && next < report.rates.size() && report.rates[next] && mismatch.group < report.rates[next]->size())
        text += QLatin1Char(' ')
                + tr("The next step makes it %1.").arg(text::number((*report.rates[next])[mismatch.group]));
    return text + QLatin1Char(' ')
           + tr("If nobody changed it by hand, set optimizer.param_groups[%1][\"lr\"] = %2 before going on.")
                 .arg(mismatch.group)
                 .arg(mismatch.expected, 0, 'g', kCodeDigits);
}

ScheduleStory storyOf(const ScheduleReport &report, std::stop_token stop)
{
    ScheduleStory story{.entry = report.entry,
                        .optimizer = report.optimizer,
                        .className = report.className.empty() ? tr("scheduler") : text::fromUtf8(report.className),
                        .settings = text::fromUtf8(report.settings),
                        .note = text::fromUtf8(report.note),
                        .warnings = {},
                        .lastEpoch = report.lastEpoch,
                        .perBatch = report.perBatch,
                        .curves = curvesOf(report, stop),
                        .marks = report.marks,
                        .mismatches = report.mismatches};
    for (const RateMismatch &mismatch : report.mismatches)
        if (story.warnings.size() < kMostWarnings)
            story.warnings << warningText(report, mismatch);
    return story;
}

}  // namespace

bool ScheduleStory::hasCurve() const
{
    return std::any_of(curves.begin(), curves.end(), [](const ScheduleCurve &curve) {
        const auto known = [](double rate) { return !std::isnan(rate); };
        const auto end = curve.rates.end();
        const auto first = std::find_if(curve.rates.begin(), end, known);
        return first != end && std::find_if(first + 1, end, known) != end;
    });
}

QString ScheduleStory::ratesNow() const
{
    const auto now = static_cast<std::size_t>(std::max<std::int64_t>(lastEpoch.value_or(0), 0));
    QStringList rates;
    for (const ScheduleCurve &curve : curves)
        if (now < curve.rates.size() && !std::isnan(curve.rates[now]))
            rates << (curves.size() == 1 ? text::number(curve.rates[now])
                                         : tr("%1: %2").arg(curve.name, text::number(curve.rates[now])));
    return rates.join(QStringLiteral(", "));
}

QString ScheduleStory::now() const
{
    if (!lastEpoch)
        return {};
    const QString place = tr("now: %1 %2").arg(scheduleAxis(perBatch).toLower(), text::integer(*lastEpoch));
    const QString rates = ratesNow();
    return rates.isEmpty() ? place : tr("%1, lr %2").arg(place, rates);
}

std::vector<ScheduleStory> scheduleStories(const Checkpoint &checkpoint, std::optional<std::int64_t> steps,
                                           std::stop_token stop)
{
    std::vector<ScheduleStory> stories;
    for (const ScheduleReport &report : scheduleReports(checkpoint, steps))
        if (!stop.stop_requested())
            stories.push_back(storyOf(report, stop));
    return stories;
}

ScheduleStory scheduleStory(const LrSchedule &schedule, std::int64_t steps, const QString &name)
{
    ScheduleStory story;
    story.className = text::fromUtf8(schedule.className());
    story.note = text::fromUtf8(schedule.note());
    story.perBatch = stepsPerBatch(schedule.className());
    ScheduleReport report;
    report.rates = schedule.rates(steps);
    story.curves.push_back({name, {0}, ratesOf(report, 0)});
    ValueTree tree;
    const ValueId state = schedule.writeStateDict(tree);
    story.marks = scheduleMarks(Value(tree, state), steps - 1);
    return story;
}

QString scheduleAxis(bool perBatch) { return perBatch ? tr("Step") : tr("Epoch"); }

}  // namespace waypoint
