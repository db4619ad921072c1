// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/library_rows.h"

#include <QtCore/QCollator>
#include <QtCore/QSortFilterProxyModel>
#include <QtCore/QStringList>

namespace waypoint {

class LibraryModel;

/// The library in an order and with what a person looks for: as the narrow list, which begins with the runs at work, or
/// as a table without these. Sorts by raw values; what has none stands last either way. A row stays when it, what it
/// lies in, or something below it holds every word of the filter.
class RunsModel final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    enum class Shape { List, Table };

    /// Requires: `library` outlives it.
    RunsModel(LibraryModel &library, Shape shape, QObject *parent = nullptr);

    void setFilter(const QString &words);
    [[nodiscard]] bool isFiltered() const { return !m_words.isEmpty(); }
    /// Best first (newest, highest epoch, best metric), names from A on.
    void setOrder(LibraryColumn column);
    /// How many files and runs there are, or are left by the filter.
    [[nodiscard]] int countRows() const;

protected:
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    [[nodiscard]] bool hasWords(const QModelIndex &row, const QModelIndex &parent) const;

    Shape m_shape;
    QStringList m_words;
    QCollator m_collator;
};

}  // namespace waypoint
