// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/epoch_filter.h"

#include <algorithm>

namespace waypoint {

EpochFilter::EpochFilter(EpochTable &table, QObject *parent) : QSortFilterProxyModel(parent)
{
    setSourceModel(&table);
    setSortRole(EpochTable::SortRole);
    setDynamicSortFilter(true);
}

void EpochFilter::setWords(const QString &words)
{
    const QStringList parts = words.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (parts == m_words)
        return;
    m_words = parts;
    invalidateFilter();
}

void EpochFilter::setOnlyParameters(bool only)
{
    if (only == m_onlyParameters)
        return;
    m_onlyParameters = only;
    invalidateFilter();
}

std::vector<std::size_t> EpochFilter::shown() const
{
    std::vector<std::size_t> tensors;
    tensors.reserve(static_cast<std::size_t>(rowCount()));
    for (int row = 0; row < rowCount(); ++row)
        tensors.push_back(static_cast<std::size_t>(mapToSource(index(row, 0)).row()));
    return tensors;
}

bool EpochFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex name = sourceModel()->index(row, EpochTable::Name, parent);
    if (m_onlyParameters && !name.data(EpochTable::IsParameterRole).toBool())
        return false;
    if (m_words.isEmpty())
        return true;
    const QString text =
        name.data().toString() + QLatin1Char(' ') + name.siblingAtColumn(EpochTable::Fate).data().toString();
    return std::all_of(m_words.begin(), m_words.end(),
                       [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

bool EpochFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const QVariant a = left.data(EpochTable::SortRole);
    const QVariant b = right.data(EpochTable::SortRole);
    if (a == b)
        return left.row() < right.row();
    return left.column() == EpochTable::Value ? a.toDouble() < b.toDouble() : a.toULongLong() < b.toULongLong();
}

}  // namespace waypoint
