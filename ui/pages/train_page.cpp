// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_page.h"

#include "ui/models/data_look.h"
#include "ui/models/library_model.h"
#include "ui/models/run_center.h"
#include "ui/views/data_chooser.h"
#include "ui/views/data_preview.h"
#include "ui/views/notice_bar.h"
#include "ui/views/run_pane.h"
#include "ui/views/runs_table.h"
#include "ui/views/train_form.h"

#include <QtCore/QFileInfo>
#include <QtCore/QSettings>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

constexpr int kFormWidth = 390;
constexpr int kRoomForBoth = 1040;  ///< of the page; below it a run's plots would be too narrow beside the form

QString sidesKey() { return QStringLiteral("train/sides"); }

}  // namespace

TrainPage::TrainPage(const TrainingParts &parts, QWidget *parent)
    : QWidget(parent),
      m_parts(parts),
      m_form(new TrainForm(parts.runs, parts.info)),
      m_preview(new DataPreview),
      m_run(new RunPane(parts.runs)),
      m_table(new RunsTable(parts.library, parts.runs, parts.evaluations)),
      m_note(new NoticeBar(colors::Notice::Information)),
      m_sides(new QTabWidget),
      m_newRun(new QToolButton),
      m_splitter(new QSplitter)
{
    createSides();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    connectParts();
    showData();
}

void TrainPage::createSides()
{
    auto *live = new QWidget;
    auto *column = new QVBoxLayout(live);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_note);
    column->addWidget(m_run, 1);
    m_note->setLines({});
    m_sides->setDocumentMode(true);
    m_sides->addTab(m_preview, tr("Data"));
    m_sides->setTabToolTip(Preview, tr("Samples and classes of the data chosen at the left"));
    m_sides->addTab(live, tr("Run"));
    m_sides->setTabToolTip(Live, tr("One run, as it goes"));
    m_sides->addTab(m_table, tr("All Runs"));
    m_sides->setTabToolTip(AllRuns, tr("Every run and checkpoint of the library"));
    m_newRun->setText(tr("New Run"));
    m_newRun->setCheckable(true);
    m_newRun->setChecked(true);
    m_newRun->setAutoRaise(true);
    m_newRun->setToolTip(tr("Show or hide the settings of a new run"));
    m_sides->setCornerWidget(m_newRun, Qt::TopRightCorner);
    m_splitter->addWidget(m_form);
    m_splitter->addWidget(m_sides);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setSizes({kFormWidth, 2 * kFormWidth});
    m_splitter->restoreState(QSettings().value(sidesKey()).toByteArray());
}

void TrainPage::connectParts()
{
    connect(m_newRun, &QToolButton::clicked, this, &TrainPage::showFormSide);
    connect(m_splitter, &QSplitter::splitterMoved, this,
            [this] { QSettings().setValue(sidesKey(), m_splitter->saveState()); });
    connect(m_sides, &QTabWidget::currentChanged, this, [this] {
        makeRoom();
        Q_EMIT statusChanged();
    });
    connect(m_form, &TrainForm::started, this, [this](const QString &folder) { showRun(folder); });
    connect(m_form, &TrainForm::changed, this, &TrainPage::statusChanged);
    connect(&m_form->data(), &DataChooser::lookChanged, this, &TrainPage::showData);
    connect(&m_parts.runs, &RunCenter::changed, this, [this](const QString &folder) {
        if (folder == m_run->run())
            Q_EMIT statusChanged();
    });

    connect(m_run, &RunPane::openRequested, this, &TrainPage::openRequested);
    connect(m_run, &RunPane::resumeRequested, this, &TrainPage::resumeRequested);
    connect(m_run, &RunPane::curvesRequested, this, &TrainPage::curvesRequested);
    connect(m_run, &RunPane::evaluateRequested, this, &TrainPage::evaluateRequested);
    connect(m_run, &RunPane::compareRequested, this, &TrainPage::compareRequested);
    connect(m_run, &RunPane::exportRequested, this, &TrainPage::exportRequested);
    connect(m_run, &RunPane::newRunRequested, this, &TrainPage::showForm);

    connect(m_table, &RunsTable::openRequested, this, &TrainPage::openRequested);
    connect(m_table, &RunsTable::runRequested, this, [this](const QString &folder) { showRun(folder); });
    connect(m_table, &RunsTable::resumeRequested, this, &TrainPage::resumeRequested);
    connect(m_table, &RunsTable::curvesRequested, this, &TrainPage::curvesRequested);
    connect(m_table, &RunsTable::evaluateRequested, this, &TrainPage::evaluateRequested);
    connect(m_table, &RunsTable::compareRequested, this, &TrainPage::compareRequested);
    connect(m_table, &RunsTable::exportRequested, this, &TrainPage::exportRequested);
    connect(m_table, &RunsTable::addFolderRequested, this, &TrainPage::addFolderRequested);
}

void TrainPage::showRun(const QString &folder, const QString &note)
{
    if (folder != m_run->run() || !note.isEmpty())
        m_note->setLines(note);
    m_run->setRun(folder);
    m_sides->setTabText(Live,
                        tr("Run %1").arg(QFileInfo(folder).fileName().replace(QLatin1Char('&'), QLatin1String("&&"))));
    m_sides->setCurrentIndex(Live);
    makeRoom();
    Q_EMIT statusChanged();
}

void TrainPage::showForm()
{
    showFormSide(true);
    m_sides->setCurrentIndex(Preview);
    m_form->setFocus();
}

void TrainPage::showAllRuns() { m_sides->setCurrentIndex(AllRuns); }

void TrainPage::focusFilter()
{
    showAllRuns();
    m_table->focusFilter();
}

TrainPage::Side TrainPage::side() const { return static_cast<Side>(m_sides->currentIndex()); }

QString TrainPage::statusText() const
{
    if (side() != Live || m_run->run().isEmpty())
        return side() == Preview ? m_form->problem() : QString();
    const RunStory story = m_parts.runs.story(m_run->run());
    return story.cause.isEmpty() ? story.headline : story.headline + QStringLiteral(" · ") + story.cause;
}

void TrainPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    makeRoom();
}

void TrainPage::showData()
{
    const DataChooser &chooser = m_form->data();
    m_preview->setLook(chooser.look(), chooser.isLooking() ? tr("Looking at the data…") : chooser.problem());
}

void TrainPage::makeRoom()
{
    const bool fits = side() == Preview || width() >= kRoomForBoth;
    if (!fits && m_form->isVisibleTo(this)) {
        showFormSide(false);
        m_isFormAway = true;
    } else if (fits && m_isFormAway) {
        showFormSide(true);
    }
}

void TrainPage::showFormSide(bool shown)
{
    m_form->setVisible(shown);
    m_newRun->setChecked(shown);
    m_isFormAway = false;
}

}  // namespace waypoint
