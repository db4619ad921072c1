// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/library_icons.h"
#include "ui/models/library_model.h"
#include "ui/models/text.h"

#include <QtGui/QFont>

#include <algorithm>

namespace waypoint {

namespace {

bool isNumber(LibraryColumn column)
{
    return column != LibraryColumn::Name && column != LibraryColumn::State && column != LibraryColumn::Changed;
}

bool isBest(const LibraryFile &file, LibraryColumn column)
{
    return (column == LibraryColumn::Loss && file.hasBestLoss)
           || (column == LibraryColumn::Metric && file.hasBestMetric);
}

FileLook lookOf(const LibraryFile &file)
{
    return file.found.isLog ? FileLook::Log : file.facts ? file.facts->look : FileLook::Unknown;
}

QStringList linksOf(const LibraryFile &file)
{
    QStringList paths{file.path};
    for (const std::filesystem::path &link : file.found.links)
        paths << text::fromPath(link);
    return paths;
}

QVariant bold()
{
    QFont font;
    font.setBold(true);
    return font;
}

QString toolTipOf(const LibraryRun &run)
{
    QStringList lines{run.folder};
    for (const QString &line : {run.about, run.story.headline, run.story.cause, run.story.advice})
        if (!line.isEmpty())
            lines << line;
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

QVariant LibraryModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const auto column = static_cast<LibraryColumn>(index.column());
    if (index.internalId() == 0)
        return groupData(*m_groups[static_cast<std::size_t>(index.row())], column, role);
    const auto &group = *static_cast<const LibraryGroup *>(index.constInternalPointer());
    const auto row = static_cast<std::size_t>(index.row());
    if (group.kind == LibraryGroup::Kind::Active)
        return activeData(group.active[row], column, role);
    return fileData(group, group.files[row], column, role);
}

QVariant LibraryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    const auto column = static_cast<LibraryColumn>(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case LibraryColumn::Name:
        return tr("Name");
    case LibraryColumn::State:
        return tr("State");
    case LibraryColumn::Epoch:
        return tr("Epoch");
    case LibraryColumn::Loss:
        return tr("Loss");
    case LibraryColumn::Metric:
        return tr("Metric");
    case LibraryColumn::Evaluated:
        return tr("Evaluated");
    case LibraryColumn::Size:
        return tr("Size");
    case LibraryColumn::Changed:
        return tr("Changed");
    }
    return {};
}

QVariant LibraryModel::groupData(const LibraryGroup &group, LibraryColumn column, int role) const
{
    const bool isRun = group.kind == LibraryGroup::Kind::Run;
    if (group.kind == LibraryGroup::Kind::Active) {
        const bool isAnyActive =
            std::any_of(group.active.begin(), group.active.end(), [](const auto &run) { return run.story.isActive; });
        switch (role) {
        case Qt::DisplayRole:
            return column != LibraryColumn::Name ? QVariant() : isAnyActive ? tr("Running") : tr("Interrupted");
        case IsGroupRole:
            return true;
        case KindRole:
            return ActiveRuns;
        case PathRole:
            return group.path;
        default:
            return {};
        }
    }
    switch (role) {
    case Qt::DisplayRole:
        return cellText(group, column);
    case Qt::ToolTipRole:
        return isRun && group.run.isKnown ? toolTipOf(group.run) : group.path;
    case Qt::DecorationRole:
        return isRun && column == LibraryColumn::Name && group.run.isKnown
                   ? QVariant(runIcon(group.run.story.condition))
                   : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::FontRole:
        return column == LibraryColumn::Name ? bold() : QVariant();
    case DetailsRole:
        return detailsOf(group);
    case PathRole:
        return group.path;
    case IsGroupRole:
        return true;
    case RootRole:
        return group.root;
    case KindRole:
        return isRun ? Run : Folder;
    case SortRole:
        return cellValue(group, column);
    case FilterRole:
        return filterText(group);
    case CanResumeRole:
        return isRun && group.run.isKnown && group.run.story.canResume;
    case IsActiveRole:
        return isRun && group.run.isKnown && group.run.story.isActive;
    default:
        return {};
    }
}

QVariant LibraryModel::activeData(const LibraryRun &run, LibraryColumn column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return column == LibraryColumn::Name ? QVariant(run.title) : QVariant();
    case Qt::ToolTipRole:
        return toolTipOf(run);
    case Qt::DecorationRole:
        return runIcon(run.story.condition);
    case DetailsRole:
        return detailsOf(run);
    case PathRole:
        return run.folder;
    case IsGroupRole:
        return false;
    case KindRole:
        return ActiveRun;
    case FilterRole:
        return QStringList({run.title, run.about, run.story.state}).join(QLatin1Char(' '));
    case ShareRole:
        return run.story.isActive && run.story.share >= 0 ? QVariant(run.story.share) : QVariant();
    case CanResumeRole:
        return run.story.canResume;
    case IsActiveRole:
        return run.story.isActive;
    default:
        return {};
    }
}

QVariant LibraryModel::fileData(const LibraryGroup &group, const LibraryFile &file, LibraryColumn column,
                                int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return cellText(file, column);
    case DetailsRole:
        return detailsOf(file);
    case Qt::ToolTipRole:
        return cellToolTip(file, column);
    case Qt::DecorationRole:
        return column == LibraryColumn::Name ? QVariant(fileIcon(lookOf(file))) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::FontRole:
        return isBest(file, column) ? bold() : QVariant();
    case PathRole:
        return file.path;
    case IsGroupRole:
        return false;
    case RootRole:
        return group.root;
    case IsLogRole:
        return file.found.isLog;
    case KindRole:
        return File;
    case SortRole:
        return cellValue(file, column);
    case FilterRole:
        return filterText(file);
    case LinksRole:
        return linksOf(file);
    case BadgesRole:
        return badgesOf(file);
    case IsBestRole:
        return isBest(file, column);
    case CanResumeRole:
        return lookOf(file) == FileLook::Resumable || lookOf(file) == FileLook::ModelOnly;
    case IsActiveRole:
        return group.run.isKnown && group.run.story.isActive;
    case MetricRole: {
        const bool hasMetric = file.facts && file.facts->metric;
        return hasMetric ? text::fromUtf8(file.facts->metric->first) : QString();
    }
    default:
        return {};
    }
}

}  // namespace waypoint
