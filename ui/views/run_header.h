// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_facts.h"

#include <QtWidgets/QWidget>

class QLabel;
class QProgressBar;

namespace waypoint {

class ElidedLabel;
class RunBadge;
class RunFactsLine;

/// What a run is called, what it does, how far it is, and its numbers.
class RunHeader final : public QWidget
{
    Q_OBJECT

public:
    explicit RunHeader(QWidget *parent = nullptr);

    void setRun(const RunNow &now, const RunReadings &readings);
    /// All of it in one line: what a screen reader says.
    [[nodiscard]] QString oneLine() const { return m_oneLine; }

private:
    void showProgress(double share);

    QString m_folder;
    QString m_oneLine;
    QLabel *m_title;
    RunBadge *m_badge;
    QLabel *m_headline;
    ElidedLabel *m_aside;
    QProgressBar *m_bar;
    QLabel *m_percent;
    RunFactsLine *m_facts;
};

}  // namespace waypoint
