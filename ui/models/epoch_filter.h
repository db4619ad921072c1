// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/epoch_table.h"

#include <QtCore/QSortFilterProxyModel>
#include <QtCore/QStringList>

#include <vector>

namespace waypoint {

/// The tensors that a person wants to see: with all of some words in their name or fate; parameters only, or all.
class EpochFilter final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit EpochFilter(EpochTable &table, QObject *parent = nullptr);

    void setWords(const QString &words);
    void setOnlyParameters(bool only);
    /// Tensors, from top to bottom.
    [[nodiscard]] std::vector<std::size_t> shown() const;

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    [[nodiscard]] bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    QStringList m_words;
    bool m_onlyParameters = true;
};

}  // namespace waypoint
