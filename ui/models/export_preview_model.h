// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/export/export_plan.h"

#include <QtCore/QAbstractTableModel>

namespace waypoint {

/// The tensors that an export will write, in its order.
class ExportPreviewModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Type, Shape, Size, ColumnCount };

    explicit ExportPreviewModel(QObject *parent = nullptr);

    void setPlan(ExportPlanPtr plan);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString cell(const ExportTensor &tensor, int column) const;
    [[nodiscard]] QString tip(const ExportTensor &tensor, int column) const;

    ExportPlanPtr m_plan;
};

}  // namespace waypoint
