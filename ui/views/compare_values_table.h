// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_values_model.h"

#include <QtWidgets/QTreeView>

namespace waypoint {

/// Settings and values of two checkpoints side by side.
class CompareValuesTable final : public QTreeView
{
    Q_OBJECT

public:
    explicit CompareValuesTable(QWidget *parent = nullptr);

    void setContent(const CompareContentPtr &content, const CompareOrderPtr &order);
    [[nodiscard]] const CompareValuesModel &valuesModel() const { return *m_model; }
    void copyRows();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    CompareValuesModel *m_model;
};

}  // namespace waypoint
