// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/color_scale.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLineEdit;
class QSettings;

namespace waypoint {

/// Where the person chooses the colour map and the ends of the scale.
class ColorControls final : public QWidget
{
    Q_OBJECT

public:
    explicit ColorControls(QWidget *parent = nullptr);

    [[nodiscard]] ColorSettings settings() const;
    void setSettings(const ColorSettings &settings);
    /// What a scale given by hand begins with.
    void suggestEnds(double low, double high);

    /// In the group that is open. Ends given by hand are not kept: they belong to one tensor.
    void save(QSettings &settings) const;
    void restore(const QSettings &settings);

Q_SIGNALS:
    void settingsChanged();

private:
    void rangeChosen();

    QComboBox *m_map;
    QComboBox *m_range;
    QLineEdit *m_low;
    QLineEdit *m_high;
    double m_suggestedLow = -1;
    double m_suggestedHigh = 1;
};

}  // namespace waypoint
