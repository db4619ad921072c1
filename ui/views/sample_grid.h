// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QImage>
#include <QtWidgets/QWidget>

#include <vector>

namespace waypoint {

/// Pictures side by side with a line of text under each, on as many rows as they need. Small ones are enlarged by whole
/// pixels, so that they stay crisp.
class SampleGrid final : public QWidget
{
    Q_OBJECT

public:
    struct Cell
    {
        QImage picture;
        QString text;
        QString toolTip;
    };

    explicit SampleGrid(QWidget *parent = nullptr);

    void setCells(std::vector<Cell> cells);
    [[nodiscard]] const std::vector<Cell> &cells() const { return m_cells; }

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] int columns(int width) const;
    [[nodiscard]] QRect cellArea(int index) const;
    void paintCell(QPainter &painter, const Cell &cell, const QRect &area) const;

    std::vector<Cell> m_cells;
};

}  // namespace waypoint
