// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/color_scale.h"

#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

namespace waypoint {

/// Round numbers in [low, high], about `count` of them: 1, 2 or 5 times a power of ten apart.
[[nodiscard]] std::vector<double> roundNumbers(double low, double high, int count);

/// The legend of a colour scale: which colour is which number, and the colour of NaN and infinities where there are
/// any.
class ColorBar final : public QWidget
{
    Q_OBJECT

public:
    explicit ColorBar(QWidget *parent = nullptr);

    void setScale(const std::optional<ColorScale> &scale, bool hasOdd);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintTicks(QPainter &painter, const QRect &bar) const;
    void paintOdd(QPainter &painter) const;
    [[nodiscard]] int oddHeight() const;
    [[nodiscard]] std::vector<double> ticks() const;

    std::optional<ColorScale> m_scale;
    bool m_hasOdd = false;
    int m_textWidth = 0;
};

}  // namespace waypoint
