// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/file_watch.h"
#include "ui/jobs/job.h"
#include "ui/models/load_checkpoint.h"
#include "ui/models/stats_scan.h"
#include "ui/views/entry_browser.h"

#include <QtWidgets/QWidget>

#include <optional>

class QAbstractButton;
class QSplitter;
class QStackedWidget;

namespace waypoint {

class DetailsPane;
class EmptyState;
class LoadingPane;
class NoticeBar;
class OverviewPanel;
class ProblemPane;
class SafetyNote;
class SummaryHeader;

/// One file in one tab: reading it, showing it, or saying why it cannot be shown.
class InspectPage final : public QWidget
{
    Q_OBJECT

public:
    enum class State { Loading, Shown, Failed, Stopped };

    explicit InspectPage(std::filesystem::path path, Opener opener, QWidget *parent = nullptr);

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }
    [[nodiscard]] State state() const { return m_state; }
    /// Null while there is none to show.
    [[nodiscard]] CheckpointPtr checkpoint() const;
    /// One line for the window's status bar.
    [[nodiscard]] QString statusText() const { return m_status; }
    [[nodiscard]] EntryBrowser &browser() const { return *m_browser; }
    [[nodiscard]] SummaryHeader &header() const { return *m_header; }
    [[nodiscard]] NoticeBar &changedBar() const { return *m_changedBar; }
    [[nodiscard]] NoticeBar &warningBar() const { return *m_warningBar; }
    /// Tells that tensors hold NaN or infinite values.
    [[nodiscard]] NoticeBar &healthBar() const { return *m_healthBar; }
    /// Statistics of the tensors of the file that is shown.
    [[nodiscard]] StatsScan &scan() const { return *m_scan; }
    /// Made when an entry is first shown: with its plots and tables it costs a tab more than all else in it.
    [[nodiscard]] DetailsPane &details();
    [[nodiscard]] ProblemPane &problem() const { return *m_problem; }

    /// Reads the file (again). Selection, open rows, filter and order survive.
    void load();
    void cancel();
    void focusFilter();
    /// Selects an entry by its path within, once the file is there.
    void goTo(const QString &entry);

    [[nodiscard]] QByteArray saveLayout() const;
    void restoreLayout(const QByteArray &layout);

Q_SIGNALS:
    void stateChanged();
    /// The path is a folder that holds files and is not itself a checkpoint.
    void foundPlainFolder();
    void openOtherRequested();
    void layoutChanged();
    /// `ask`: show what would be done in any case.
    void resumeRequested(const QString &path, bool ask);
    /// From a model or an optimizer within the file.
    void resumePartRequested(const QString &path, const QString &section);
    /// These entries of the file that is shown; none: the whole of it.
    void exportRequested(const waypoint::CheckpointPtr &checkpoint, const std::vector<waypoint::EntryId> &entries);
    /// The file is damaged: what can be saved of it shall be shown.
    void salvageRequested(const QString &path);
    /// Two sections of the file that is shown, as paths within.
    void comparePartsRequested(const QString &path, const QString &a, const QString &b);

private:
    QWidget *createShown();
    QWidget *createRightSide();
    void createBars();
    void take(Loaded loaded, const BrowserPlace &place);
    void showCheckpoint(const Loaded &loaded, const BrowserPlace &place);
    void showWarnings(const Checkpoint &checkpoint);
    void showFailure(const Loaded &loaded);
    void showEntry(EntryId id);
    void requestResume(EntryId id);
    void requestSalvage();
    void requestComparison(EntryId a, EntryId b);
    void watchScan();
    void takeStats(const std::vector<EntryId> &entries);
    void showTensorStats();
    void showProblems();
    void showChange(const FileStamp &stamp);
    void setState(State state, const QString &status);

    std::filesystem::path m_path;
    Opener m_opener;
    State m_state = State::Loading;
    QString m_status;
    QString m_goal;  ///< the entry to select once the file is there; empty for none

    NoticeBar *m_changedBar;
    NoticeBar *m_warningBar;
    NoticeBar *m_healthBar;
    QAbstractButton *m_salvage;
    QAbstractButton *m_showAiling;
    SummaryHeader *m_header;
    SafetyNote *m_safety;
    EntryBrowser *m_browser;
    OverviewPanel *m_overview;
    DetailsPane *m_details = nullptr;
    QStackedWidget *m_right;
    QSplitter *m_splitter;
    QWidget *m_shown;
    LoadingPane *m_loading;
    ProblemPane *m_problem;
    EmptyState *m_stopped;
    QStackedWidget *m_stack;

    StatsScan *m_scan;
    std::size_t m_warned = 0;  ///< rows that warnings concern
    FileWatch m_watch;
    std::optional<BrowserState> m_kept;  ///< what a reload has to bring back
    Job<std::pair<Loaded, BrowserPlace>> m_reading;
};

}  // namespace waypoint
