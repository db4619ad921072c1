// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_order.h"

#include <QtCore/QAbstractTableModel>

namespace waypoint {

/// Values of two checkpoints that are no tensors, side by side: epoch, lr, settings of the optimizer.
class CompareValuesModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, A, B, Change, Columns };

    explicit CompareValuesModel(QObject *parent = nullptr);

    /// Swaps everything shown. Views see a reset.
    void setContent(CompareContentPtr content, CompareOrderPtr order);
    /// The row as shown, tab-separated, values in full.
    [[nodiscard]] QString line(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] const ValueDiff &value(int row) const;
    [[nodiscard]] QString cell(const ValueDiff &value, int column) const;
    [[nodiscard]] QString tip(const ValueDiff &value, int column) const;

    CompareContentPtr m_content;
    CompareOrderPtr m_order;
};

}  // namespace waypoint
