// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/epoch_run.h"

#include "core/base/describe_error.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

namespace waypoint {

namespace {

constexpr std::size_t kMostNames = 3;

QString tr(const char *sentence, int n = -1) { return QCoreApplication::translate("EpochRun", sentence, nullptr, n); }

/// Of the folder that all files lie in: the run's, not its checkpoints/.
QString titleOf(const std::vector<EpochEntry> &entries)
{
    std::filesystem::path folder;
    for (const EpochEntry &entry : entries) {
        const std::filesystem::path parent = entry.file.checkpoint->path.parent_path();
        if (!folder.empty() && parent != folder)
            return {};
        folder = parent;
    }
    if (folder.filename() == "checkpoints" && folder.has_parent_path())
        folder = folder.parent_path();
    return text::fromPath(folder.filename());
}

QStringList linesOf(const std::vector<std::pair<std::filesystem::path, Error>> &unreadable)
{
    QStringList lines;
    for (const auto &[path, error] : unreadable)
        lines << QStringLiteral("%1: %2").arg(text::fromPath(path.filename()), text::fromUtf8(describe(error)));
    return lines;
}

EpochRunFound failed(const Error &error)
{
    const bool nothingThere = error.code == ErrorCode::NotFound;
    // With a reason, the folder is there, and only checkpoints are not.
    if (nothingThere && !error.detail.empty())
        return {nullptr,
                tr("%1 holds no checkpoint, and there is none in checkpoints/ below it. Choose the folder that holds "
                   "the files of the run.")
                    .arg(text::fromUtf8(error.file)),
                true};
    return {nullptr, text::fromUtf8(describe(error)), nothingThere};
}

/// "conv1.weight, conv1.bias and 3 more"
QString listed(const QStringList &names)
{
    if (static_cast<std::size_t>(names.size()) <= kMostNames)
        return names.join(QStringLiteral(", "));
    return tr("%1 and %2 more")
        .arg(names.mid(0, kMostNames).join(QStringLiteral(", ")),
             text::count(static_cast<std::uint64_t>(names.size()) - kMostNames));
}

QString filesPart(const EpochRun &run)
{
    const QString count = text::count(run.fileCount());
    const bool isEpochs = run.files.axis == CurveAxis::Epoch;
    if (run.title.isEmpty())
        return isEpochs ? tr("%1 epochs").arg(count) : tr("%1 checkpoints").arg(count);
    return (isEpochs ? tr("%1 epochs of %2") : tr("%1 checkpoints of %2")).arg(count, run.title);
}

}  // namespace

QString EpochRun::path(std::size_t file) const { return text::fromPath(files.entries[file].file.checkpoint->path); }

QString EpochRun::label(std::size_t file) const { return text::fromUtf8(files.entries[file].file.label); }

QString EpochRun::axisName() const
{
    switch (files.axis) {
    case CurveAxis::Epoch:
        return tr("Epoch");
    case CurveAxis::Step:
        return tr("Step");
    case CurveAxis::Time:
        break;
    }
    return tr("Checkpoint");
}

EpochRunFound findEpochRun(const QStringList &paths, std::size_t most, const Opener &opener,
                           const std::stop_token &stop, Progress &progress)
{
    std::vector<std::filesystem::path> wanted;
    for (const QString &path : paths)
        wanted.push_back(text::toPath(path));
    EpochChoice choice;
    choice.most = most;
    choice.open = opener;
    auto files = epochFilesIn(wanted, choice, stop, &progress);
    if (!files)
        return failed(files.error());
    auto run = std::make_shared<EpochRun>();
    run->files = *std::move(files);
    for (const std::string &note : run->files.notes)
        run->notes << text::fromUtf8(note);
    run->unreadable = linesOf(run->files.unreadable);
    run->title = titleOf(run->files.entries);
    run->scalars = epochScalars(run->files.entries);
    run->best = bestEpoch(run->files.entries);
    if (run->fileCount() < 2)
        return {run, {}, run->fileCount() == 0};
    auto series = lineUpEpochs(run->files.files());
    if (!series)
        return failed(series.error());
    run->series = *std::move(series);
    for (const std::string &note : run->series->notes)
        run->notes << text::fromUtf8(note);
    return {run, {}, false};
}

QString epochSentence(const EpochRun &run, const std::vector<EpochTrackPtr> &tracks)
{
    std::map<TensorFate, QStringList> names;
    for (std::size_t i = 0; i < tracks.size(); ++i)
        if (tracks[i])
            names[tracks[i]->fate] << text::fromUtf8(run.series->tensors[i].name);
    QStringList fates;
    // What a person should look at comes last, where the names are.
    for (const TensorFate fate :
         {TensorFate::Learning, TensorFate::Stalled, TensorFate::Frozen, TensorFate::Dead, TensorFate::Broken}) {
        const auto found = names.find(fate);
        if (found == names.end())
            continue;
        QString part =
            text::count(static_cast<std::uint64_t>(found->second.size())) + QLatin1Char(' ') + fateText(fate);
        if (fate != TensorFate::Learning)
            part += QStringLiteral(" (%1)").arg(listed(found->second));
        fates << part;
    }
    const std::size_t count = run.tensorCount();
    QString tensors = count == 1 ? tr("1 tensor") : tr("%1 tensors").arg(text::count(count));
    if (!fates.isEmpty())
        tensors += QStringLiteral(": ") + fates.join(QStringLiteral(", "));
    return filesPart(run) + QStringLiteral(" · ") + tensors;
}

QString bestSentence(const EpochRun &run)
{
    if (!run.best)
        return {};
    return tr("best by %1: %2 (%3)")
        .arg(text::fromUtf8(run.best->metric), run.label(run.best->entry), text::number(run.best->value));
}

std::vector<std::size_t> scalarsByWorth(const EpochRun &run)
{
    const auto rank = [&](std::size_t scalar) {
        const std::string &name = run.scalars[scalar].name;
        if (run.best && name == run.best->metric)
            return 0;
        return name.find("val") != std::string::npos ? 1 : 2;
    };
    std::vector<std::size_t> order(run.scalars.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
    return order;
}

}  // namespace waypoint
