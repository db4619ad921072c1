// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

namespace waypoint {

/// How full a memory is, as a thin bar.
class MemoryBar final : public QWidget
{
    Q_OBJECT

public:
    explicit MemoryBar(QWidget *parent = nullptr);

    /// 0 to 1.
    void setUsed(double share);

    [[nodiscard]] QSize sizeHint() const override { return {56, 6}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    double m_used = 0;
};

}  // namespace waypoint
