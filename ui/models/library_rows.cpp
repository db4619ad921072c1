// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/library_rows.h"

#include "ui/models/library_icons.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QLocale>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

using Named = std::pair<std::string, double>;

QString tr(const char *sentence) { return QCoreApplication::translate("library", sentence); }

QDateTime moment(std::int64_t milliseconds) { return QDateTime::fromMSecsSinceEpoch(milliseconds); }

QString ago(std::int64_t milliseconds)
{
    return milliseconds == 0 ? QString() : text::ago(moment(milliseconds), QDateTime::currentDateTime());
}

const std::optional<Named> &lossOf(const LibraryFile &file)
{
    static const std::optional<Named> kNone;
    return file.facts ? file.facts->loss : kNone;
}

const std::optional<Named> &metricOf(const LibraryFile &file)
{
    static const std::optional<Named> kNone;
    return file.facts ? file.facts->metric : kNone;
}

QVariant valueOf(const std::optional<Named> &named)
{
    return named && !std::isnan(named->second) ? QVariant(named->second) : QVariant();
}

QString numberOf(const std::optional<Named> &named) { return named ? text::number(named->second) : QString(); }

/// "accuracy/val" -> "accuracy"; "val_acc" stays.
QString shortName(const std::string &name)
{
    const QString whole = text::fromUtf8(name);
    for (const char *part : {"/val", "/eval", "/test"})
        if (whole.endsWith(QLatin1String(part)))
            return whole.chopped(static_cast<qsizetype>(qstrlen(part)));
    return whole;
}

QVariant progressOf(const LibraryFile &file)
{
    if (!file.facts)
        return {};
    const CheckpointFacts &facts = file.facts->checkpoint;
    const auto number = facts.epoch ? facts.epoch : facts.step;
    return number ? QVariant::fromValue<qlonglong>(*number) : QVariant();
}

QString progressText(const LibraryFile &file)
{
    if (!file.facts)
        return {};
    const CheckpointFacts &facts = file.facts->checkpoint;
    if (facts.epoch)
        return text::integer(*facts.epoch);
    return facts.step ? tr("step %1").arg(text::integer(*facts.step)) : QString();
}

QString evaluatedText(const EvaluationLine &line)
{
    return line.accuracy ? tr("%1 %").arg(QLocale().toString(*line.accuracy * 100, 'f', 2))
                         : tr("loss %1").arg(text::number(line.loss));
}

QString evaluatedToolTip(const EvaluationLine &line)
{
    const QString part = line.part == "all" ? QString() : tr(" (the part held out)");
    return tr("Loss %1 on %2 samples of %3%4, measured %5")
        .arg(text::number(line.loss), text::integer(line.samples), text::fromUtf8(line.data), part,
             ago(static_cast<std::int64_t>(line.time * 1000)));
}

QString stateText(const LibraryFile &file) { return file.facts ? fileLookWord(file.facts->look) : QString(); }

/// Marks the file whose value is the best, if there are several to choose from.
template<typename Value>
void markOne(LibraryGroup &group, bool LibraryFile::*mark, Value valueOfFile)
{
    LibraryFile *best = nullptr;
    int values = 0;
    Named top;
    for (LibraryFile &file : group.files) {
        file.*mark = false;
        const std::optional<Named> &value = valueOfFile(file);
        if (!value || std::isnan(value->second))
            continue;
        ++values;
        // Another metric cannot be compared with.
        if (best && value->first != top.first)
            continue;
        const bool better = isBetterLower(value->first) ? value->second < top.second : value->second > top.second;
        if (!best || better) {
            best = &file;
            top = *value;
        }
    }
    if (best && values > 1)
        best->*mark = true;
}

/// The best one, or the only one that has a value.
template<typename Value>
const LibraryFile *fileWith(const LibraryGroup &group, bool LibraryFile::*mark, Value valueOfFile)
{
    const auto is = [&](auto test) { return std::find_if(group.files.begin(), group.files.end(), test); };
    auto found = is([=](const LibraryFile &file) { return file.*mark; });
    if (found == group.files.end())
        found = is([=](const LibraryFile &file) { return valueOfFile(file).has_value(); });
    return found == group.files.end() ? nullptr : &*found;
}

std::optional<Named> bestMetric(const LibraryGroup &group)
{
    const LibraryFile *file = fileWith(group, &LibraryFile::hasBestMetric, metricOf);
    return file ? metricOf(*file) : std::nullopt;
}

std::optional<Named> bestLoss(const LibraryGroup &group)
{
    const LibraryFile *file = fileWith(group, &LibraryFile::hasBestLoss, lossOf);
    return file ? lossOf(*file) : std::nullopt;
}

/// The one that measured best.
const LibraryFile *bestEvaluated(const LibraryGroup &group)
{
    const LibraryFile *best = nullptr;
    for (const LibraryFile &file : group.files)
        if (const QVariant own = cellValue(file, LibraryColumn::Evaluated);
            own.isValid() && (!best || own.toDouble() > cellValue(*best, LibraryColumn::Evaluated).toDouble()))
            best = &file;
    return best;
}

std::uint64_t bytesOf(const LibraryGroup &group)
{
    std::uint64_t sum = 0;
    for (const LibraryFile &file : group.files)
        sum += file.found.bytes;
    return sum;
}

QVariant highestEpoch(const LibraryGroup &group)
{
    QVariant highest;
    for (const LibraryFile &file : group.files)
        if (file.facts && file.facts->checkpoint.epoch)
            highest = std::max<qlonglong>(highest.toLongLong(), *file.facts->checkpoint.epoch);
    return highest;
}

}  // namespace

std::vector<int> markBest(LibraryGroup &group)
{
    std::vector<std::pair<bool, bool>> before;
    for (const LibraryFile &file : group.files)
        before.emplace_back(file.hasBestLoss, file.hasBestMetric);
    markOne(group, &LibraryFile::hasBestLoss, lossOf);
    markOne(group, &LibraryFile::hasBestMetric, metricOf);
    std::vector<int> changed;
    for (std::size_t i = 0; i < before.size(); ++i)
        if (before[i] != std::pair(group.files[i].hasBestLoss, group.files[i].hasBestMetric))
            changed.push_back(static_cast<int>(i));
    return changed;
}

QStringList badgesOf(const LibraryFile &file)
{
    QStringList badges;
    for (const std::filesystem::path &link : file.found.links)
        if (const QString stem = text::fromPath(link.stem()); !badges.contains(stem))
            badges << stem;
    return badges;
}

QString cellText(const LibraryFile &file, LibraryColumn column)
{
    switch (column) {
    case LibraryColumn::Name:
        return text::fromPath(file.found.path.filename());
    case LibraryColumn::State:
        return stateText(file);
    case LibraryColumn::Epoch:
        return progressText(file);
    case LibraryColumn::Loss:
        return (file.hasBestLoss ? QStringLiteral("★ ") : QString()) + numberOf(lossOf(file));
    case LibraryColumn::Metric:
        return (file.hasBestMetric ? QStringLiteral("★ ") : QString()) + numberOf(metricOf(file));
    case LibraryColumn::Evaluated:
        return file.evaluated ? evaluatedText(*file.evaluated) : QString();
    case LibraryColumn::Size:
        return file.found.isFolder ? tr("folder") : text::bytes({file.found.bytes});
    case LibraryColumn::Changed:
        return ago(file.found.modified);
    }
    return {};
}

QVariant cellValue(const LibraryFile &file, LibraryColumn column)
{
    switch (column) {
    case LibraryColumn::Name:
        return text::fromPath(file.found.path.filename());
    case LibraryColumn::State:
        return file.facts ? QVariant(static_cast<int>(file.facts->look)) : QVariant();
    case LibraryColumn::Epoch:
        return progressOf(file);
    case LibraryColumn::Loss:
        return valueOf(lossOf(file));
    case LibraryColumn::Metric:
        return valueOf(metricOf(file));
    case LibraryColumn::Evaluated:
        return file.evaluated ? QVariant(file.evaluated->accuracy.value_or(-file.evaluated->loss)) : QVariant();
    case LibraryColumn::Size:
        return file.found.isFolder ? QVariant() : QVariant::fromValue<qulonglong>(file.found.bytes);
    case LibraryColumn::Changed:
        return QVariant::fromValue<qlonglong>(file.found.modified);
    }
    return {};
}

QString cellToolTip(const LibraryFile &file, LibraryColumn column)
{
    switch (column) {
    case LibraryColumn::Loss:
    case LibraryColumn::Metric: {
        QStringList lines;
        if (file.facts && column == LibraryColumn::Loss && file.facts->checkpoint.loss)
            lines << tr("loss %1").arg(text::exactNumber(*file.facts->checkpoint.loss));
        if (file.facts)
            for (const auto &[name, value] : file.facts->checkpoint.metrics)
                lines << text::fromUtf8(name) + QLatin1Char(' ') + text::exactNumber(value);
        return lines.mid(0, 20).join(QLatin1Char('\n'));
    }
    case LibraryColumn::Evaluated:
        return file.evaluated ? evaluatedToolTip(*file.evaluated) : QString();
    case LibraryColumn::Size:
        return file.found.isFolder ? QString() : text::exactBytes({file.found.bytes});
    case LibraryColumn::Changed:
        return QLocale().toString(moment(file.found.modified), QLocale::LongFormat);
    default:
        break;
    }
    QStringList lines{file.path};
    for (const std::filesystem::path &link : file.found.links)
        lines << tr("also %1").arg(text::fromPath(link.filename()));
    if (const QString state = file.facts ? fileLookText(file.facts->look) : QString(); !state.isEmpty())
        lines << state;
    if (file.facts && !file.facts->problem.isEmpty())
        lines << file.facts->problem;
    if (file.facts && file.facts->checkpoint.fromName)
        lines << tr("Told by its name");
    return lines.join(QLatin1Char('\n'));
}

QString cellText(const LibraryGroup &group, LibraryColumn column)
{
    switch (column) {
    case LibraryColumn::Name:
        return group.title;
    case LibraryColumn::State:
        if (group.run.isKnown && group.run.story.isActive && group.run.story.share >= 0)
            return tr("%1 · %2 %")
                .arg(group.run.story.state, QLocale().toString(std::floor(group.run.story.share * 100), 'f', 0));
        return group.run.isKnown ? group.run.story.state : group.note;
    case LibraryColumn::Epoch: {
        const QVariant epoch = highestEpoch(group);
        return epoch.isValid() ? text::integer(epoch.toLongLong()) : QString();
    }
    case LibraryColumn::Loss:
        return numberOf(bestLoss(group));
    case LibraryColumn::Metric: {
        const auto metric = bestMetric(group);
        return metric ? shortName(metric->first) + QLatin1Char(' ') + numberOf(metric) : QString();
    }
    case LibraryColumn::Size:
        return group.files.empty() ? QString() : text::bytes({bytesOf(group)});
    case LibraryColumn::Changed:
        return ago(group.modified);
    case LibraryColumn::Evaluated: {
        const LibraryFile *file = bestEvaluated(group);
        return file ? cellText(*file, column) : QString();
    }
    }
    return {};
}

QVariant cellValue(const LibraryGroup &group, LibraryColumn column)
{
    switch (column) {
    case LibraryColumn::Name:
        return group.title;
    case LibraryColumn::State:
        return group.run.isKnown ? QVariant(static_cast<int>(group.run.story.condition)) : QVariant();
    case LibraryColumn::Epoch:
        return highestEpoch(group);
    case LibraryColumn::Loss:
        return valueOf(bestLoss(group));
    case LibraryColumn::Metric:
        return valueOf(bestMetric(group));
    case LibraryColumn::Evaluated: {
        const LibraryFile *file = bestEvaluated(group);
        return file ? cellValue(*file, column) : QVariant();
    }
    case LibraryColumn::Size:
        return group.files.empty() ? QVariant() : QVariant::fromValue<qulonglong>(bytesOf(group));
    case LibraryColumn::Changed:
        return group.modified == 0 ? QVariant() : QVariant::fromValue<qlonglong>(group.modified);
    }
    return {};
}

QString detailsOf(const LibraryFile &file)
{
    QStringList parts;
    if (file.facts && file.facts->look == FileLook::BeingWritten)
        parts << tr("being written");
    const QString epoch = progressText(file);
    // The name has mostly said it.
    if (!epoch.isEmpty() && factsInName(file.found.path.filename().string()).epoch != file.facts->checkpoint.epoch)
        parts << (file.facts->checkpoint.epoch ? tr("epoch %1").arg(epoch) : epoch);
    if (const auto metric = metricOf(file))
        parts << shortName(metric->first) + QLatin1Char(' ') + numberOf(metric);
    else if (const auto loss = lossOf(file))
        parts << shortName(loss->first) + QLatin1Char(' ') + numberOf(loss);
    if (file.found.isLog)
        parts << tr("curves");
    parts << ago(file.found.modified);
    if (!file.found.isLog)
        parts << cellText(file, LibraryColumn::Size);
    return parts.join(QStringLiteral(" · "));
}

QString detailsOf(const LibraryGroup &group)
{
    if (!group.run.isKnown)
        return group.note;
    QStringList parts;
    // The sign beside the name says that it is over; the rest has more use for the room.
    if (group.run.story.condition != RunCondition::Finished)
        parts << cellText(group, LibraryColumn::State);
    if (bestMetric(group))
        parts << cellText(group, LibraryColumn::Metric);
    else if (bestLoss(group))
        parts << tr("loss %1").arg(cellText(group, LibraryColumn::Loss));
    if (group.modified != 0)
        parts << ago(group.modified);
    return parts.join(QStringLiteral(" · "));
}

QString detailsOf(const LibraryRun &run) { return run.story.headline.isEmpty() ? run.story.state : run.story.headline; }

QString filterText(const LibraryFile &file)
{
    QStringList words{text::fromPath(file.found.path.filename()), stateText(file),
                      cellText(file, LibraryColumn::Metric)};
    words << badgesOf(file);
    if (file.facts)
        for (const auto &metric : file.facts->checkpoint.metrics)
            words << text::fromUtf8(metric.first);
    return words.join(QLatin1Char(' '));
}

QString filterText(const LibraryGroup &group)
{
    return group.title + QLatin1Char(' ') + cellText(group, LibraryColumn::State) + QLatin1Char(' ') + group.run.about;
}

}  // namespace waypoint
