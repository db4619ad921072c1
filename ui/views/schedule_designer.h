// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/arguments.h"
#include "ui/jobs/job.h"
#include "ui/models/schedule_design.h"
#include "ui/views/plot.h"

#include <QtWidgets/QWidget>

#include <vector>

class QCheckBox;
class QPlainTextEdit;
class QPushButton;
class QScrollArea;

namespace waypoint {

class NoticeBar;
class ScheduleForm;

/// A learning-rate schedule to be chosen: class and parameters at the left, its curve at the right as one types, and
/// the code that makes it. Curves can be kept to compare others with them.
class ScheduleDesigner final : public QWidget
{
    Q_OBJECT

public:
    explicit ScheduleDesigner(QWidget *parent = nullptr);

    /// What makeLrSchedule and waypoint-train take: "multistep".
    [[nodiscard]] QString schedulerName() const;
    /// What differs from torch's defaults, with torch's names, and `warmup`.
    [[nodiscard]] Arguments arguments() const;
    /// Whether there can be such a schedule.
    [[nodiscard]] bool isValid() const;
    /// By either name; unknown arguments are left out.
    void setSchedule(const QString &name, const Arguments &arguments);

    /// What the schedule is for. A page that asks for these itself hides the fields.
    void setLearningRate(double lr);
    void setEpochs(int epochs);
    void setStepsPerEpoch(int steps);
    void setSettingVisible(bool visible);

    /// Code that makes it; empty while it is not valid.
    [[nodiscard]] QString pythonCode() const;
    [[nodiscard]] QString trainOptions() const;
    /// Draws the present curve from now on beside the others.
    void keepCurve();
    void forgetKeptCurves();

    [[nodiscard]] bool isReading() const { return m_drawing.isRunning(); }
    /// What the plot was given: the present curve first.
    [[nodiscard]] std::vector<PlotLine> lines() const;
    [[nodiscard]] ScheduleForm *form() const { return m_form; }
    [[nodiscard]] Plot *plot() const { return m_plot; }

Q_SIGNALS:
    /// Emitted when the class or an argument changed, valid or not.
    void changed();

protected:
    void changeEvent(QEvent *event) override;

private:
    /// A curve and how many of its steps make an epoch.
    struct Drawn
    {
        ScheduleStory story;
        double stepsPerEpoch = 1;
    };

    [[nodiscard]] QWidget *createFormSide();
    [[nodiscard]] QWidget *createPlotSide();
    [[nodiscard]] QWidget *createPlotButtons();
    void designChanged();
    void fitFormSide();
    void redraw(const ScheduleDesign &design);
    void draw();
    [[nodiscard]] bool drawsEpochs() const;
    [[nodiscard]] QString legendName(const Drawn &drawn) const;

    Job<ScheduleStory> m_drawing;
    std::vector<Drawn> m_drawn;  ///< the present one first, where there is one; then those kept
    bool m_hasPresent = false;

    QScrollArea *m_scroll;
    ScheduleForm *m_form;
    NoticeBar *m_problem;
    NoticeBar *m_note;
    Plot *m_plot;
    QCheckBox *m_logarithmic;
    QPushButton *m_keep;
    QPushButton *m_forget;
    QPlainTextEdit *m_code;
    QPushButton *m_copyCode;
    QPushButton *m_copyOptions;
};

/// Opens a designer in a window of its own, or raises the one that `parent` has.
void showScheduleDesigner(QWidget *parent);

}  // namespace waypoint
