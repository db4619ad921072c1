// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/schedule_lines.h"

#include "ui/models/text.h"
#include "ui/views/plot_colors.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace waypoint {

namespace {

/// More lines and labels than these would cover the curve: dots on it do.
constexpr std::size_t kMostLabels = 8;

QString tr(const char *sentence) { return QCoreApplication::translate("schedules", sentence); }

/// Without what is unknown at either end.
PlotLine lineOf(const ScheduleCurve &curve, std::size_t begin, std::size_t end)
{
    while (begin < end && std::isnan(curve.rates[begin]))
        ++begin;
    while (begin < end && std::isnan(curve.rates[end - 1]))
        --end;
    PlotLine line;
    line.steps = true;
    line.x.resize(end - begin);
    std::iota(line.x.begin(), line.x.end(), static_cast<double>(begin));
    line.y.assign(curve.rates.data() + begin, curve.rates.data() + end);
    return line;
}

QString shortText(ScheduleMark::Kind kind)
{
    using Kind = ScheduleMark::Kind;
    switch (kind) {
    case Kind::Milestone:
        return {};
    case Kind::Restart:
        return tr("restart");
    case Kind::CycleEnd:
        return tr("cycle");
    case Kind::WarmupEnd:
        return tr("warm-up ends");
    case Kind::Switch:
        return tr("switch");
    case Kind::End:
        return tr("end");
    }
    return {};
}

bool repeats(ScheduleMark::Kind kind)
{
    using Kind = ScheduleMark::Kind;
    return kind == Kind::Milestone || kind == Kind::Restart || kind == Kind::CycleEnd;
}

/// Where a mark lies on a curve.
std::optional<double> heightOf(const ScheduleMark &mark, const ScheduleStory &story)
{
    const auto step = static_cast<std::size_t>(mark.step);
    if (story.curves.empty() || step >= story.curves.front().rates.size())
        return std::nullopt;
    const double rate = story.curves.front().rates[step];
    return std::isnan(rate) ? std::nullopt : std::optional(rate);
}

PlotMark plotMark(const ScheduleMark &mark, const ScheduleStory &story)
{
    const bool few = story.marks.size() <= kMostLabels || !repeats(mark.kind);
    const QString axis = scheduleAxis(story.perBatch);
    const QString what = text::fromUtf8(mark.text);
    const QString label = mark.kind == ScheduleMark::Kind::Milestone ? what : shortText(mark.kind);
    return {.kind = PlotMark::Kind::Milestone,
            .x = mark.step,
            .y = few ? std::nullopt : heightOf(mark, story),
            .label = few ? label : QString(),
            .toolTip = tr("%1 %2: %3").arg(axis, text::number(mark.step), what)};
}

/// The label is short, since a narrow plot has little room beside the line.
PlotMark nowMark(const ScheduleStory &story)
{
    return {.kind = PlotMark::Kind::Now,
            .x = static_cast<double>(*story.lastEpoch),
            .y = {},
            .label = tr("now: %1 %2").arg(scheduleAxis(story.perBatch).toLower(), text::integer(*story.lastEpoch)),
            .toolTip = story.now()};
}

}  // namespace

std::vector<PlotLine> scheduleLines(const ScheduleStory &story, const QString &prefix, int &colour,
                                    const QPalette &palette)
{
    std::vector<PlotLine> lines;
    for (const ScheduleCurve &curve : story.curves) {
        const std::size_t count = curve.rates.size();
        // Without a present moment all is to come, and nothing to tell apart.
        const auto now = static_cast<std::size_t>(std::max<std::int64_t>(story.lastEpoch.value_or(0), 0));
        std::vector<PlotLine> parts;
        if (now > 0)
            parts.push_back(lineOf(curve, 0, std::min(now + 1, count)));
        if (now < count) {
            parts.push_back(lineOf(curve, now, count));
            if (story.lastEpoch)
                parts.back().style = PlotLine::Style::Dashed;
        }
        const QColor own = colors::plotLine(colour++, palette);
        for (PlotLine &part : parts) {
            if (part.x.empty())
                continue;
            if (part.x.size() == 1)
                part.style = PlotLine::Style::Points;
            part.name = prefix + curve.name;
            part.colour = own;
            lines.push_back(std::move(part));
        }
    }
    return lines;
}

std::vector<PlotMark> schedulePlotMarks(const ScheduleStory &story)
{
    std::vector<PlotMark> marks;
    for (const ScheduleMark &mark : story.marks)
        marks.push_back(plotMark(mark, story));
    if (!story.lastEpoch)
        return marks;
    marks.push_back(nowMark(story));
    for (qsizetype i = 0; i < story.warnings.size(); ++i) {
        const RateMismatch &mismatch = story.mismatches[static_cast<std::size_t>(i)];
        marks.push_back({.kind = PlotMark::Kind::Problem,
                         .x = static_cast<double>(*story.lastEpoch),
                         .y = mismatch.lr,
                         .label = tr("in the file: %1").arg(text::number(mismatch.lr)),
                         .toolTip = story.warnings[i]});
    }
    return marks;
}

}  // namespace waypoint
