// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/rationed_job.h"
#include "ui/models/curve_board.h"
#include "ui/models/run_readings.h"

#include <QtWidgets/QWidget>

#include <memory>
#include <optional>
#include <string>

class QComboBox;
class QPushButton;
class QStackedWidget;

namespace waypoint {

class CurveFeed;
class CurvePlotArea;
class EmptyState;

/// The curves of one run, followed while it is in sight, and what they tell of its epochs.
class RunCurvesView final : public QWidget
{
    Q_OBJECT

public:
    explicit RunCurvesView(QWidget *parent = nullptr);
    ~RunCurvesView() override;

    /// `monitor`: what the run calls its best by. Empty folder: none.
    void setRun(const QString &folder, const std::string &monitor, bool isActive);
    /// Never null; another one after each readingsChanged().
    [[nodiscard]] RunReadingsPtr readings() const { return m_readings; }
    [[nodiscard]] CurvePlotArea &plotArea() const { return *m_plots; }

Q_SIGNALS:
    void readingsChanged();
    void openRequested(const QString &path);
    void curvesRequested();

protected:
    void hideEvent(QHideEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    struct Drawn
    {
        CurveBoard board;
        RunReadingsPtr readings;
    };
    using DrawnPtr = std::shared_ptr<Drawn>;

    QWidget *createOptions();
    void follow(const QString &folder);
    void takeNews();
    void build();
    [[nodiscard]] Job<DrawnPtr>::Work drawing() const;
    void take(Drawn &drawn);
    void showAxes(const CurveBoard &board);
    void showNothing();

    QString m_folder;
    std::string m_monitor;
    bool m_isActive = false;
    std::unique_ptr<CurveFeed> m_feed;
    RunReadingsPtr m_readings = std::make_shared<RunReadings>();
    std::optional<CurveX> m_wanted;
    std::vector<CurveX> m_available;
    CurvePlotArea *m_plots;
    EmptyState *m_nothing;
    QStackedWidget *m_stack;
    QComboBox *m_axis = nullptr;
    QPushButton *m_resetZoom = nullptr;
    RationedJob<DrawnPtr> m_drawing;
};

}  // namespace waypoint
