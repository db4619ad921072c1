// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/checkpoint_model.h"

#include "core/base/describe_error.h"
#include "ui/models/entry_icons.h"
#include "ui/models/entry_sort.h"
#include "ui/models/entry_text.h"
#include "ui/models/stats_text.h"
#include "ui/models/text.h"

#include <QtGui/QBrush>
#include <QtGui/QGuiApplication>
#include <QtGui/QPalette>

namespace waypoint {

namespace {

int alignment(EntryColumn column)
{
    const bool isNumber = column == EntryColumn::Bytes || isStatistic(column);
    return static_cast<int>((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

QString headerTip(EntryColumn column)
{
    switch (column) {
    case EntryColumn::Mean:
        return CheckpointModel::tr("Mean of all values but NaN");
    case EntryColumn::Std:
        return CheckpointModel::tr("Standard deviation of all values but NaN, divided by N as torch.std(correction=0)");
    case EntryColumn::Zeros:
        return CheckpointModel::tr("Share of values that are zero");
    case EntryColumn::NotFinite:
        return CheckpointModel::tr("How many values are NaN or infinite");
    case EntryColumn::Value:
        return CheckpointModel::tr("The value, or the smallest and the largest of a tensor");
    default:
        return {};
    }
}

}  // namespace

CheckpointModel::CheckpointModel(QObject *parent) : QAbstractItemModel(parent) {}

void CheckpointModel::setContent(EntryContent content)
{
    beginResetModel();
    m_content = std::move(content);
    endResetModel();
}

void CheckpointModel::setStats(EntryStatsPtr stats) { m_content.stats = std::move(stats); }

void CheckpointModel::refresh(const std::vector<EntryId> &entries)
{
    for (const EntryId id : entries)
        if (const QModelIndex first = indexOf(id); first.isValid())
            Q_EMIT dataChanged(first, first.siblingAtColumn(kEntryColumns - 1));
}

EntryId CheckpointModel::entry(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<EntryId>(index.internalId()) : kNoEntry;
}

QModelIndex CheckpointModel::indexOf(EntryId id, EntryColumn column) const
{
    if (m_content.isEmpty() || id >= m_content.order->row.size())
        return {};
    const std::uint32_t row = m_content.order->row[id];
    return row == EntryOrder::kHidden ? QModelIndex()
                                      : createIndex(static_cast<int>(row), static_cast<int>(column), id);
}

QModelIndex CheckpointModel::index(int row, int column, const QModelIndex &parent) const
{
    if (row < 0 || row >= rowCount(parent) || column < 0 || column >= kEntryColumns)
        return {};
    if (!parent.isValid())
        return createIndex(row, column, kRootEntry);
    const EntryOrder &order = *m_content.order;
    return createIndex(row, column, order.shown[order.first[entry(parent)] + static_cast<std::uint32_t>(row)]);
}

QModelIndex CheckpointModel::parent(const QModelIndex &child) const
{
    const EntryId id = entry(child);
    if (id == kNoEntry || id == kRootEntry)
        return {};
    return indexOf(m_content.checkpoint->entries[id].parent);
}

int CheckpointModel::rowCount(const QModelIndex &parent) const
{
    if (m_content.isEmpty())
        return 0;
    if (!parent.isValid())
        return 1;
    return parent.column() == 0 ? static_cast<int>(m_content.order->count[entry(parent)]) : 0;
}

int CheckpointModel::columnCount(const QModelIndex &) const { return kEntryColumns; }

bool CheckpointModel::hasChildren(const QModelIndex &parent) const { return rowCount(parent) > 0; }

QVariant CheckpointModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || m_content.isEmpty())
        return {};
    const EntryId id = entry(index);
    const auto column = static_cast<EntryColumn>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return cell(id, column);
    case Qt::ToolTipRole:
        return tip(id, column);
    case Qt::DecorationRole:
        return column == EntryColumn::Name ? QVariant(icon(id)) : QVariant();
    case Qt::TextAlignmentRole:
        return alignment(column);
    case Qt::ForegroundRole:
    case Qt::BackgroundRole:
        return brush(id, role);
    case SortRole:
        return sortValue(id, column);
    case EntryRole:
        return id;
    case SectionRole:
        return sectionRole(id);
    default:
        return {};
    }
}

QVariant CheckpointModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= kEntryColumns)
        return {};
    const auto column = static_cast<EntryColumn>(section);
    if (role == Qt::TextAlignmentRole)
        return alignment(column);
    if (role == Qt::ToolTipRole)
        return headerTip(column);
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case EntryColumn::Name:
        return tr("Name");
    case EntryColumn::Type:
        return tr("Type");
    case EntryColumn::Shape:
        return tr("Shape");
    case EntryColumn::DType:
        return tr("DType");
    case EntryColumn::Device:
        return tr("Device");
    case EntryColumn::Bytes:
        return tr("Bytes");
    case EntryColumn::Min:
        return tr("Min");
    case EntryColumn::Max:
        return tr("Max");
    case EntryColumn::Mean:
        return tr("Mean");
    case EntryColumn::Std:
        return tr("Std");
    case EntryColumn::Zeros:
        return tr("Zeros");
    case EntryColumn::NotFinite:
        return tr("NaN, Inf");
    case EntryColumn::Value:
        return tr("Value");
    }
    return {};
}

QString CheckpointModel::cell(EntryId id, EntryColumn column) const
{
    const Checkpoint &checkpoint = *m_content.checkpoint;
    switch (column) {
    case EntryColumn::Name:
        return entry_text::name(checkpoint, *m_content.facts, id);
    case EntryColumn::Type:
        return entry_text::type(checkpoint, *m_content.facts, id);
    case EntryColumn::Shape:
        return entry_text::shape(checkpoint.entries.value(id));
    case EntryColumn::DType:
        return entry_text::dtype(checkpoint.entries.value(id));
    case EntryColumn::Device:
        return entry_text::device(checkpoint.entries.value(id));
    case EntryColumn::Bytes:
        return entry_text::bytes(*m_content.facts, id);
    case EntryColumn::Value:
        return valueCell(id);
    default:
        return known(id) ? stats_text::cell(known(id)->stats, column) : QString();
    }
}

QString CheckpointModel::tip(EntryId id, EntryColumn column) const
{
    const Checkpoint &checkpoint = *m_content.checkpoint;
    switch (column) {
    case EntryColumn::Name:
        return nameTip(id);
    case EntryColumn::Type:
        return entry_text::typeTip(checkpoint, *m_content.facts, id);
    case EntryColumn::Shape:
        return entry_text::shapeTip(checkpoint.entries.value(id));
    case EntryColumn::Bytes:
        return entry_text::bytesTip(checkpoint, *m_content.facts, id);
    case EntryColumn::Value:
        return valueTip(id);
    case EntryColumn::DType:
    case EntryColumn::Device:
        return {};
    default:
        return known(id) ? stats_text::tip(known(id)->stats, column) : QString();
    }
}

QString CheckpointModel::valueCell(EntryId id) const
{
    const QString value = entry_text::value(*m_content.checkpoint, id);
    const EntryStats::Known *stats = known(id);
    if (!stats)
        return value;
    const QString summary = stats_text::summary(stats->stats);
    return value.isEmpty() || summary.isEmpty() ? summary + value : summary + QStringLiteral(" · ") + value;
}

QString CheckpointModel::nameTip(EntryId id) const
{
    QString tip = entry_text::nameTip(*m_content.checkpoint, *m_content.facts, id);
    const EntryStats::Known *stats = known(id);
    QString problem;
    if (stats && stats->ailments != 0)
        problem = text::fromUtf8(ailmentText(stats->ailments, stats->stats));
    else if (m_content.stats)
        problem = stats_text::belowTip(m_content.stats->ailmentsFrom(id));
    return problem.isEmpty() ? tip : tip + QLatin1Char('\n') + problem;
}

QString CheckpointModel::valueTip(EntryId id) const
{
    if (const EntryStats::Known *stats = known(id))
        return stats_text::summaryTip(*stats);
    if (const auto failure = m_content.stats ? m_content.stats->failure(id) : std::nullopt)
        return tr("No statistics: %1").arg(text::fromUtf8(describe(*failure)));
    return entry_text::valueTip(*m_content.checkpoint, id);
}

QVariant CheckpointModel::brush(EntryId id, int role) const
{
    const EntryStats::Known *stats = known(id);
    const auto severity = stats ? stats_text::severity(stats->ailments) : std::nullopt;
    if (!severity)
        return {};
    const QPalette palette = QGuiApplication::palette();
    return QBrush(role == Qt::ForegroundRole ? colors::noticeText(*severity, palette)
                                             : colors::noticeBackground(*severity, palette));
}

const EntryStats::Known *CheckpointModel::known(EntryId id) const
{
    return m_content.stats ? m_content.stats->known(id) : nullptr;
}

QVariant CheckpointModel::sortValue(EntryId id, EntryColumn column) const
{
    const SortKey key = sortKey(*m_content.checkpoint, *m_content.facts, m_content.stats.get(), id, column);
    switch (key.kind) {
    case SortKey::Kind::Number:
        return key.number;
    case SortKey::Kind::Text:
        return QString::fromStdString(key.text);
    case SortKey::Kind::Missing:
        break;
    }
    return {};
}

QVariant CheckpointModel::sectionRole(EntryId id) const
{
    const Section *section = m_content.facts->sectionOf(*m_content.checkpoint, id);
    return section ? QVariant(static_cast<int>(section->role)) : QVariant();
}

QIcon CheckpointModel::icon(EntryId id) const
{
    const Section *section = m_content.facts->sectionOf(*m_content.checkpoint, id);
    const std::optional<waypoint::Role> role = section ? std::optional(section->role) : std::nullopt;
    const Ailments ailments = m_content.stats ? m_content.stats->ailmentsFrom(id) : Ailments{0};
    return entryIcon(m_content.checkpoint->entries.value(id).kind(), role, section && section->entry == id,
                     stats_text::severity(ailments), known(id) != nullptr);
}

}  // namespace waypoint
