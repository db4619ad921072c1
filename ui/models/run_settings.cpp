// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_settings.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

namespace waypoint {

namespace {

using Rows = std::vector<std::pair<QString, QString>>;

QString tr(const char *sentence) { return QCoreApplication::translate("runSettings", sentence); }

QString textOr(const std::string &value, const QString &otherwise)
{
    return value.empty() ? otherwise : text::fromUtf8(value);
}

QString countOr(std::int64_t value, const QString &otherwise) { return value == 0 ? otherwise : text::integer(value); }

QString numberOr(double value, const QString &otherwise) { return value == 0 ? otherwise : text::exactNumber(value); }

QString yesNo(bool yes) { return yes ? tr("yes") : tr("no"); }

QString settingsText(const Arguments &arguments)
{
    QStringList parts;
    for (const auto &[key, value] : arguments.items())
        parts << text::fromUtf8(key) + QLatin1Char('=') + text::fromUtf8(value);
    return parts.join(QStringLiteral(", "));
}

void addIfTold(Rows &rows, const QString &name, const QString &value)
{
    if (!value.isEmpty())
        rows.emplace_back(name, value);
}

RunSettingsGroup modelAndData(const RunConfig &run)
{
    const QString byData = tr("chosen by the data");
    RunSettingsGroup group{tr("Model and data"), {}};
    group.rows = {{tr("Model"), textOr(run.model, byData)},
                  {tr("Data"), text::fromUtf8(run.data)},
                  {tr("Validation data"), textOr(run.val, tr("what the data holds out"))},
                  {tr("Device"), text::fromUtf8(run.device)},
                  {tr("Epochs"), countOr(run.epochs, byData)},
                  {tr("Batch size"), countOr(run.batchSize, byData)},
                  {tr("Shuffle"), yesNo(run.shuffle)},
                  {tr("Seed"), QString::number(run.seed)}};
    addIfTold(group.rows, tr("Weights to start from"), textOr(run.init, {}));
    if (!run.init.empty())
        group.rows.emplace_back(tr("Strict"), yesNo(run.strict));
    addIfTold(group.rows, tr("Section of the model"), textOr(run.section, {}));
    addIfTold(group.rows, tr("Section of the optimizer"), textOr(run.optimizerSection, {}));
    return group;
}

RunSettingsGroup training(const RunConfig &run)
{
    RunSettingsGroup group{tr("Training"), {}};
    group.rows = {{tr("Optimizer"), textOr(run.optimizer, tr("chosen by the data"))},
                  {tr("Learning rate"), numberOr(run.lr, tr("chosen by the optimizer"))}};
    addIfTold(group.rows, tr("Optimizer settings"), settingsText(run.optimizerArgs));
    group.rows.emplace_back(tr("Schedule"), textOr(run.scheduler, tr("none")));
    addIfTold(group.rows, tr("Schedule settings"), settingsText(run.schedulerArgs));
    group.rows.emplace_back(tr("Loss"), text::fromUtf8(run.loss));
    group.rows.emplace_back(tr("Label smoothing"), numberOr(run.labelSmoothing, tr("none")));
    group.rows.emplace_back(tr("Clip gradients to"), numberOr(run.clipGrad, tr("not clipped")));
    group.rows.emplace_back(tr("Batches per step"), text::integer(run.accumulate));
    group.rows.emplace_back(tr("Decay of biases, norms"), yesNo(!run.noDecay));
    group.rows.emplace_back(tr("Mixed precision"), yesNo(run.amp));
    group.rows.emplace_back(tr("Averaged weights"), numberOr(run.ema, tr("no average")));
    return group;
}

RunSettingsGroup checkpoints(const RunConfig &run)
{
    const QString never = tr("never");
    return {tr("Checkpoints"),
            {{tr("Every epochs"), countOr(run.checkpointEvery, tr("only at the end"))},
             {tr("Every steps"), countOr(run.checkpointSteps, never)},
             {tr("Every minutes"), numberOr(run.checkpointMinutes, never)},
             {tr("Epochs kept"), countOr(run.keepLast, tr("all"))},
             {tr("Best by"), textOr(run.monitor, tr("accuracy/val, else loss"))},
             {tr("Early stop after epochs"), countOr(run.earlyStop, never)}}};
}

RunSettingsGroup machine(const RunConfig &run)
{
    return {tr("Work"),
            {{tr("Threads"), countOr(run.threads, tr("measured in the first steps"))},
             {tr("Data threads"), countOr(run.loaders, tr("chosen"))},
             {tr("Log every steps"), countOr(run.logEvery, tr("chosen"))}}};
}

RunSettingsGroup environment(const RunEnvironment &around)
{
    RunSettingsGroup group{tr("Environment"), {}};
    addIfTold(group.rows, tr("Host"), text::fromUtf8(around.host));
    addIfTold(group.rows, tr("Device"), text::fromUtf8(around.device));
    addIfTold(group.rows, QStringLiteral("LibTorch"), text::fromUtf8(around.libtorch));
    addIfTold(group.rows, QStringLiteral("Waypoint"), text::fromUtf8(around.waypoint));
    addIfTold(group.rows, QStringLiteral("BLAS"), text::fromUtf8(around.blas));
    addIfTold(group.rows, tr("ATen threads"), countOr(around.atenThreads, {}));
    addIfTold(group.rows, tr("BLAS threads"), countOr(around.blasThreads, {}));
    group.rows.emplace_back(QStringLiteral("oneDNN"), yesNo(around.onednn));
    return group;
}

}  // namespace

std::vector<RunSettingsGroup> runSettings(const RunDescription &run)
{
    return {modelAndData(run.config), training(run.config), checkpoints(run.config), machine(run.config),
            environment(run.environment)};
}

}  // namespace waypoint
