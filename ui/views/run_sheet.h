// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_folder.h"
#include "ui/models/run_notice.h"
#include "ui/models/run_now.h"

#include <QtWidgets/QWidget>

class QSplitter;
class QTabWidget;

namespace waypoint {

class NoticeBar;
class RunCheckpointList;
class RunControls;
class RunCurvesView;
class RunHeader;
class RunLogView;
class RunNoticeBar;
class RunSettingsView;

/// All that is shown of one run: what it does above, its curves, and its checkpoints, log and settings beside or below.
/// Knows the run by what it is told and by its folder.
class RunSheet final : public QWidget
{
    Q_OBJECT

public:
    explicit RunSheet(QWidget *parent = nullptr);
    ~RunSheet() override;

    void setRun(const RunNow &now);
    /// What went wrong with a command, in a sentence; empty for nothing.
    void setProblem(const QString &sentence);
    [[nodiscard]] QString run() const { return m_now.folder; }

Q_SIGNALS:
    void actionRequested(waypoint::RunAction action);
    void commandGiven(waypoint::Command command, bool afterEpoch);
    void openRequested(const QString &path);
    void resumeRequested(const QString &checkpoint);
    void evaluateRequested(const QStringList &checkpoints);
    void compareRequested(const QStringList &checkpoints);
    void exportRequested(const QString &checkpoint);
    /// The folder is not what it was.
    void lookRequested();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *createTabs();
    void connectParts();
    void showRun();
    void showReadings();
    void turnSplitter();
    void saveSizes();

    RunNow m_now;
    QString m_problem;
    RunHeader *m_header;
    RunControls *m_controls;
    RunNoticeBar *m_notice;
    NoticeBar *m_problemBar;
    QSplitter *m_splitter;
    RunCurvesView *m_curves;
    QTabWidget *m_tabs;
    RunCheckpointList *m_checkpoints;
    RunLogView *m_log;
    RunSettingsView *m_settings;
};

}  // namespace waypoint
