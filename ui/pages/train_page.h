// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

class QSplitter;
class QTabWidget;
class QToolButton;

namespace waypoint {

class DataPreview;
class Evaluations;
class LibraryModel;
class NoticeBar;
class RunCenter;
class RunPane;
class RunsTable;
class TrainForm;
class TrainerInfo;

/// What the page works with; all of it outlives the page.
struct TrainingParts
{
    RunCenter &runs;
    TrainerInfo &info;
    Evaluations &evaluations;
    LibraryModel &library;
};

/// Go on: the form of a new run at the left; at the right its data, a run live, or all runs in a table.
class TrainPage final : public QWidget
{
    Q_OBJECT

public:
    explicit TrainPage(const TrainingParts &parts, QWidget *parent = nullptr);

    enum Side { Preview, Live, AllRuns };

    /// Shows a run live. `note`: a sentence above it, until another run is shown.
    void showRun(const QString &folder, const QString &note = {});
    /// The form of a new run, ready to be typed into.
    void showForm();
    void showAllRuns();
    void focusFilter();
    [[nodiscard]] Side side() const;
    /// One line for the window's status bar.
    [[nodiscard]] QString statusText() const;

    [[nodiscard]] TrainForm &form() const { return *m_form; }
    [[nodiscard]] RunPane &run() const { return *m_run; }
    [[nodiscard]] RunsTable &table() const { return *m_table; }

Q_SIGNALS:
    void openRequested(const QString &path);
    void resumeRequested(const QString &path, bool ask);
    void curvesRequested(const QStringList &paths);
    void evaluateRequested(const QStringList &checkpoints);
    void compareRequested(const QStringList &checkpoints);
    void exportRequested(const QString &checkpoint);
    void addFolderRequested();
    void statusChanged();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void createSides();
    void connectParts();
    void showData();
    /// Where there is no room for both, a run has it.
    void makeRoom();
    void showFormSide(bool shown);

    TrainingParts m_parts;
    TrainForm *m_form;
    DataPreview *m_preview;
    RunPane *m_run;
    RunsTable *m_table;
    NoticeBar *m_note;
    QTabWidget *m_sides;
    QToolButton *m_newRun;
    QSplitter *m_splitter;
    bool m_isFormAway = false;  ///< for want of room, until there is some
};

}  // namespace waypoint
