// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/epoch_average.h"

#include "core/base/describe_error.h"
#include "core/checkpoint/compare/average.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <filesystem>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("EpochAverage", sentence); }

/// All checkpoints of the run, whether they are shown or not.
std::vector<std::filesystem::path> filesOf(const EpochRun &run)
{
    std::vector<std::filesystem::path> files = run.files.others;
    for (const EpochEntry &entry : run.files.entries)
        files.push_back(entry.file.checkpoint->path);
    return files;
}

Result<EpochAverage> averageFor(const EpochAverageOrder &order)
{
    std::vector<EpochFile> files;
    for (const std::size_t file : order.files)
        files.push_back(order.run->files.entries[file].file);
    auto series = lineUpEpochs(std::move(files));
    if (!series)
        return series.error();
    auto average = averageOf(*series, weightsOf(*order.run, order.files, order.weighting));
    if (average)
        average->spared = filesOf(*order.run);
    return average;
}

}  // namespace

EpochAveragePlan planAverage(const EpochAverageOrder &order, const std::stop_token &stop)
{
    EpochAveragePlan plan;
    if (order.files.size() < 2) {
        plan.problem = tr("Tick two checkpoints or more.");
        return plan;
    }
    if (order.path.trimmed().isEmpty()) {
        plan.problem = tr("Say where the mean goes.");
        return plan;
    }
    const auto average = averageFor(order);
    if (!average) {
        plan.problem = text::fromUtf8(describe(average.error()));
        return plan;
    }
    for (const std::string &note : average->notes)
        plan.notes << text::fromUtf8(note);
    const std::filesystem::path path = text::toPath(order.path);
    std::error_code error;
    if (stop.stop_requested())
        return plan;
    plan.isTaken = std::filesystem::exists(path, error);
    if (std::filesystem::is_directory(path, error))
        plan.problem = tr("%1 is a folder: add a name for the file.").arg(order.path);
    else if (!path.parent_path().empty() && !std::filesystem::is_directory(path.parent_path(), error))
        plan.problem = tr("There is no folder %1.").arg(text::fromPath(path.parent_path()));
    // Most names are new, and a run has thousands of files.
    if (plan.isTaken)
        for (const auto &file : filesOf(*order.run))
            if (std::filesystem::equivalent(file, path, error))
                plan.problem = tr("%1 is one of the checkpoints: choose another name.").arg(order.path);
    return plan;
}

EpochAverageDone writeAverage(const EpochAverageOrder &order, const std::stop_token &stop, Progress &progress)
{
    const auto average = averageFor(order);
    if (!average)
        return {.problem = text::fromUtf8(describe(average.error()))};
    const std::filesystem::path path = text::toPath(order.path);
    const Result<void> written = writeAverage(*average, path, stop, &progress);
    if (!written && written.error().code == ErrorCode::Cancelled)
        return {.problem = tr("Cancelled: nothing was written."), .isCancelled = true};
    if (!written)
        return {.problem = text::fromUtf8(describe(written.error()))};
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path, error);
    return {.bytes = error ? 0 : bytes};
}

QString averagePath(const EpochRun &run, const std::vector<std::size_t> &files)
{
    if (files.empty())
        return {};
    std::filesystem::path folder = run.files.entries[files.back()].file.checkpoint->path.parent_path();
    if (folder.filename() == "checkpoints")
        folder = folder.parent_path();
    const auto number = [&](std::size_t file) {
        return QString::number(run.position(file), 'f', 0).rightJustified(4, QLatin1Char('0'));
    };
    const QString name = QStringLiteral("average_%1-%2.pth").arg(number(files.front()), number(files.back()));
    return text::fromPath(folder / text::toPath(name));
}

}  // namespace waypoint
