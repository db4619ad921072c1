// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/training_desk.h"

#include "core/run/train_command.h"
#include "ui/models/library_model.h"
#include "ui/models/text.h"
#include "ui/models/train_folder.h"
#include "ui/pages/train_page.h"
#include "ui/views/evaluate_sheet.h"

#include <QtCore/QSettings>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>

namespace waypoint {

namespace {

QString keepRunningKey() { return QStringLiteral("train/keepRunningUnasked"); }

/// Small steps and many of them: a few seconds in which there is something to see.
RunConfig trialConfig()
{
    RunConfig config;
    config.epochs = 400;
    config.batchSize = 1;
    config.optimizer = "sgd";
    config.lr = 0.002;
    config.checkpointEvery = 50;
    config.threads = 1;
    return config;
}

}  // namespace

TrainingDesk::TrainingDesk(LibraryModel &library, QWidget *window)
    : QObject(window), m_library(library), m_window(window), m_resuming(m_runs, m_info, window)
{
    m_library.setRuns(&m_runs);
    m_library.setEvaluations(&m_evaluations);
    connect(&m_library, &LibraryModel::runFound, &m_runs, &RunCenter::add);
    connect(&m_runs, &RunCenter::listChanged, this, &TrainingDesk::closeOnceStopped);
    connect(&m_runs, &RunCenter::changed, this, &TrainingDesk::closeOnceStopped);
    connect(&m_runs, &RunCenter::failed, this,
            [this](const QString &, const QString &sentence) { Q_EMIT statusChanged(sentence); });
    connect(&m_resuming, &ResumeFlow::started, this, &TrainingDesk::runStarted);
    connect(&m_resuming, &ResumeFlow::runRequested, this,
            [this](const QString &folder) { Q_EMIT runStarted(folder, {}); });
    connect(&m_resuming, &ResumeFlow::statusChanged, this, &TrainingDesk::statusChanged);
}

TrainingDesk::~TrainingDesk()
{
    // Both work with the parts of this.
    delete m_page;
    m_library.setRuns(nullptr);
    m_library.setEvaluations(nullptr);
}

TrainPage &TrainingDesk::page()
{
    if (!m_page) {
        m_page = new TrainPage({m_runs, m_info, m_evaluations, m_library});
        connect(m_page, &TrainPage::resumeRequested, &m_resuming, &ResumeFlow::resume);
        connect(m_page, &TrainPage::evaluateRequested, this, &TrainingDesk::evaluate);
        Q_EMIT pageMade();
    }
    return *m_page;
}

void TrainingDesk::evaluate(const QStringList &checkpoints)
{
    if (!checkpoints.isEmpty())
        openEvaluateSheet(m_evaluations, m_info, checkpoints, m_window);
}

void TrainingDesk::tryIris()
{
    const RunConfig config = trialConfig();
    const QString folder = freeRunFolder(QStringLiteral("try-iris"));
    auto arguments = startCommand(config, text::toPath(folder));
    arguments.insert(arguments.end(), {"--stop-after", std::to_string(config.epochs / 2)});
    m_runs.start(
        {.folder = folder, .device = QStringLiteral("cpu"), .arguments = std::move(arguments), .evenIfBusy = true});
    Q_EMIT runStarted(folder,
                      tr("A first run: 400 epochs on the Iris flowers. It stops half-way on purpose, and all of it "
                         "is saved: press Resume then, and it goes on as if it had never stopped."));
}

int TrainingDesk::running() const { return static_cast<int>(m_runs.active().size()); }

bool TrainingDesk::mayClose() const
{
    // Who ends the session has other worries, and the runs go on.
    return m_isDecided || qGuiApp->isSavingSession() || running() == 0 || (!m_isStopping && !asksWhenClosing());
}

bool TrainingDesk::asksWhenClosing() { return !QSettings().value(keepRunningKey()).toBool(); }

void TrainingDesk::setAsksWhenClosing(bool asks) { QSettings().setValue(keepRunningKey(), !asks); }

void TrainingDesk::askBeforeClosing(std::function<void()> close)
{
    m_close = std::move(close);
    if (mayClose())
        m_close();
    else
        askAboutRuns();
}

void TrainingDesk::askAboutRuns()
{
    auto *question = new QMessageBox(m_window);
    question->setObjectName(QStringLiteral("closingQuestion"));
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setIcon(QMessageBox::Question);
    question->setWindowTitle(tr("Waypoint"));
    question->setText(running() == 1 ? tr("A run is still training.")
                                     : tr("%1 runs are still training.").arg(running()));
    QString told =
        tr("Training does not need this window: runs go on when it closes, and are found again when Waypoint "
           "is opened.");
    if (!m_runs.waiting().isEmpty())
        told += QLatin1Char(' ') + tr("Those that wait for a device begin then.");
    question->setInformativeText(told);
    auto *unasked = new QCheckBox(tr("Always keep them running; do not ask again"));
    unasked->setToolTip(tr("The Run menu turns the question on again"));
    question->setCheckBox(unasked);
    QPushButton *keep = question->addButton(tr("Keep Running and Close"), QMessageBox::AcceptRole);
    QPushButton *stop = question->addButton(tr("Stop, Save and Close"), QMessageBox::DestructiveRole);
    stop->setToolTip(tr("Each run finishes its step and saves a checkpoint to go on from"));
    stop->setEnabled(!m_isStopping);
    question->addButton(QMessageBox::Cancel);
    question->setDefaultButton(keep);
    connect(keep, &QPushButton::clicked, this, [this, unasked] {
        setAsksWhenClosing(!unasked->isChecked());
        m_isDecided = true;
        m_close();
    });
    connect(stop, &QPushButton::clicked, this, &TrainingDesk::stopAllAndClose);
    question->open();
}

void TrainingDesk::stopAllAndClose()
{
    m_isStopping = true;
    m_runs.holdQueue(true);
    for (const QString &folder : m_runs.active())
        m_runs.send(folder, Command::Stop);
    Q_EMIT statusChanged(tr("Stopping: each run finishes its step and saves a checkpoint. The window closes then."));
    closeOnceStopped();
}

void TrainingDesk::closeOnceStopped()
{
    if (!m_isStopping || running() > 0)
        return;
    m_isStopping = false;
    m_isDecided = true;
    // Not from within a signal of the run center: the window goes away.
    QMetaObject::invokeMethod(
        this, [this] { m_close(); }, Qt::QueuedConnection);
}

}  // namespace waypoint
