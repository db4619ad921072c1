// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_order.h"

#include <QtCore/QAbstractTableModel>

namespace waypoint {

/// The table of tensors of two checkpoints. Rows are an order that was worked out elsewhere; nothing here loads,
/// blocks, or takes longer for a larger file.
class CompareModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role { SortRole = Qt::UserRole, TensorRole, BarRole, StatusRole };

    explicit CompareModel(QObject *parent = nullptr);

    /// Swaps everything shown. Views see a reset.
    void setContent(CompareNumbersPtr numbers, CompareOrderPtr order);
    [[nodiscard]] const CompareNumbersPtr &numbers() const { return m_numbers; }
    [[nodiscard]] const CompareOrderPtr &order() const { return m_order; }
    /// Numbers of these tensors came: views ask again.
    void refresh(const std::vector<std::size_t> &tensors);

    /// Nothing for an invalid index.
    [[nodiscard]] std::optional<std::size_t> tensor(const QModelIndex &index) const;
    /// Invalid where the tensor is filtered out.
    [[nodiscard]] QModelIndex indexOf(std::size_t tensor) const;
    /// All cells of a row with all digits, tab-separated.
    [[nodiscard]] QString line(std::size_t tensor) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QVariant sortValue(std::size_t tensor, CompareColumn column) const;
    [[nodiscard]] QVariant colour(std::size_t tensor, CompareColumn column) const;

    CompareNumbersPtr m_numbers;
    CompareOrderPtr m_order;
};

}  // namespace waypoint
