// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_sheet.h"

#include "ui/models/text.h"
#include "ui/views/curve_plot_area.h"
#include "ui/views/notice_bar.h"
#include "ui/views/run_checkpoint_list.h"
#include "ui/views/run_controls.h"
#include "ui/views/run_curves.h"
#include "ui/views/run_header.h"
#include "ui/views/run_log_view.h"
#include "ui/views/run_notice_bar.h"
#include "ui/views/run_settings_view.h"

#include <QtCore/QSettings>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QVBoxLayout>

#include <utility>

namespace waypoint {

namespace {

// Wider than that, lists stand beside the plots.
constexpr int kWide = 1020;

QString sizesKey(Qt::Orientation orientation)
{
    return orientation == Qt::Horizontal ? QStringLiteral("run/beside") : QStringLiteral("run/below");
}

}  // namespace

RunSheet::RunSheet(QWidget *parent)
    : QWidget(parent),
      m_header(new RunHeader),
      m_controls(new RunControls),
      m_notice(new RunNoticeBar),
      m_problemBar(new NoticeBar(colors::Notice::Warning)),
      m_splitter(new QSplitter(Qt::Vertical)),
      m_curves(new RunCurvesView),
      m_tabs(new QTabWidget),
      m_checkpoints(new RunCheckpointList),
      m_log(new RunLogView),
      m_settings(new RunSettingsView)
{
    m_problemBar->setObjectName(QStringLiteral("runProblem"));
    m_splitter->addWidget(m_curves);
    m_splitter->addWidget(createTabs());
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    for (QWidget *part : std::initializer_list<QWidget *>{m_header, m_controls, m_problemBar, m_notice})
        layout->addWidget(part);
    layout->addWidget(m_splitter, 1);
    connectParts();
    m_splitter->setSizes({420, 240});
    m_splitter->restoreState(QSettings().value(sizesKey(Qt::Vertical)).toByteArray());
}

RunSheet::~RunSheet() { saveSizes(); }

QWidget *RunSheet::createTabs()
{
    m_tabs->setDocumentMode(true);
    m_tabs->setObjectName(QStringLiteral("runTabs"));
    m_tabs->addTab(m_checkpoints, tr("Checkpoints"));
    m_tabs->addTab(m_log, tr("Log"));
    m_tabs->addTab(m_settings, tr("Settings"));
    return m_tabs;
}

void RunSheet::connectParts()
{
    connect(m_controls, &RunControls::commandGiven, this, &RunSheet::commandGiven);
    connect(m_notice, &RunNoticeBar::actionRequested, this, &RunSheet::actionRequested);
    connect(m_curves, &RunCurvesView::readingsChanged, this, &RunSheet::showReadings);
    connect(m_curves, &RunCurvesView::openRequested, this, &RunSheet::openRequested);
    connect(m_curves, &RunCurvesView::curvesRequested, this, [this] { Q_EMIT actionRequested(RunAction::ShowCurves); });
    connect(m_checkpoints, &RunCheckpointList::openRequested, this, &RunSheet::openRequested);
    connect(m_checkpoints, &RunCheckpointList::resumeRequested, this, &RunSheet::resumeRequested);
    connect(m_checkpoints, &RunCheckpointList::evaluateRequested, this, &RunSheet::evaluateRequested);
    connect(m_checkpoints, &RunCheckpointList::compareRequested, this, &RunSheet::compareRequested);
    connect(m_checkpoints, &RunCheckpointList::exportRequested, this, &RunSheet::exportRequested);
    connect(m_checkpoints, &RunCheckpointList::filesChanged, this, &RunSheet::lookRequested);
}

void RunSheet::setRun(const RunNow &now)
{
    if (now.folder != m_now.folder)
        setProblem({});
    m_now = now;
    showRun();
}

void RunSheet::setProblem(const QString &sentence)
{
    if (std::exchange(m_problem, sentence) != sentence)
        m_problemBar->setLines(sentence);
}

void RunSheet::showRun()
{
    const RunSnapshotPtr &snapshot = m_now.snapshot;
    const bool exists = snapshot && snapshot->exists;
    m_controls->setRun(m_now);
    m_notice->setNotice(runNotice(m_now), snapshot ? text::fromUtf8(snapshot->lastWords).trimmed() : QString());
    m_settings->setRun(m_now);
    m_curves->setRun(exists ? m_now.folder : QString(), snapshot ? snapshot->view.description.config.monitor : "",
                     m_now.story.isActive || m_now.story.condition == RunCondition::Waiting);
    m_log->setFile(exists ? text::fromPath(RunPaths(text::toPath(m_now.folder)).log()) : QString());
    showReadings();
}

void RunSheet::showReadings()
{
    m_header->setRun(m_now, *m_curves->readings());
    m_checkpoints->setRun(m_now, m_curves->readings());
    setAccessibleName(m_header->oneLine());
    const int count = m_checkpoints->count();
    m_tabs->setTabText(m_tabs->indexOf(m_checkpoints),
                       count == 0 ? tr("Checkpoints") : tr("Checkpoints (%1)").arg(text::integer(count)));
}

void RunSheet::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    turnSplitter();
}

void RunSheet::turnSplitter()
{
    const auto wanted = width() >= kWide ? Qt::Horizontal : Qt::Vertical;
    if (wanted == m_splitter->orientation())
        return;
    saveSizes();
    m_splitter->setOrientation(wanted);
    if (!m_splitter->restoreState(QSettings().value(sizesKey(wanted)).toByteArray()))
        m_splitter->setSizes(wanted == Qt::Horizontal ? QList<int>{540, 460} : QList<int>{420, 240});
    m_splitter->setOrientation(wanted);
}

void RunSheet::saveSizes()
{
    if (isVisible())
        QSettings().setValue(sizesKey(m_splitter->orientation()), m_splitter->saveState());
}

}  // namespace waypoint
