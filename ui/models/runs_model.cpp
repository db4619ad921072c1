// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/runs_model.h"

#include "ui/models/library_model.h"

#include <algorithm>

namespace waypoint {

RunsModel::RunsModel(LibraryModel &library, Shape shape, QObject *parent)
    : QSortFilterProxyModel(parent), m_shape(shape)
{
    // The collation of the C locale knows no numbers.
    if (m_collator.locale() == QLocale::c())
        m_collator.setLocale(QLocale(QLocale::English));
    m_collator.setNumericMode(true);
    m_collator.setCaseSensitivity(Qt::CaseInsensitive);
    setSortRole(LibraryModel::SortRole);
    setRecursiveFilteringEnabled(true);
    setDynamicSortFilter(true);
    setSourceModel(&library);
    setOrder(LibraryColumn::Changed);
}

void RunsModel::setFilter(const QString &words)
{
    const QStringList parts = words.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (parts == m_words)
        return;
    m_words = parts;
    invalidateFilter();
}

void RunsModel::setOrder(LibraryColumn column)
{
    const bool ascending = column == LibraryColumn::Name || column == LibraryColumn::Loss;
    sort(static_cast<int>(column), ascending ? Qt::AscendingOrder : Qt::DescendingOrder);
}

int RunsModel::countRows() const
{
    int count = 0;
    for (int row = 0; row < rowCount(); ++row)
        count += 1 + rowCount(index(row, 0));
    return count;
}

bool RunsModel::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const bool isAscending = sortOrder() == Qt::AscendingOrder;
    const bool isLeftActive = left.data(LibraryModel::KindRole).toInt() == LibraryModel::ActiveRuns;
    const bool isRightActive = right.data(LibraryModel::KindRole).toInt() == LibraryModel::ActiveRuns;
    if (isLeftActive || isRightActive)
        return isLeftActive == isAscending && isLeftActive != isRightActive;
    // Runs at work keep the order that they have.
    if (left.data(LibraryModel::KindRole).toInt() == LibraryModel::ActiveRun)
        return (left.row() < right.row()) == isAscending;
    const QVariant a = left.data(sortRole());
    const QVariant b = right.data(sortRole());
    if (a.isValid() != b.isValid())
        return a.isValid() == isAscending;
    if (!a.isValid())
        return (left.row() < right.row()) == isAscending;
    if (a.typeId() == QMetaType::QString)
        return m_collator.compare(a.toString(), b.toString()) < 0;
    if (a.typeId() == QMetaType::Double)
        return a.toDouble() < b.toDouble();
    return a.toLongLong() < b.toLongLong();
}

bool RunsModel::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (m_shape == Shape::Table && !parent.isValid()
        && index.data(LibraryModel::KindRole).toInt() == LibraryModel::ActiveRuns)
        return false;
    if (m_shape == Shape::Table && parent.isValid()
        && parent.data(LibraryModel::KindRole).toInt() == LibraryModel::ActiveRuns)
        return false;
    return m_words.isEmpty() || hasWords(index, parent);
}

bool RunsModel::hasWords(const QModelIndex &row, const QModelIndex &parent) const
{
    const QString own = row.data(LibraryModel::FilterRole).toString();
    const QString above = parent.isValid() ? parent.data(LibraryModel::FilterRole).toString() : QString();
    return std::all_of(m_words.begin(), m_words.end(), [&](const QString &word) {
        return own.contains(word, Qt::CaseInsensitive) || above.contains(word, Qt::CaseInsensitive);
    });
}

}  // namespace waypoint
