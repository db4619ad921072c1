// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/schedule_curves.h"
#include "ui/views/plot.h"

#include <QtWidgets/QWidget>

#include <vector>

class QCheckBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QStackedWidget;

namespace waypoint {

class DropOverlay;
class EmptyState;
class NoticeBar;
class ScheduleOverlays;

/// The learning rates of a scheduler, past and future, of each param group; what happens when; rates in the file that
/// are off the curve. Schedules of other files can be laid over it. Rates are worked out in the background.
class SchedulePane final : public QWidget
{
    Q_OBJECT

public:
    explicit SchedulePane(QWidget *parent = nullptr);

    /// Whether an entry is a scheduler, or an optimizer that one belongs to.
    [[nodiscard]] static bool hasSchedule(const Checkpoint &checkpoint, EntryId entry);

    /// Requires: hasSchedule().
    void setEntry(CheckpointPtr checkpoint, EntryId entry);
    void clear();
    /// Files whose schedules lie over it.
    void addOverlays(const QStringList &paths);

    [[nodiscard]] bool isReading() const;
    /// What the plot was given.
    [[nodiscard]] std::vector<PlotLine> lines() const;
    [[nodiscard]] std::vector<PlotMark> marks() const;
    [[nodiscard]] const std::vector<ScheduleStory> &stories() const { return m_stories; }
    [[nodiscard]] Plot *plot() const { return m_plot; }

protected:
    void changeEvent(QEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    [[nodiscard]] QWidget *createControls();
    void read();
    void take(std::vector<ScheduleStory> stories);
    void showWords();
    void draw(bool reset);
    [[nodiscard]] QString legendPrefix(const ScheduleStory &story) const;

    CheckpointPtr m_checkpoint;
    EntryId m_entry = kRootEntry;
    std::vector<ScheduleStory> m_stories;
    Job<std::vector<ScheduleStory>> m_reading;

    QLabel *m_settings;
    NoticeBar *m_warning;
    NoticeBar *m_note;
    QStackedWidget *m_stack;
    Plot *m_plot;
    EmptyState *m_empty;
    QCheckBox *m_logarithmic;
    QWidget *m_shown;
    QLabel *m_unit;
    QSpinBox *m_steps;
    ScheduleOverlays *m_overlays;
    DropOverlay *m_drop;
};

}  // namespace waypoint
