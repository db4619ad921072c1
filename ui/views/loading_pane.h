// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <functional>

class QLabel;
class QProgressBar;

namespace waypoint {

class QuietLabel;

/// What a tab shows while its file is being read: progress, time, a way to stop. Samples; is told nothing.
class LoadingPane final : public QWidget
{
    Q_OBJECT

public:
    explicit LoadingPane(QWidget *parent = nullptr);

    /// `sample` gives the progress of the work, or null; called on this thread until end().
    void begin(const QString &what, std::function<const Progress *()> sample);
    void end();

Q_SIGNALS:
    void cancelRequested();
    /// Once per begin(), when the work takes long enough to be worth looking at.
    void becameSlow();

private:
    void update();

    QWidget *m_content;
    QLabel *m_what;
    QProgressBar *m_bar;
    QuietLabel *m_time;
    QTimer m_tick;
    QElapsedTimer m_elapsed;
    std::function<const Progress *()> m_sample;
};

}  // namespace waypoint
