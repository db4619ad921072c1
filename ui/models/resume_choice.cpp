// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/resume_choice.h"

#include "core/run/train_command.h"
#include "ui/models/text.h"

#include <QtCore/QFileInfo>
#include <QtCore/QSettings>

namespace waypoint {

namespace {

constexpr qsizetype kMostFolders = 100;

QString settingsKey() { return QStringLiteral("resume/folders"); }

QString folderOf(const ResumeFile &file) { return QFileInfo(file.path).absolutePath(); }

/// A row of the settings: folder, model, data, batch size.
using Row = QStringList;

QList<Row> rememberedRows()
{
    QList<Row> rows;
    for (const QVariant &row : QSettings().value(settingsKey()).toList())
        if (const Row fields = row.toStringList(); fields.size() == 4)
            rows << fields;
    return rows;
}

void addText(std::vector<std::string> &options, const char *name, const QString &value)
{
    if (!value.isEmpty())
        options.insert(options.end(), {name, value.toStdString()});
}

void addNumber(std::vector<std::string> &options, const char *name, std::int64_t value)
{
    if (value > 0)
        options.insert(options.end(), {name, std::to_string(value)});
}

std::vector<std::string> furtherOptions(const ResumeInput &input)
{
    std::vector<std::string> options;
    addText(options, "--model", input.model);
    addText(options, "--data", input.data);
    addText(options, "--device", input.device);
    addNumber(options, "--epochs", input.epochs);
    addNumber(options, "--batch-size", input.batchSize);
    addText(options, "--section", input.section);
    addText(options, "--optimizer-section", input.optimizerSection);
    if (!input.strict)
        options.emplace_back("--non-strict");
    return options;
}

void setWhere(std::string &field, const QString &chosen)
{
    if (!chosen.isEmpty())
        field = chosen.toStdString();
}

/// What a new run with the weights of somebody else's checkpoint is set to: model and data; the rest suits the data.
RunConfig foreignConfig(const std::optional<TrainerPlan> &plan)
{
    RunConfig config;
    config.data.clear();
    if (!plan)
        return config;
    config.model = plan->model;
    if (plan->trainSamples > 0)
        config.data = plan->config.data;
    return config;
}

}  // namespace

ResumeInput firstInput(const ResumeFile &file)
{
    ResumeInput input = rememberedChoice(file);
    input.inPlace = file.isOwn && !file.runFolder.isEmpty() && file.leftBehind.isEmpty();
    input.folder = file.freeFolder;
    return input;
}

QString resumeFolder(const ResumeFile &file, const ResumeInput &input)
{
    return input.inPlace && !file.runFolder.isEmpty() ? file.runFolder : input.folder;
}

std::vector<std::string> resumeArguments(const ResumeFile &file, const ResumeInput &input)
{
    ResumeChoice choice;
    choice.checkpoint = text::toPath(file.path);
    choice.out = text::toPath(resumeFolder(file, input));
    if (!input.nextEpoch)
        choice.epochIs = input.epochIs.toStdString();
    choice.nextEpoch = input.nextEpoch;
    choice.options = furtherOptions(input);
    return resumeCommand(choice);
}

std::vector<std::string> newRunArguments(const ResumeFile &file, const ResumeInput &input,
                                         const std::optional<TrainerPlan> &plan)
{
    RunConfig config = file.config ? *file.config : foreignConfig(plan);
    config.init = file.path.toStdString();
    config.section = input.section.toStdString();
    config.optimizerSection.clear();
    config.strict = input.strict;
    config.threads = 0;  // measured anew
    setWhere(config.model, input.model);
    setWhere(config.data, input.data);
    setWhere(config.device, input.device);
    if (input.epochs > 0)
        config.epochs = input.epochs;
    if (input.batchSize > 0)
        config.batchSize = input.batchSize;
    if (config.data.empty() || input.folder.isEmpty())
        return {};
    return startCommand(config, text::toPath(input.folder));
}

QStringList toQt(const std::vector<std::string> &arguments)
{
    QStringList list;
    for (const std::string &argument : arguments)
        list << text::fromUtf8(argument);
    return list;
}

void rememberChoice(const ResumeFile &file, const ResumeInput &input)
{
    if (file.isOwn || (input.model.isEmpty() && input.data.isEmpty()))
        return;
    QList<Row> rows = rememberedRows();
    rows.removeIf([&](const Row &row) { return row.first() == folderOf(file); });
    rows.prepend({folderOf(file), input.model, input.data, QString::number(input.batchSize)});
    QVariantList list;
    for (const Row &row : rows.mid(0, kMostFolders))
        list << QVariant(row);
    QSettings().setValue(settingsKey(), list);
}

ResumeInput rememberedChoice(const ResumeFile &file)
{
    ResumeInput input;
    if (file.isOwn)
        return input;
    for (const Row &row : rememberedRows())
        if (row.first() == folderOf(file)) {
            input.model = row[1];
            input.data = row[2];
            input.batchSize = row[3].toLongLong();
            break;
        }
    return input;
}

}  // namespace waypoint
