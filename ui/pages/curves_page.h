// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/rationed_job.h"
#include "ui/models/curve_board.h"
#include "ui/models/curve_sources.h"

#include <QtCore/QStringList>
#include <QtWidgets/QWidget>

#include <memory>

class QSplitter;
class QStackedWidget;

namespace waypoint {

class CurveOptionsBar;
class CurvePlotArea;
class CurveRunList;
class DropOverlay;
class EmptyState;
class NoticeBar;

/// How runs went: loss, metrics and learning rates of several sources over one axis, followed while they grow.
class CurvesPage final : public QWidget
{
    Q_OBJECT

public:
    explicit CurvesPage(QWidget *parent = nullptr);
    ~CurvesPage() override;

    /// Files and folders; those that are there already are shown again. Touches no disk.
    void addSources(const QStringList &paths);
    void removeSource(const QString &path);
    /// Absolute paths, in the order they were added.
    [[nodiscard]] QStringList sources() const { return m_sources.paths(); }

    [[nodiscard]] bool isEmpty() const { return m_sources.isEmpty(); }
    void focusFilter();
    void addFiles();
    void addFolder();

    /// One line for the window's status bar.
    [[nodiscard]] QString statusText() const { return m_status; }
    [[nodiscard]] CurvePlotArea &plotArea() const { return *m_plots; }
    [[nodiscard]] CurveOptionsBar &options() const { return *m_options; }
    [[nodiscard]] CurveRunList &runList() const { return *m_runs; }

Q_SIGNALS:
    /// A checkpoint on a curve was clicked.
    void openFileRequested(const QString &path);
    void statusChanged(const QString &text);
    void sourcesChanged();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    QWidget *createShown();
    QWidget *createRightSide();
    void createEmptyState();
    void connectParts();
    void connectPlots();
    void saveSettings() const;
    void restoreSettings();

    void showSources();
    void build();
    [[nodiscard]] Job<std::shared_ptr<CurveBoard>>::Work building() const;
    void showBoard(CurveBoard board);
    void showNothing();
    void showRemarks(const CurveBoard &board);
    void showStatus(const CurveBoard &board);
    void setStatus(const QString &status);
    void exportAll();

    CurveSources m_sources;
    QString m_status;
    QStringList m_warnings;
    QStringList m_remarks;

    CurveRunList *m_runs;
    CurveOptionsBar *m_options;
    CurvePlotArea *m_plots;
    EmptyState *m_nothing;
    EmptyState *m_empty;
    QStackedWidget *m_centre;
    NoticeBar *m_warningBar;
    NoticeBar *m_remarkBar;
    QSplitter *m_splitter;
    QStackedWidget *m_stack;
    DropOverlay *m_dropOverlay;
    RationedJob<std::shared_ptr<CurveBoard>> m_building;
};

}  // namespace waypoint
