// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_pane.h"

#include "ui/models/run_center.h"
#include "ui/models/text.h"
#include "ui/views/empty_state.h"
#include "ui/views/run_sheet.h"

#include <QtCore/QUrl>
#include <QtGui/QDesktopServices>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

struct RunPane::Parts
{
    RunCenter &runs;
    QString run;
    EmptyState *empty = new EmptyState;
    RunSheet *sheet = new RunSheet;
    QStackedWidget *stack = new QStackedWidget;
};

RunPane::RunPane(RunCenter &runs, QWidget *parent) : QWidget(parent), m_parts(std::make_unique<Parts>(Parts{runs, {}}))
{
    m_parts->empty->setText(tr("No run to watch yet"),
                            tr("Start one at the left: its curves, log and checkpoints appear here."));
    connect(m_parts->empty->addButton(tr("&New Run")), &QAbstractButton::clicked, this, &RunPane::newRunRequested);
    m_parts->stack->addWidget(m_parts->empty);
    m_parts->stack->addWidget(m_parts->sheet);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_parts->stack);
    connectRuns();
    connectSheet();
}

RunPane::~RunPane() = default;

void RunPane::connectRuns()
{
    RunCenter *runs = &m_parts->runs;
    connect(runs, &RunCenter::changed, this, [this](const QString &folder) {
        if (folder == m_parts->run)
            refresh();
    });
    connect(runs, &RunCenter::listChanged, this, &RunPane::refresh);
    connect(runs, &RunCenter::failed, this, [this](const QString &folder, const QString &sentence) {
        if (folder == m_parts->run)
            m_parts->sheet->setProblem(sentence);
    });
}

void RunPane::connectSheet()
{
    RunSheet *sheet = m_parts->sheet;
    connect(sheet, &RunSheet::actionRequested, this, &RunPane::act);
    connect(sheet, &RunSheet::commandGiven, this, [this](Command command, bool afterEpoch) {
        m_parts->sheet->setProblem({});
        m_parts->runs.send(m_parts->run, command, afterEpoch);
    });
    connect(sheet, &RunSheet::openRequested, this, &RunPane::openRequested);
    connect(sheet, &RunSheet::resumeRequested, this,
            [this](const QString &checkpoint) { Q_EMIT resumeRequested(checkpoint, true); });
    connect(sheet, &RunSheet::evaluateRequested, this, &RunPane::evaluateRequested);
    connect(sheet, &RunSheet::compareRequested, this, &RunPane::compareRequested);
    connect(sheet, &RunSheet::exportRequested, this, &RunPane::exportRequested);
    connect(sheet, &RunSheet::lookRequested, this, [this] { m_parts->runs.look(m_parts->run); });
}

void RunPane::setRun(const QString &folder)
{
    if (folder == m_parts->run)
        return;
    follow(false);
    m_parts->run = folder;
    follow(isVisible());
    refresh();
}

QString RunPane::run() const { return m_parts->run; }

void RunPane::hideEvent(QHideEvent *event)
{
    follow(false);
    QWidget::hideEvent(event);
}

void RunPane::showEvent(QShowEvent *event)
{
    follow(true);
    refresh();
    QWidget::showEvent(event);
}

void RunPane::follow(bool follows)
{
    if (!m_parts->run.isEmpty())
        m_parts->runs.setFollowed(m_parts->run, follows);
}

void RunPane::refresh()
{
    const QString &run = m_parts->run;
    m_parts->stack->setCurrentWidget(run.isEmpty() ? static_cast<QWidget *>(m_parts->empty) : m_parts->sheet);
    RunNow now{.folder = run};
    if (!run.isEmpty()) {
        const RunCenter &runs = m_parts->runs;
        now.snapshot = runs.snapshot(run);
        now.story = runs.story(run);
        now.isPending = runs.isPending(run);
        const QStringList queue = runs.waiting();
        now.place = static_cast<int>(queue.indexOf(run)) + 1;
        now.queueLength = static_cast<int>(queue.size());
    }
    m_parts->sheet->setRun(now);
}

void RunPane::act(RunAction action)
{
    const QString run = m_parts->run;
    const RunPaths paths(text::toPath(run));
    switch (action) {
    case RunAction::Resume:
        Q_EMIT resumeRequested(run, false);
        break;
    case RunAction::TrainOn:
        Q_EMIT resumeRequested(run, true);
        break;
    case RunAction::OpenBest:
        Q_EMIT openRequested(text::fromPath(paths.best()));
        break;
    case RunAction::OpenLast:
        Q_EMIT openRequested(text::fromPath(paths.last()));
        break;
    case RunAction::ShowCurves:
        Q_EMIT curvesRequested({run});
        break;
    case RunAction::NewRun:
        Q_EMIT newRunRequested();
        break;
    case RunAction::OpenFolder:
        QDesktopServices::openUrl(QUrl::fromLocalFile(run));
        break;
    default:
        tellCenter(action);
    }
}

void RunPane::tellCenter(RunAction action)
{
    const QString run = m_parts->run;
    RunCenter &runs = m_parts->runs;
    if (action == RunAction::StartNow)
        runs.startWaitingNow(run);
    else if (action == RunAction::RemoveFromQueue)
        runs.cancelWaiting(run);
    else if (action == RunAction::End)
        runs.kill(run);
    else if (action == RunAction::Forget)
        runs.forget(run);
    else if (action == RunAction::LookAgain)
        runs.look(run);
}

}  // namespace waypoint
