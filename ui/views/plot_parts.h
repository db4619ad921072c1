// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/views/plot.h"
#include "ui/views/plot_canvas.h"
#include "ui/views/plot_export.h"
#include "ui/views/plot_input.h"
#include "ui/views/plot_legend.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QStackedLayout>

namespace waypoint {

class QuietLabel;

/// What a plot is put together from.
struct Plot::Parts
{
    explicit Parts(Plot &plot);

    /// Legend, remark and empty state, after data or text changed.
    void showState();
    void showLegend();
    /// The legend beside the data, or below where there is no room.
    void arrange(const QSize &size);
    void applyTheme();
    [[nodiscard]] std::vector<LegendEntry> legendEntries() const;

    void addActions(QMenu &menu);
    [[nodiscard]] PlotPicture picture();
    /// Asks for a path and writes there.
    void chooseExport(const QString &suffix);
    void exportSoon(const QString &path);
    void showProblem(const QString &sentence);

    Plot &owner;
    QLabel *title = nullptr;
    QuietLabel *remark = nullptr;
    QuietLabel *empty = nullptr;
    QWidget *stackArea = nullptr;
    QStackedLayout *stack = nullptr;
    QBoxLayout *body = nullptr;
    PlotCanvas *canvas = nullptr;
    PlotInput *input = nullptr;
    PlotLegend *legend = nullptr;
    std::pair<double, double> toldX{0, 0};
    std::pair<QRectF, std::pair<double, double>> toldArea;
    QString problem;  ///< of the last export
    Job<QString> csv;

private:
    void createWidgets();
    void connectSignals();
    void tellX();
    void tellArea();
};

}  // namespace waypoint
