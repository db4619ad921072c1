// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_tally.h"

#include <QtWidgets/QWidget>

namespace waypoint {

class Plot;

/// How much each layer changed, as bars in the order of the model. A click picks a layer.
class CompareLayersPlot final : public QWidget
{
    Q_OBJECT

public:
    explicit CompareLayersPlot(QWidget *parent = nullptr);

    /// Null shows nothing.
    void setTally(const CompareTallyPtr &tally);
    /// The layer that is marked; nothing for none.
    void setCurrent(std::optional<std::size_t> layer);
    [[nodiscard]] Plot &plot() const { return *m_plot; }

Q_SIGNALS:
    /// Index into CompareTally::layers.
    void layerActivated(std::size_t layer);

protected:
    void changeEvent(QEvent *event) override;

private:
    void draw();

    Plot *m_plot;
    CompareTallyPtr m_tally;
    std::optional<std::size_t> m_current;
    bool m_isLogarithmic = false;
    bool m_scaleByHand = false;
};

}  // namespace waypoint
