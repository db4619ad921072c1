// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/numeric_tensor.h"
#include "core/tensor/tensor_stats.h"
#include "core/tensor/tensor_window.h"

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <memory>
#include <optional>

namespace waypoint {

/// The tensor that the views of a tensor pane show. Immutable; views share it with background work.
struct ShownTensor
{
    NumericTensor numbers;
    QString name;  ///< path in its checkpoint: "net/conv1.weight"
};
using ShownTensorPtr = std::shared_ptr<const ShownTensor>;

/// One way of looking at a tensor: values, histogram, map, filters. Settings of a view (number format, zoom, colour
/// scale) stay from tensor to tensor. Nothing is read while the view is hidden.
class TensorView : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    /// Null shows nothing.
    virtual void setTensor(ShownTensorPtr tensor) = 0;
    /// Statistics of the tensor shown, once somebody has them.
    virtual void setStats(const TensorStats &) {}
    /// The plane chosen in the pane: which dimensions are rows and columns, and where the others stand.
    virtual void setPlane(const PlaneWindow &) {}
    /// Whether the pane's choice of a plane matters to this view.
    [[nodiscard]] virtual bool usesPlane() const { return false; }

Q_SIGNALS:
    /// One line for the person: what is under the mouse, what is being read.
    void statusChanged(const QString &line);
};

}  // namespace waypoint
