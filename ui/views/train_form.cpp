// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_form.h"

#include "core/run/train_command.h"
#include "ui/jobs/job.h"
#include "ui/models/run_center.h"
#include "ui/models/text.h"
#include "ui/models/train_outlook.h"
#include "ui/models/train_planner.h"
#include "ui/models/train_presets.h"
#include "ui/models/train_run_file.h"
#include "ui/models/trainer_info.h"
#include "ui/views/data_chooser.h"
#include "ui/views/notice_bar.h"
#include "ui/views/train_field.h"
#include "ui/views/train_folder_box.h"
#include "ui/views/train_place_box.h"
#include "ui/views/train_preset_bar.h"
#include "ui/views/train_settings_pane.h"
#include "ui/views/train_start_bar.h"
#include "ui/views/train_text_view.h"

#include <QtCore/QMimeData>
#include <QtCore/QScopedValueRollback>
#include <QtGui/QClipboard>
#include <QtGui/QDragEnterEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <utility>

namespace waypoint {

namespace {

constexpr int kLeastWidth = 340;

}  // namespace

struct TrainForm::Parts
{
    Parts(RunCenter &center, TrainerInfo &trainer, TrainForm *form)
        : runs(center),
          info(trainer),
          loading(form),
          bar(new TrainPresetBar(presets)),
          notice(new NoticeBar(colors::Notice::Warning)),
          scroll(new QScrollArea),
          pane(new TrainSettingsPane(center, trainer)),
          startBar(new TrainStartBar)
    {
    }

    RunCenter &runs;
    TrainerInfo &info;
    TrainPresets presets;
    TrainPlanner planner;
    Job<RunFileAnswer> loading;
    bool isRefreshing = false;
    bool wasShown = false;
    QWidget *blame = nullptr;  ///< where the reason is

    TrainPresetBar *bar;
    NoticeBar *notice;
    QScrollArea *scroll;
    TrainSettingsPane *pane;
    TrainStartBar *startBar;
    TrainTextView *textView = nullptr;
};

TrainForm::TrainForm(RunCenter &runs, TrainerInfo &info, QWidget *parent)
    : QWidget(parent), m_parts(std::make_unique<Parts>(runs, info, this))
{
    createBars();
    if (const auto last = m_parts->presets.last())
        m_parts->pane->setConfig(*last);
    m_parts->pane->folder().setTaken(runs.folders());
    connectParts();
    setAcceptDrops(true);
    settingsChanged();
}

TrainForm::~TrainForm() = default;

void TrainForm::createBars()
{
    Parts &parts = *m_parts;
    parts.scroll->setWidget(parts.pane);
    parts.scroll->setWidgetResizable(true);
    parts.scroll->setFrameShape(QFrame::NoFrame);
    parts.scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    parts.bar->setContentsMargins(12, 8, 12, 4);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(parts.bar);
    column->addWidget(parts.notice);
    column->addWidget(parts.scroll, 1);
    column->addWidget(parts.startBar);
    setMinimumWidth(kLeastWidth);
    setFocusProxy(&parts.pane->data());
}

void TrainForm::connectParts()
{
    Parts &parts = *m_parts;
    connect(parts.pane, &TrainSettingsPane::changed, this, &TrainForm::settingsChanged);
    connect(&parts.planner, &TrainPlanner::changed, this, &TrainForm::refresh);
    connect(&parts.runs, &RunCenter::listChanged, this,
            [this] { m_parts->pane->folder().setTaken(m_parts->runs.folders()); });
    connect(parts.startBar, &TrainStartBar::startClicked, this, &TrainForm::start);
    connect(parts.startBar, &TrainStartBar::showClicked, this, [this] {
        if (m_parts->blame)
            m_parts->pane->reveal(m_parts->blame);
    });
    connect(parts.startBar, &TrainStartBar::tryAgainClicked, this, [this] {
        m_parts->info.retry();
        m_parts->planner.retry();
    });
    connect(parts.bar, &TrainPresetBar::chosen, this, &TrainForm::choosePreset);
    connect(parts.bar, &TrainPresetBar::saveRequested, this,
            [this](const QString &name) { m_parts->presets.save(name, config()); });
    connect(parts.bar, &TrainPresetBar::resetRequested, this, &TrainForm::reset);
    connect(parts.bar, &TrainPresetBar::loadRequested, this, &TrainForm::chooseRunFile);
    connect(parts.bar, &TrainPresetBar::showTextRequested, this, &TrainForm::showText);
    connect(parts.bar, &TrainPresetBar::copyCommandRequested, this,
            [this] { QGuiApplication::clipboard()->setText(runCommandText(config(), runFolder())); });
    connect(parts.bar, &TrainPresetBar::copyJsonRequested, this,
            [this] { QGuiApplication::clipboard()->setText(runJsonText(config(), runFolder())); });
}

RunConfig TrainForm::config() const { return m_parts->pane->config(); }

void TrainForm::setConfig(const RunConfig &config)
{
    m_parts->notice->setLines({});
    m_parts->pane->setConfig(config);
}

QString TrainForm::runFolder() const { return m_parts->pane->folder().folder(); }
void TrainForm::setRunFolder(const QString &folder) { m_parts->pane->folder().setFolder(folder); }
const TrainPlanner &TrainForm::planner() const { return m_parts->planner; }
DataChooser &TrainForm::data() const { return m_parts->pane->data(); }

void TrainForm::settingsChanged()
{
    m_parts->presets.setLast(config());
    ask();
    refresh();
}

void TrainForm::ask()
{
    // Not before somebody looks, and not before the first free folder is found.
    if (!m_parts->wasShown || runFolder().isEmpty())
        return;
    QStringList command;
    for (const std::string &word : startCommand(config(), text::toPath(runFolder())))
        command << text::fromUtf8(word);
    m_parts->planner.plan(command);
}

void TrainForm::refresh()
{
    if (m_parts->isRefreshing)
        return;
    const QScopedValueRollback refreshing(m_parts->isRefreshing, true);
    const TrainPlanner &planner = m_parts->planner;
    QWidget *told = nullptr;
    if (!planner.isPlanning() && planner.plan())
        told = m_parts->pane->setPlan(*planner.plan());
    m_parts->blame = m_parts->pane->ownProblem().place;
    if (!m_parts->blame)
        m_parts->blame = told;
    if (m_parts->blame)
        m_parts->pane->unfold(m_parts->blame);
    showOutlook();
    Q_EMIT changed();
}

QString TrainForm::problem() const
{
    const TrainPlanner &planner = m_parts->planner;
    if (const auto own = m_parts->pane->ownProblem(); !own.sentence.isEmpty())
        return own.sentence;
    if (planner.isPlanning())
        return {};
    if (planner.fault())
        return planner.fault()->sentence;
    const QString told = planner.plan() ? planErrorText(*planner.plan()) : QString();
    const auto *field = qobject_cast<const TrainField *>(m_parts->blame);
    return field && !told.isEmpty() ? tr("%1: %2").arg(field->name(), told) : told;
}

bool TrainForm::isReady() const
{
    const TrainPlanner &planner = m_parts->planner;
    return planner.plan() && !planner.isPlanning() && !m_parts->pane->folder().isLooking() && problem().isEmpty();
}

void TrainForm::showOutlook()
{
    const TrainPlaceBox &place = m_parts->pane->place();
    const bool waits = !place.busyRun().isEmpty() && !place.startsAnyway();
    m_parts->startBar->setButtonText(waits ? tr("&Start in the Queue") : tr("&Start"));
    const QString problem = this->problem();
    using Way = TrainStartBar::Way;
    const Way asking = m_parts->planner.fault() ? Way::TryAgain : Way::None;
    if (!problem.isEmpty())
        m_parts->startBar->setState(TrainStartBar::State::Blocked, problem, m_parts->blame ? Way::Show : asking);
    else if (isReady())
        m_parts->startBar->setState(TrainStartBar::State::Ready, outlookText(*m_parts->planner.plan()));
    else
        m_parts->startBar->setState(TrainStartBar::State::Checking, tr("Checking…"));
}

void TrainForm::start()
{
    if (!isReady())
        return;
    const QString folder = runFolder();
    const TrainerPlan &plan = *m_parts->planner.plan();
    TrainPlaceBox &place = m_parts->pane->place();
    const TrainingOrder order{.folder = folder,
                              .device = plan.device.empty() ? place.device() : text::fromUtf8(plan.device),
                              .arguments = startCommand(config(), text::toPath(folder)),
                              .evenIfBusy = place.startsAnyway()};
    m_parts->notice->setLines({});
    m_parts->runs.start(order);
    m_parts->pane->folder().useNext();
    place.forgetAnyway();
    Q_EMIT started(folder);
}

void TrainForm::choosePreset(const RunConfig &config, const QString &ask)
{
    RunConfig chosen = config;
    const RunConfig now = this->config();
    // What the person has chosen already, where the preset leaves it open.
    chosen.device = now.device;
    if (ask == QLatin1String("data") && now.data.starts_with(chosen.data))
        chosen.data = now.data;
    if (ask == QLatin1String("init")) {
        chosen.data = now.data;
        chosen.model = now.model;
        chosen.init = now.init;
    }
    setConfig(chosen);
    if (TrainField *field = m_parts->pane->field(ask))
        m_parts->pane->reveal(field);
}

void TrainForm::reset()
{
    setConfig({});
    m_parts->pane->folder().reset();
}

void TrainForm::chooseRunFile()
{
    auto *dialog = new QFileDialog(this, tr("Load run.json"), {}, tr("Runs (run.json *.json);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &TrainForm::loadRunFile);
    dialog->open();
}

void TrainForm::loadRunFile(const QString &path)
{
    m_parts->loading.start([path](std::stop_token, Progress &) { return readRunFile(path); },
                           [this](const RunFileAnswer &answer) {
                               if (answer.config)
                                   setConfig(*answer.config);
                               else
                                   m_parts->notice->setLines(answer.problem);
                           });
}

void TrainForm::showText()
{
    if (!m_parts->textView)
        m_parts->textView = new TrainTextView(this);
    m_parts->textView->setRun(config(), runFolder());
    m_parts->textView->popUp(*m_parts->bar);
}

void TrainForm::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_parts->info.watch(this);
    if (!std::exchange(m_parts->wasShown, true))
        ask();
}

void TrainForm::hideEvent(QHideEvent *event)
{
    m_parts->info.unwatch(this);
    QWidget::hideEvent(event);
}

void TrainForm::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        m_parts->startBar->button()->click();
    else
        QWidget::keyPressEvent(event);
}

void TrainForm::dragEnterEvent(QDragEnterEvent *event)
{
    const auto urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile())
        event->acceptProposedAction();
}

void TrainForm::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    loadRunFile(event->mimeData()->urls().front().toLocalFile());
}

}  // namespace waypoint
