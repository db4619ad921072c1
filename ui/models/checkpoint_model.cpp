// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/checkpoint_model.h"

#include "ui/models/entry_icons.h"
#include "ui/models/entry_sort.h"
#include "ui/models/entry_text.h"

namespace waypoint {

CheckpointModel::CheckpointModel(QObject *parent) : QAbstractItemModel(parent) {}

void CheckpointModel::setContent(EntryContent content)
{
    beginResetModel();
    m_content = std::move(content);
    endResetModel();
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
        return static_cast<int>((column == EntryColumn::Bytes ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
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
        return static_cast<int>((column == EntryColumn::Bytes ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
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
        return entry_text::value(checkpoint, id);
    }
    return {};
}

QString CheckpointModel::tip(EntryId id, EntryColumn column) const
{
    const Checkpoint &checkpoint = *m_content.checkpoint;
    switch (column) {
    case EntryColumn::Name:
        return entry_text::nameTip(checkpoint, *m_content.facts, id);
    case EntryColumn::Type:
        return entry_text::typeTip(checkpoint, *m_content.facts, id);
    case EntryColumn::Shape:
        return entry_text::shapeTip(checkpoint.entries.value(id));
    case EntryColumn::Bytes:
        return entry_text::bytesTip(checkpoint, *m_content.facts, id);
    case EntryColumn::Value:
        return entry_text::valueTip(checkpoint, id);
    case EntryColumn::DType:
    case EntryColumn::Device:
        break;
    }
    return {};
}

QVariant CheckpointModel::sortValue(EntryId id, EntryColumn column) const
{
    const SortKey key = sortKey(*m_content.checkpoint, *m_content.facts, id, column);
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
    return entryIcon(m_content.checkpoint->entries.value(id).kind(), role, section && section->entry == id);
}

}  // namespace waypoint
