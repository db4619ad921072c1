// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_scan.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace waypoint {

/// How far comparing is, with ways to pause, stop and go on. Out of sight for what is done in a blink, and afterwards.
class CompareProgress final : public QWidget
{
    Q_OBJECT

public:
    explicit CompareProgress(CompareScan &scan, QWidget *parent = nullptr);

    [[nodiscard]] QString text() const;

private:
    void showState();
    void toggle();

    CompareScan &m_scan;
    QLabel *m_label;
    QProgressBar *m_bar;
    QToolButton *m_pause;
    QToolButton *m_stop;
    QTimer m_patience;
    bool m_takesLong = false;
};

}  // namespace waypoint
