// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"
#include "ui/jobs/job.h"
#include "ui/models/schedule_design.h"
#include "ui/views/plot.h"

#include <QtWidgets/QWidget>

class QLabel;
class QPushButton;

namespace waypoint {

class QuietLabel;
class ScheduleDesigner;
class ScheduleForm;

/// The learning-rate schedule of a training: its class and parameters, its curve, and the designer in a window of its
/// own for comparing.
class TrainScheduleBox final : public QWidget
{
    Q_OBJECT

public:
    explicit TrainScheduleBox(QWidget *parent = nullptr);

    void fill(const RunConfig &config);
    void read(RunConfig &config) const;
    /// What the schedule is for.
    void setSetting(double lr, std::int64_t epochs, std::int64_t stepsPerEpoch);

    /// Why it is none; empty where it is one.
    [[nodiscard]] QString problem() const;
    /// What waypoint-train says of it.
    void setToldProblem(const QString &problem);
    [[nodiscard]] ScheduleForm *form() const { return m_form; }
    [[nodiscard]] Plot *plot() const { return m_plot; }
    [[nodiscard]] bool isDrawing() const { return m_drawing.isRunning(); }

Q_SIGNALS:
    void changed();

protected:
    void changeEvent(QEvent *event) override;

private:
    void formChanged();
    void showDesign();
    void alignNames();
    void draw();
    void openDesigner();
    void takeDesign();
    void showProblem(const QString &problem);

    Job<ScheduleStory> m_drawing;
    ScheduleStory m_story;
    double m_stepsPerEpoch = 1;  ///< of the drawn curve
    Arguments m_unknown;         ///< of a configuration, without a field: interval
    bool m_filling = false;

    ScheduleForm *m_form;
    QLabel *m_problem;
    QuietLabel *m_note;
    Plot *m_plot;
    QPushButton *m_open;
    ScheduleDesigner *m_designer = nullptr;
};

}  // namespace waypoint
