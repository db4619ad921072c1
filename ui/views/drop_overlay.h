// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

namespace waypoint {

/// Says over the whole window that what is being dragged can be dropped here.
class DropOverlay final : public QWidget
{
    Q_OBJECT

public:
    explicit DropOverlay(QWidget *parent);

    void cover();

protected:
    void paintEvent(QPaintEvent *event) override;
};

}  // namespace waypoint
