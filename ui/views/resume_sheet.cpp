// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/resume_sheet.h"

#include "core/base/describe_error.h"
#include "ui/models/text.h"
#include "ui/views/device_chooser.h"
#include "ui/views/model_chooser.h"
#include "ui/views/notice_bar.h"
#include "ui/views/primary_button.h"
#include "ui/views/quiet_label.h"
#include "ui/views/resume_fields.h"
#include "ui/views/resume_lines.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

constexpr QSize kUsual(720, 620);
constexpr QMargins kMargins(18, 14, 18, 14);

}  // namespace

bool isAtWork(const RunCenter &runs, const ResumeFile &file)
{
    return file.isAlive
           || (!file.runFolder.isEmpty()
               && (runs.active().contains(file.runFolder) || runs.waiting().contains(file.runFolder)));
}

ResumeSheet::ResumeSheet(RunCenter &runs, TrainerInfo &info, QWidget *window)
    : QDialog(window),
      m_runs(runs),
      m_info(info),
      m_headline(new QLabel),
      m_path(new QuietLabel),
      m_active(new NoticeBar(colors::Notice::Information)),
      m_fault(new NoticeBar(colors::Notice::Danger)),
      m_whole(new NoticeBar(colors::Notice::Information)),
      m_left(new NoticeBar(colors::Notice::Warning)),
      m_lines(new ResumeLines),
      m_fields(new ResumeFields),
      m_body(new QScrollArea),
      m_status(new QuietLabel),
      m_continue(new PrimaryButton(tr("Continue This Run"))),
      m_new(new QPushButton(tr("New Run from These Weights")))
{
    setObjectName(QStringLiteral("resumeSheet"));
    m_active->setObjectName(QStringLiteral("activeBar"));
    m_fault->setObjectName(QStringLiteral("faultBar"));
    m_whole->setObjectName(QStringLiteral("wholeBar"));
    m_left->setObjectName(QStringLiteral("leftBar"));
    setWindowTitle(tr("Resume Training"));
    setWindowModality(Qt::WindowModal);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(createHead());
    for (NoticeBar *bar : {m_active, m_fault, m_whole, m_left})
        column->addWidget(bar);
    column->addWidget(createBody(), 1);
    column->addWidget(createFoot());
    listenTo();
    m_info.watch(this);
    resize(window ? kUsual.boundedTo(window->size() - QSize(24, 24)) : kUsual);
}

ResumeSheet::~ResumeSheet() = default;

QWidget *ResumeSheet::createHead()
{
    auto *head = new QWidget;
    QFont strong = font();
    strong.setPointSizeF(strong.pointSizeF() * 1.15);
    strong.setWeight(QFont::DemiBold);
    m_headline->setFont(strong);
    m_headline->setTextFormat(Qt::PlainText);
    m_headline->setWordWrap(true);
    m_headline->setObjectName(QStringLiteral("headline"));
    auto *column = new QVBoxLayout(head);
    column->setContentsMargins(kMargins.left(), kMargins.top(), kMargins.right(), 8);
    column->setSpacing(2);
    column->addWidget(m_headline);
    column->addWidget(m_path);
    m_path->setWordWrap(true);
    return head;
}

QWidget *ResumeSheet::createBody()
{
    auto *inner = new QWidget;
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(kMargins.left(), 4, kMargins.right(), 12);
    column->setSpacing(14);
    column->addWidget(m_lines);
    column->addWidget(m_fields);
    column->addStretch(1);
    m_body->setWidget(inner);
    m_body->setWidgetResizable(true);
    m_body->setFrameShape(QFrame::NoFrame);
    m_body->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return m_body;
}

QWidget *ResumeSheet::createFoot()
{
    auto *foot = new QWidget;
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    m_new->setAutoDefault(false);
    m_new->setObjectName(QStringLiteral("newRun"));
    m_continue->setObjectName(QStringLiteral("continueRun"));
    m_continue->setDefault(true);
    m_continue->setIcon(goOnIcon());
    m_status->setObjectName(QStringLiteral("status"));
    m_status->setWordWrap(true);
    // Room for two lines from the beginning, so that nothing moves when they come.
    m_status->setMinimumHeight(m_status->fontMetrics().lineSpacing() * 2 + 2);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(cancel);
    buttons->addStretch(1);
    buttons->addWidget(m_new);
    buttons->addWidget(m_continue);
    auto *column = new QVBoxLayout(foot);
    column->setContentsMargins(kMargins.left(), 8, kMargins.right(), kMargins.bottom());
    column->addWidget(m_status);
    column->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_continue, &QPushButton::clicked, this, &ResumeSheet::continueRun);
    connect(m_new, &QPushButton::clicked, this, &ResumeSheet::startNew);
    return foot;
}

void ResumeSheet::listenTo()
{
    connect(m_fields, &ResumeFields::changed, this, &ResumeSheet::plan);
    connect(&m_resume, &TrainPlanner::changed, this, &ResumeSheet::showPlans);
    connect(&m_start, &TrainPlanner::changed, this, &ResumeSheet::showPlans);
    connect(&m_info, &TrainerInfo::changed, this, &ResumeSheet::showDevices);
    connect(&m_runs, &RunCenter::changed, this, &ResumeSheet::showNotices);
    QAbstractButton *again = m_fault->addButton(tr("Try Again"));
    again->setObjectName(QStringLiteral("tryAgain"));
    connect(again, &QAbstractButton::clicked, this, [this] {
        m_resume.retry();
        m_start.retry();
        if (m_info.fault())
            m_info.retry();
    });
    QAbstractButton *other = m_whole->addButton(tr("Resume from That One"));
    other->setObjectName(QStringLiteral("resumeWhole"));
    connect(other, &QAbstractButton::clicked, this, [this] {
        const QString path = m_file.whole;
        reject();
        Q_EMIT otherRequested(path);
    });
    QAbstractButton *show = m_active->addButton(tr("Show Run"));
    show->setObjectName(QStringLiteral("showRun"));
    connect(show, &QAbstractButton::clicked, this, [this] {
        Q_EMIT runRequested(m_file.runFolder);
        reject();
    });
}

void ResumeSheet::setFile(const ResumeFile &file, const QString &section)
{
    m_file = file;
    m_path->setText(QDir::toNativeSeparators(file.path));
    m_headline->setText(resumeHeadline(std::nullopt, file));
    m_lines->setLines(heldLines(file));
    m_fields->setFile(file);
    m_fields->chooseSection(section);
    showDevices();
    showNotices();
    plan();
}

QString ResumeSheet::headline() const { return m_headline->text(); }

QString ResumeSheet::status() const { return m_status->text(); }

bool ResumeSheet::isPlanning() const { return m_resume.isPlanning() || m_start.isPlanning(); }

void ResumeSheet::plan()
{
    if (!m_file.error && !isAtWork(m_runs, m_file))
        m_resume.plan(toQt(resumeArguments(m_file, m_fields->input())));
    showPlans();
}

/// The new run is planned once the resume has told which model and data there are.
void ResumeSheet::showPlans()
{
    if (!m_resume.isPlanning() && m_resume.plan()) {
        const TrainerPlan &plan = *m_resume.plan();
        m_headline->setText(resumeHeadline(plan, m_file));
        m_lines->setLines(saysWhatIsRestored(plan) ? resumeLines(plan, m_file) : heldLines(m_file));
        m_fields->setPlan(plan);
        const auto start = newRunArguments(m_file, m_fields->input(), plan);
        if (start.empty())
            m_start.cancel();
        else
            m_start.plan(toQt(start));
    }
    showFault();
    showButtons();
}

void ResumeSheet::showNotices()
{
    const QString name = QFileInfo(m_file.runFolder).fileName();
    m_active->setLines(isAtWork(m_runs, m_file)
                           ? tr("The run %1 is running. It can be resumed once it is over.").arg(name)
                           : QString());
    m_whole->setLines(m_file.whole.isEmpty()
                          ? QString()
                          : tr("%1 is damaged, but %2 of the same run can be read.")
                                .arg(QFileInfo(m_file.path).fileName(), QFileInfo(m_file.whole).fileName()));
    QString left;
    if (!m_file.leftBehind.isEmpty())
        left = tr("%1 is not the newest of its run. Continued in its place, the curve is cut here; the files of later "
                  "epochs stay on disk. A folder of its own keeps both.")
                   .arg(QFileInfo(m_file.path).fileName());
    m_left->setLines(left, m_file.leftBehind);
    showButtons();
}

/// What stands at no field: one red line.
void ResumeSheet::showFault()
{
    QString sentence;
    QStringList more;
    if (m_file.error) {
        sentence = text::fromUtf8(describe(*m_file.error));
    } else if (m_resume.fault()) {
        sentence = m_resume.fault()->sentence;
        if (!m_resume.fault()->lastWords.isEmpty())
            more << m_resume.fault()->lastWords;
    } else if (m_resume.plan()) {
        const auto problem = problemOf(*m_resume.plan());
        if (problem && !m_fields->hasField(problem->field))
            sentence = problem->sentence;
    }
    m_fault->setLines(sentence, more);
}

void ResumeSheet::showDevices()
{
    m_fields->device().setDevices(m_info.devices(), m_info.fault().has_value());
    m_fields->model().setModels(m_info.models());
}

QString ResumeSheet::whyNotContinue() const
{
    if (isAtWork(m_runs, m_file))
        return tr("The run is running.");
    if (m_file.error)
        return tr("The checkpoint cannot be read.");
    if (m_resume.isPlanning())
        return tr("Checking…");
    if (!m_resume.plan())
        return tr("waypoint-train has not answered.");
    if (const QString problem = m_fields->problem(); !problem.isEmpty())
        return problem;
    if (const auto problem = problemOf(*m_resume.plan()))
        return problem->sentence;
    if (m_resume.plan()->action != "continue")
        return tr("There is no optimizer and no epoch in the file: there is no run to continue.");
    return {};
}

QString ResumeSheet::whyNotNew() const
{
    if (m_file.error)
        return tr("The checkpoint cannot be read.");
    if (m_resume.isPlanning() || m_start.isPlanning())
        return tr("Checking…");
    if (const QString problem = m_fields->problem(); !problem.isEmpty())
        return problem;
    if (m_start.fault())
        return m_start.fault()->sentence;
    if (!m_start.plan() || newRunArguments(m_file, m_fields->input(), m_resume.plan()).empty())
        return tr("It is not known yet on which data.");
    const auto problem = problemOf(*m_start.plan());
    return problem ? problem->sentence : QString();
}

void ResumeSheet::showButtons()
{
    const QString noContinue = whyNotContinue();
    const QString noNew = whyNotNew();
    const ResumeInput input = m_fields->input();
    m_continue->setEnabled(noContinue.isEmpty());
    m_continue->setToolTip(noContinue.isEmpty() ? tr("Optimizer, schedule and epoch go on where they stood")
                                                : noContinue);
    m_new->setEnabled(noNew.isEmpty());
    m_new->setToolTip(
        noNew.isEmpty()
            ? tr("Fresh optimizer and schedule, from epoch 0, in %1").arg(QDir::toNativeSeparators(input.folder))
            : noNew);
    m_status->setText(noContinue.isEmpty()
                          ? tr("Continues in %1.").arg(QDir::toNativeSeparators(resumeFolder(m_file, input)))
                          : noContinue);
}

void ResumeSheet::continueRun()
{
    if (!m_continue->isEnabled())
        return;
    const ResumeInput input = m_fields->input();
    hand(resumeArguments(m_file, input), resumeFolder(m_file, input), *m_resume.plan(),
         restoredSentence(*m_resume.plan(), m_file));
}

void ResumeSheet::startNew()
{
    if (!m_new->isEnabled())
        return;
    const ResumeInput input = m_fields->input();
    hand(newRunArguments(m_file, input, m_resume.plan()), input.folder, *m_start.plan(),
         tr("New run from the weights of %1.").arg(QFileInfo(m_file.path).fileName()));
}

void ResumeSheet::hand(const std::vector<std::string> &arguments, const QString &folder, const TrainerPlan &plan,
                       const QString &restored)
{
    rememberChoice(m_file, m_fields->input());
    const TrainingOrder order{.folder = folder,
                              .device = text::fromUtf8(plan.device.empty() ? plan.config.device : plan.device),
                              .arguments = arguments};
    accept();
    Q_EMIT orderReady(order, restored);
}

}  // namespace waypoint
