// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/resume_choice.h"
#include "ui/models/resume_plan.h"
#include "ui/models/run_center.h"
#include "ui/models/train_planner.h"
#include "ui/models/trainer_info.h"

#include <QtWidgets/QDialog>

class QLabel;
class QPushButton;
class QScrollArea;

namespace waypoint {

class NoticeBar;
class ResumeFields;
class ResumeLines;

/// Somebody works in the run folder that a checkpoint lies in, or is about to.
[[nodiscard]] bool isAtWork(const RunCenter &runs, const ResumeFile &file);

/// Says what is restored, what is missing, where it goes on, and asks what cannot be told. Everything that is changed
/// is planned anew by waypoint-train.
class ResumeSheet final : public QDialog
{
    Q_OBJECT

public:
    /// Requires: both outlive it.
    ResumeSheet(RunCenter &runs, TrainerInfo &info, QWidget *window);
    ~ResumeSheet() override;

    /// `section`: the model or optimizer to begin with, of several in the file; mostly empty.
    void setFile(const ResumeFile &file, const QString &section = {});
    [[nodiscard]] ResumeFields &fields() const { return *m_fields; }
    [[nodiscard]] ResumeLines &lines() const { return *m_lines; }
    [[nodiscard]] QString headline() const;
    /// The line above the buttons: what is in the way.
    [[nodiscard]] QString status() const;
    [[nodiscard]] bool isPlanning() const;

Q_SIGNALS:
    /// One of the two buttons was pressed; the sheet is closed. `restored`: what is taken over, in one sentence.
    void orderReady(const waypoint::TrainingOrder &order, const QString &restored);
    void runRequested(const QString &folder);
    /// Another checkpoint of the same run is wanted; the sheet is closed.
    void otherRequested(const QString &path);

private:
    QWidget *createHead();
    QWidget *createBody();
    QWidget *createFoot();
    void listenTo();
    void plan();
    void showPlans();
    void showNotices();
    void showButtons();
    void showFault();
    void showDevices();
    [[nodiscard]] QString whyNotContinue() const;
    [[nodiscard]] QString whyNotNew() const;
    void continueRun();
    void startNew();
    void hand(const std::vector<std::string> &arguments, const QString &folder, const TrainerPlan &plan,
              const QString &restored);

    RunCenter &m_runs;
    TrainerInfo &m_info;
    ResumeFile m_file;
    TrainPlanner m_resume;
    TrainPlanner m_start;

    QLabel *m_headline;
    QLabel *m_path;
    NoticeBar *m_active;
    NoticeBar *m_fault;
    NoticeBar *m_whole;
    NoticeBar *m_left;
    ResumeLines *m_lines;
    ResumeFields *m_fields;
    QScrollArea *m_body;
    QLabel *m_status;
    QPushButton *m_continue;
    QPushButton *m_new;
};

}  // namespace waypoint
