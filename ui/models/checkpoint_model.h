// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/entry_order.h"

#include <QtCore/QAbstractItemModel>
#include <QtGui/QIcon>

namespace waypoint {

/// A checkpoint as the window shows it: immutable parts, shared with background work.
struct EntryContent
{
    CheckpointPtr checkpoint;
    EntryFactsPtr facts;
    EntryOrderPtr order;
    EntryStatsPtr stats;  ///< fills as tensors are read; null until then

    [[nodiscard]] bool isEmpty() const { return !checkpoint || !facts || !order || checkpoint->entries.size() == 0; }
};

/// The tree of entries. Flat below: an index carries the EntryId, the order of rows is an EntryOrder that was worked
/// out elsewhere. Nothing here loads, blocks, or takes longer for a larger file. The single top row is the root.
class CheckpointModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Role { SortRole = Qt::UserRole, EntryRole, SectionRole };

    explicit CheckpointModel(QObject *parent = nullptr);

    /// Swaps everything shown. Views see a reset.
    void setContent(EntryContent content);
    [[nodiscard]] const EntryContent &content() const { return m_content; }
    /// Statistics of the file that is shown. Rows that have some already have to be refreshed.
    void setStats(EntryStatsPtr stats);
    /// Statistics of these rows (or of rows below them) came: views ask again.
    void refresh(const std::vector<EntryId> &entries);

    /// kNoEntry for an invalid index.
    [[nodiscard]] EntryId entry(const QModelIndex &index) const;
    /// Invalid where the entry is filtered out.
    [[nodiscard]] QModelIndex indexOf(EntryId id, EntryColumn column = EntryColumn::Name) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString cell(EntryId id, EntryColumn column) const;
    [[nodiscard]] QString tip(EntryId id, EntryColumn column) const;
    [[nodiscard]] QString valueCell(EntryId id) const;
    [[nodiscard]] QString nameTip(EntryId id) const;
    [[nodiscard]] QString valueTip(EntryId id) const;
    [[nodiscard]] QVariant brush(EntryId id, int role) const;
    [[nodiscard]] const EntryStats::Known *known(EntryId id) const;
    [[nodiscard]] QVariant sortValue(EntryId id, EntryColumn column) const;
    [[nodiscard]] QVariant sectionRole(EntryId id) const;
    [[nodiscard]] QIcon icon(EntryId id) const;

    EntryContent m_content;
};

}  // namespace waypoint
