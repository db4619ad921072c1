// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/curve_board.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSettings;
class QSlider;

namespace waypoint {

/// How curves are drawn: over what, how smooth, logarithmic or not, and which names.
class CurveOptionsBar final : public QWidget
{
    Q_OBJECT

public:
    explicit CurveOptionsBar(QWidget *parent = nullptr);

    [[nodiscard]] BoardOptions options() const;
    [[nodiscard]] bool isLogarithmic() const;

    /// Offers what the data has; `shown` is what it is drawn over now.
    void setAxes(const std::vector<CurveX> &available, CurveX shown);
    void setZoomed(bool zoomed);
    /// Whether there is a plot to export.
    void setExportable(bool exportable);
    void focusFilter();

    void save(QSettings &settings) const;
    void restore(const QSettings &settings);

Q_SIGNALS:
    /// The curves have to be made anew.
    void optionsChanged();
    void logarithmicChanged();
    void zoomResetRequested();
    void exportRequested();

private:
    void createControls();
    void connectControls();
    void chooseAxis(int row);
    void showSmoothing();

    QComboBox *m_axis;
    QSlider *m_smoothing;
    QLabel *m_smoothingValue;
    QCheckBox *m_logarithmic;
    QLineEdit *m_filter;
    QPushButton *m_resetZoom;
    QPushButton *m_export;
    QTimer m_settle;
    std::optional<CurveX> m_wanted;  ///< what the person chose; nothing: what suits the data
    std::vector<CurveX> m_available;
};

}  // namespace waypoint
