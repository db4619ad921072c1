// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QTableWidget>

namespace waypoint {

struct DataLook;

/// Samples that are rows of numbers, what they stand for first. As tall as its rows.
class SampleTable final : public QTableWidget
{
    Q_OBJECT

public:
    explicit SampleTable(QWidget *parent = nullptr);

    void setLook(const DataLook &look);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    /// All rows, and the bar below where the columns need one.
    void fitHeight();
    void fillRow(int row, const DataLook &look);
};

}  // namespace waypoint
