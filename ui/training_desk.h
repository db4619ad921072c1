// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/evaluations.h"
#include "ui/models/run_center.h"
#include "ui/models/trainer_info.h"
#include "ui/pages/resume_flow.h"

#include <QtCore/QObject>
#include <QtCore/QStringList>

#include <functional>
#include <memory>

namespace waypoint {

class LibraryModel;
class TrainPage;

/// Everything about training that belongs to the window and not to one of its pages: the runs, what the trainer can,
/// resuming, measuring, and what becomes of runs when the window closes.
class TrainingDesk final : public QObject
{
    Q_OBJECT

public:
    /// Requires: `library` outlives it; `window` owns it.
    TrainingDesk(LibraryModel &library, QWidget *window);
    ~TrainingDesk() override;

    [[nodiscard]] RunCenter &runs() { return m_runs; }
    [[nodiscard]] TrainerInfo &info() { return m_info; }
    [[nodiscard]] ResumeFlow &resuming() { return m_resuming; }
    /// Made when it is first wanted; whoever asks first puts it into a window.
    [[nodiscard]] TrainPage &page();
    [[nodiscard]] bool hasPage() const { return m_page != nullptr; }

    void evaluate(const QStringList &checkpoints);
    /// Trains Iris, stops half-way and leaves the rest to whoever clicks Resume.
    void tryIris();
    /// Calls `close` when the window may close: at once where nothing runs, else once the person has chosen what
    /// becomes of the runs. Not at all where they changed their mind.
    void askBeforeClosing(std::function<void()> close);
    [[nodiscard]] bool mayClose() const;
    [[nodiscard]] int running() const;
    /// Whether closing over runs asks what becomes of them; else they are kept running. Kept in the settings.
    [[nodiscard]] static bool asksWhenClosing();
    static void setAsksWhenClosing(bool asks);

Q_SIGNALS:
    /// The page was made.
    void pageMade();
    /// A run shall be seen.
    void runStarted(const QString &folder, const QString &note);
    void statusChanged(const QString &text);

private:
    void askAboutRuns();
    void stopAllAndClose();
    void closeOnceStopped();

    LibraryModel &m_library;
    QWidget *m_window;
    RunCenter m_runs;
    TrainerInfo m_info;
    Evaluations m_evaluations;
    ResumeFlow m_resuming;
    TrainPage *m_page = nullptr;
    std::function<void()> m_close;
    bool m_isDecided = false;  ///< the runs go on without the window, or have stopped
    bool m_isStopping = false;
};

}  // namespace waypoint
