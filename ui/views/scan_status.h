// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/stats_scan.h"

#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QLabel;
class QToolButton;

namespace waypoint {

/// How far the statistics of the file in view are, for the status bar, with buttons to pause, stop and go on. Not shown
/// for a scan that is over, nor for one that will be in a moment.
class ScanStatus final : public QWidget
{
    Q_OBJECT

public:
    explicit ScanStatus(QWidget *parent = nullptr);

    /// Null for a page without a file.
    void setScan(StatsScan *scan);
    [[nodiscard]] QString text() const;

private:
    QToolButton *addButton(const QString &name);
    void showState();
    void toggle();

    QPointer<StatsScan> m_scan;
    QLabel *m_label;
    QToolButton *m_pause;
    QToolButton *m_stop;
    QTimer m_patience;
    bool m_takesLong = false;
};

}  // namespace waypoint
