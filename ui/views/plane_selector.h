// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_window.h"
#include "ui/models/long_scroll.h"

#include <QtWidgets/QScrollArea>

#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QSlider;
class QToolButton;

namespace waypoint {

/// Chooses the plane of a tensor to look at: which dimensions are rows and columns, and where the others stand. Out of
/// sight where there is nothing to choose.
class PlaneSelector final : public QScrollArea
{
    Q_OBJECT

public:
    explicit PlaneSelector(QWidget *parent = nullptr);

    /// Another tensor. The choice stays as it was where the number of dimensions is the same.
    void setShape(const SmallDims &shape);
    [[nodiscard]] const PlaneWindow &plane() const { return m_plane; }
    /// Shows a choice made elsewhere; says nothing of it. Requires: it fits the shape.
    void setPlane(const PlaneWindow &plane);
    /// Whether this tensor has several planes, or can be turned.
    [[nodiscard]] bool hasChoice() const;
    /// "3×3 (dims 2, 3) of 64×3×3×3"
    [[nodiscard]] QString description() const;

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {0, 0}; }

Q_SIGNALS:
    void planeChanged(const waypoint::PlaneWindow &plane);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    /// One dimension that stands still.
    struct Stand
    {
        std::size_t dim = 0;
        QWidget *widget = nullptr;
        QSlider *slider = nullptr;
        QDoubleSpinBox *box = nullptr;  ///< 53 bits; QSpinBox has 31
        LongScroll scroll;
    };

    void createPlaneTools();
    void fillCombos();
    void rebuildStands();
    Stand newStand(std::size_t dim);
    void showPlane();
    void choose(const PlaneWindow &plane);
    void moveTo(std::size_t dim, std::int64_t index);
    void fitHeight();

    SmallDims m_shape;
    PlaneWindow m_plane;
    QWidget *m_content;
    QComboBox *m_rows;
    QComboBox *m_columns;
    QToolButton *m_swap;
    std::vector<Stand> m_stands;
    bool m_isShowing = false;
};

}  // namespace waypoint
