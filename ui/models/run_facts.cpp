// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_facts.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>
#include <QtCore/QStringList>

#include <cmath>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("runFacts", sentence); }

QString dash() { return QString(QChar(0x2013)); }

QString known(bool isKnown, const QString &value) { return isKnown ? value : dash(); }

QString batchText(const RunStatus &status)
{
    return tr("%1 of %2").arg(text::integer(status.batch), text::integer(status.batches));
}

QString rateText(double samplesPerSecond)
{
    return samplesPerSecond < 100 ? text::number(samplesPerSecond) : QLocale().toString(samplesPerSecond, 'f', 0);
}

/// Until the last sign of life.
RunFact elapsed(const RunStatus &status, double started)
{
    const bool isKnown = std::isfinite(started) && status.heartbeat >= started;
    const double seconds = isKnown ? status.heartbeat - started : 0;
    return {tr("Elapsed"), known(isKnown, seconds < 1 ? tr("< 1 s") : clockText(seconds)),
            tr("Since the first step of the run, pauses and interruptions included")};
}

void addPace(std::vector<RunFact> &facts, const RunStatus &status)
{
    facts.push_back(
        {tr("Batch"), known(status.batches > 0, batchText(status)), tr("Batches of this epoch that are done")});
    facts.push_back({tr("Samples/s"), known(status.samplesPerSecond > 0, rateText(status.samplesPerSecond)), {}});
}

void addMemory(std::vector<RunFact> &facts, const RunStatus &status)
{
    if (status.memoryBytes > 0)
        facts.push_back({tr("Memory"), text::bytes({status.memoryBytes}), tr("Of the trainer's process")});
    if (status.deviceMemoryBytes > 0)
        facts.push_back({tr("GPU memory"), text::bytes({status.deviceMemoryBytes}), tr("That the trainer holds")});
}

RunFact device(const RunDescription &run)
{
    return {tr("Device"), text::fromUtf8(run.config.device), text::fromUtf8(run.environment.device)};
}

}  // namespace

std::vector<RunFact> runFacts(const RunNow &now, const RunReadings &readings)
{
    std::vector<RunFact> facts;
    if (!now.snapshot || now.snapshot->error)
        return facts;
    const RunStatus &status = now.snapshot->view.status;
    // While a resumed run starts, its pace is that of the process before.
    const bool isActive = now.story.isActive && now.story.condition != RunCondition::Starting;
    if (isActive)
        addPace(facts, status);
    facts.push_back({tr("Step"), text::integer(status.step), tr("Optimizer steps done in all")});
    facts.push_back({tr("Learning rate"),
                     known(std::isfinite(readings.learningRate), text::number(readings.learningRate)),
                     tr("Of the first param group, at the latest step that was logged")});
    facts.push_back(elapsed(status, readings.started));
    if (isActive)
        facts.push_back({tr("Time left"), known(status.secondsLeft >= 0, clockText(status.secondsLeft)),
                         tr("At the present pace")});
    if (isActive)
        addMemory(facts, status);
    facts.push_back(device(now.snapshot->view.description));
    return facts;
}

QString clockText(double seconds)
{
    const auto all = static_cast<qint64>(std::max(0.0, std::isfinite(seconds) ? seconds : 0.0));
    const auto two = [](qint64 number) { return QStringLiteral("%1").arg(number, 2, 10, QLatin1Char('0')); };
    const QString tail = two(all / 60 % 60) + QLatin1Char(':') + two(all % 60);
    if (all >= 86'400)
        return tr("%1 d %2").arg(all / 86'400).arg(two(all / 3600 % 24) + QLatin1Char(':') + tail);
    return QString::number(all / 3600) + QLatin1Char(':') + tail;
}

QString runInOneLine(const RunNow &now, const std::vector<RunFact> &facts)
{
    QStringList parts{now.title(), now.story.state, now.story.headline};
    if (now.story.share >= 0)
        parts << tr("%1 % done").arg(QLocale().toString(now.story.share * 100, 'f', 0));
    for (const RunFact &fact : facts)
        if (fact.value != dash())
            parts << fact.name + QLatin1Char(' ') + fact.value;
    parts.removeAll(QString());
    return parts.join(QStringLiteral(", "));
}

}  // namespace waypoint
