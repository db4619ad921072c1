// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/schedule_design.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("schedules", sentence); }

/// The classes that cycle it are made for an optimizer that has some, such as SGD with this or Adam's first beta.
constexpr double kMomentum = 0.9;

Result<LrSchedulePtr> make(const ScheduleDesign &design)
{
    return makeLrSchedule(design.scheduleClass->name, design.arguments, {{.lr = design.lr, .momentum = kMomentum}},
                          design.totalSteps());
}

ScheduleStory constantStory(const ScheduleDesign &design)
{
    ScheduleStory story;
    story.className = tr("no scheduler");
    story.curves.push_back(
        {design.name(), {0}, std::vector<double>(static_cast<std::size_t>(design.totalSteps() + 1), design.lr)});
    return story;
}

}  // namespace

bool ScheduleDesign::isPerBatch() const { return stepsPerBatch(scheduleClass->name); }

std::int64_t ScheduleDesign::totalSteps() const { return isPerBatch() ? epochs * stepsPerEpoch : epochs; }

QString ScheduleDesign::name() const
{
    QString name = scheduleClass->className.empty() ? tr("no scheduler") : text::fromUtf8(scheduleClass->className);
    for (const auto &[key, value] : arguments.items())
        name += QStringLiteral(" %1=%2").arg(text::fromUtf8(key), text::fromUtf8(value));
    return text::elided(name, 60);
}

QString designProblem(const ScheduleDesign &design)
{
    if (design.isPerBatch() && design.stepsPerEpoch > kMostDesignedSteps / design.epochs)
        return tr("More than %1 steps are not drawn.").arg(text::integer(kMostDesignedSteps));
    const auto made = make(design);
    return made ? QString() : text::fromUtf8(made.error().detail);
}

ScheduleStory designStory(const ScheduleDesign &design)
{
    const auto made = make(design);
    if (!made || !*made)
        return constantStory(design);
    // After the last epoch the scheduler is stepped once more; OneCycleLR's last batch is that before total_steps.
    ScheduleStory story = scheduleStory(**made, design.totalSteps() + (design.isPerBatch() ? 0 : 1), design.name());
    if (!design.scheduleClass->className.empty())
        story.className = text::fromUtf8(design.scheduleClass->className);  // not the SequentialLR of its warm-up
    return story;
}

QString designNote(const ScheduleDesign &design)
{
    if (design.scheduleClass->name != "plateau")
        return {};
    const auto patience = design.arguments.integer("patience", 10);
    const auto factor = design.arguments.number("factor", 0.1);
    return tr("ReduceLROnPlateau has no curve before the training: each time the metric has not improved for more than "
              "%1 epochs, the learning rate is multiplied with %2.")
        .arg(text::integer(patience ? *patience : 10), text::number(factor ? *factor : 0.1));
}

}  // namespace waypoint
