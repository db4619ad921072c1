// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/resume_flow.h"

#include "ui/jobs/job.h"
#include "ui/models/resume_choice.h"
#include "ui/models/resume_plan.h"
#include "ui/models/run_center.h"
#include "ui/models/text.h"
#include "ui/models/train_planner.h"
#include "ui/models/trainer_info.h"
#include "ui/views/resume_sheet.h"

#include <QtCore/QFileInfo>
#include <QtCore/QPointer>

namespace waypoint {

struct ResumeFlow::Parts
{
    Parts(RunCenter &center, TrainerInfo &trainer, QWidget *host, QObject *receiver)
        : runs(center), info(trainer), window(host), reading(receiver)
    {
    }

    RunCenter &runs;
    TrainerInfo &info;
    QWidget *window;
    Job<ResumeFile> reading;
    std::unique_ptr<TrainPlanner> planner;  ///< anew for each: files change under the same name
    QPointer<ResumeSheet> sheet;
    ResumeFile file;
    ResumeInput input;
    QString section;
    bool isPlanning = false;
};

ResumeFlow::ResumeFlow(RunCenter &runs, TrainerInfo &info, QWidget *window)
    : QObject(window), m_parts(std::make_unique<Parts>(runs, info, window, this))
{
}

ResumeFlow::~ResumeFlow() = default;

void ResumeFlow::resume(const QString &path, bool ask) { read(path, {}, ask); }

void ResumeFlow::resumePart(const QString &path, const QString &section) { read(path, section, true); }

void ResumeFlow::read(const QString &path, const QString &section, bool ask)
{
    if (m_parts->sheet)
        return;
    m_parts->isPlanning = false;
    m_parts->section = section;
    Q_EMIT statusChanged(tr("Looking into %1…").arg(QFileInfo(path).fileName()));
    m_parts->reading.start(
        [asked = text::toPath(path)](std::stop_token stop, Progress &progress) {
            return readResumeFile(asked, stop, progress);
        },
        [this, ask](const ResumeFile &file) { takeFile(file, ask); });
}

ResumeSheet *ResumeFlow::sheet() const { return m_parts->sheet; }

bool ResumeFlow::isBusy() const { return m_parts->reading.isRunning() || m_parts->isPlanning; }

void ResumeFlow::takeFile(const ResumeFile &file, bool ask)
{
    m_parts->file = file;
    m_parts->input = firstInput(file);
    const bool isActive = isAtWork(m_parts->runs, file);
    if (ask || file.error || isActive || !file.leftBehind.isEmpty()) {
        openSheet();
        return;
    }
    m_parts->isPlanning = true;
    m_parts->planner = std::make_unique<TrainPlanner>();
    connect(m_parts->planner.get(), &TrainPlanner::changed, this, &ResumeFlow::takePlan);
    Q_EMIT statusChanged(tr("Checking how %1 goes on…").arg(resumeName(file)));
    m_parts->planner->plan(toQt(resumeArguments(file, m_parts->input)));
}

void ResumeFlow::takePlan()
{
    const TrainPlanner &planner = *m_parts->planner;
    if (!m_parts->isPlanning || planner.isPlanning())
        return;
    m_parts->isPlanning = false;
    if (!planner.plan() || planner.fault() || !isClear(*planner.plan(), m_parts->file)) {
        openSheet();
        return;
    }
    const TrainerPlan &plan = *planner.plan();
    hand({.folder = resumeFolder(m_parts->file, m_parts->input),
          .device = text::fromUtf8(plan.device.empty() ? plan.config.device : plan.device),
          .arguments = resumeArguments(m_parts->file, m_parts->input)},
         restoredSentence(plan, m_parts->file));
}

void ResumeFlow::openSheet()
{
    Q_EMIT statusChanged({});
    auto *sheet = new ResumeSheet(m_parts->runs, m_parts->info, m_parts->window);
    sheet->setAttribute(Qt::WA_DeleteOnClose);
    m_parts->sheet = sheet;
    connect(sheet, &ResumeSheet::orderReady, this, &ResumeFlow::hand);
    connect(sheet, &ResumeSheet::otherRequested, this, [this](const QString &path) {
        m_parts->sheet.clear();  // it is about to go
        resume(path, true);
    });
    connect(sheet, &ResumeSheet::runRequested, this, &ResumeFlow::runRequested);
    sheet->setFile(m_parts->file, m_parts->section);
    sheet->open();
}

void ResumeFlow::hand(const TrainingOrder &order, const QString &restored)
{
    Q_EMIT statusChanged({});
    m_parts->runs.start(order);
    Q_EMIT started(order.folder, restored);
}

}  // namespace waypoint
