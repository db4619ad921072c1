// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/salvage_sheet.h"

#include "ui/models/text.h"
#include "ui/views/notice_bar.h"
#include "ui/views/primary_button.h"
#include "ui/views/quiet_label.h"
#include "ui/views/state_line.h"

#include <QtCore/QFileInfo>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

constexpr QSize kUsual(760, 520);
constexpr QMargins kMargins(18, 12, 18, 12);
constexpr int kProgressSteps = 1000;
constexpr std::size_t kMostNotes = 6;

QString notesOf(const SalvagePlan &plan)
{
    QStringList lines;
    for (const std::string &note : plan.notes) {
        if (static_cast<std::size_t>(lines.size()) == kMostNotes) {
            lines << SalvageSheet::tr("… and %1 more").arg(text::count(plan.notes.size() - kMostNotes));
            break;
        }
        lines << text::fromUtf8(note);
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

SalvageSheet::SalvageSheet(const QString &path, QWidget *parent)
    : QDialog(parent),
      m_look(path),
      m_result(new NoticeBar(colors::Notice::Good)),
      m_failure(new NoticeBar(colors::Notice::Danger)),
      m_sentence(new QLabel),
      m_remark(new QuietLabel),
      m_lostModel(new SalvageLostModel(this)),
      m_lost(new QTableView),
      m_notes(new QuietLabel),
      m_target(new QLineEdit),
      m_targetState(new StateLine),
      m_progressText(new QLabel),
      m_progress(new QProgressBar),
      m_choose(new QPushButton(tr("&Choose…"))),
      m_close(new QPushButton(tr("Cancel"))),
      m_salvage(new PrimaryButton(tr("Salvage")))
{
    setObjectName(QStringLiteral("salvageSheet"));
    setWindowTitle(tr("Salvage"));
    setWindowModality(Qt::WindowModal);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(createHead());
    column->addWidget(m_result);
    column->addWidget(m_failure);
    column->addWidget(createBody(), 1);
    column->addWidget(createProgress());
    column->addWidget(createButtons());
    listen();
    m_look.look();
    showPlan();
    resize(parent ? kUsual.boundedTo(parent->size() - QSize(24, 24)) : kUsual);
}

SalvageSheet::~SalvageSheet() = default;

QString SalvageSheet::sentence() const { return m_sentence->text(); }

QString SalvageSheet::status() const
{
    if (!m_failure->isHidden())
        return m_failure->property("sentence").toString();
    if (!m_result->isHidden())
        return m_result->property("sentence").toString();
    return m_targetState->text();
}

QString SalvageSheet::target() const { return m_target->text().trimmed(); }

QWidget *SalvageSheet::createHead()
{
    auto *head = new QWidget;
    auto *headline = new QLabel(tr("Salvage %1").arg(QFileInfo(m_look.path()).fileName()));
    QFont strong = font();
    strong.setPointSizeF(strong.pointSizeF() * 1.15);
    strong.setWeight(QFont::DemiBold);
    headline->setFont(strong);
    headline->setTextFormat(Qt::PlainText);
    auto *column = new QVBoxLayout(head);
    column->setContentsMargins(kMargins.left(), kMargins.top(), kMargins.right(), 8);
    column->addWidget(headline);
    return head;
}

QWidget *SalvageSheet::createBody()
{
    for (QLabel *label : {m_sentence, m_remark, m_notes}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    m_sentence->setObjectName(QStringLiteral("salvageSentence"));
    m_remark->setObjectName(QStringLiteral("salvageRemark"));
    m_notes->setObjectName(QStringLiteral("salvageNotes"));
    m_lost->setObjectName(QStringLiteral("salvageLost"));
    m_lost->setAccessibleName(tr("What is lost"));
    m_lost->setModel(m_lostModel);
    m_lost->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_lost->setTextElideMode(Qt::ElideMiddle);
    m_lost->setWordWrap(false);
    m_lost->setShowGrid(false);
    m_lost->verticalHeader()->hide();
    m_lost->verticalHeader()->setDefaultSectionSize(m_lost->fontMetrics().height() + 6);
    const int unit = m_lost->fontMetrics().averageCharWidth();
    m_lost->setColumnWidth(SalvageLostModel::Name, unit * 34);
    m_lost->setColumnWidth(SalvageLostModel::Size, unit * 11);
    m_lost->horizontalHeader()->setStretchLastSection(true);
    auto *body = new QWidget;
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(kMargins.left(), 4, kMargins.right(), 8);
    column->addWidget(m_sentence);
    column->addWidget(m_remark);
    column->addWidget(m_lost, 1);
    column->addWidget(m_notes);
    column->addStretch(0);
    column->addWidget(createTarget());
    return body;
}

QWidget *SalvageSheet::createTarget()
{
    m_target->setObjectName(QStringLiteral("salvageTarget"));
    m_target->setAccessibleName(tr("File to write"));
    m_choose->setAutoDefault(false);
    auto *label = new QLabel(tr("&To"));
    label->setBuddy(m_target);
    auto *line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(label);
    line->addWidget(m_target, 1);
    line->addWidget(m_choose);
    m_targetPart = new QWidget;
    auto *column = new QVBoxLayout(m_targetPart);
    column->setContentsMargins(0, 6, 0, 0);
    column->setSpacing(2);
    column->addLayout(line);
    column->addWidget(m_targetState);
    return m_targetPart;
}

QWidget *SalvageSheet::createProgress()
{
    m_progressLine = new QWidget;
    m_progress->setObjectName(QStringLiteral("salvageProgress"));
    m_progress->setRange(0, kProgressSteps);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(8);
    auto *line = new QHBoxLayout(m_progressLine);
    line->setContentsMargins(kMargins.left(), 0, kMargins.right(), 0);
    line->addWidget(m_progressText);
    line->addWidget(m_progress, 1);
    return m_progressLine;
}

QWidget *SalvageSheet::createButtons()
{
    m_salvage->setObjectName(QStringLiteral("salvageButton"));
    m_close->setObjectName(QStringLiteral("salvageClose"));
    m_close->setAutoDefault(false);
    auto *buttons = new QWidget;
    auto *line = new QHBoxLayout(buttons);
    line->setContentsMargins(kMargins.left(), 6, kMargins.right(), kMargins.bottom());
    line->addStretch(1);
    line->addWidget(m_close);
    line->addWidget(m_salvage);
    return buttons;
}

void SalvageSheet::listen()
{
    QAbstractButton *open = m_result->addButton(tr("Open"));
    open->setObjectName(QStringLiteral("salvageOpen"));
    connect(open, &QAbstractButton::clicked, this, [this] {
        const QString path = m_writtenTo;
        accept();
        Q_EMIT openRequested(path);
    });
    connect(m_target, &QLineEdit::textChanged, this, [this] {
        m_isDone = false;
        m_look.check(target());
        showButtons();
    });
    connect(m_choose, &QPushButton::clicked, this, &SalvageSheet::chooseTarget);
    connect(m_close, &QPushButton::clicked, this, &SalvageSheet::reject);
    connect(m_salvage, &QPushButton::clicked, this, &SalvageSheet::start);
    connect(&m_look, &SalvageLook::planChanged, this, &SalvageSheet::showPlan);
    connect(&m_look, &SalvageLook::targetChanged, this, &SalvageSheet::showTarget);
    connect(&m_look, &SalvageLook::progressed, this,
            [this](double share) { m_progress->setValue(static_cast<int>(share * kProgressSteps)); });
    connect(&m_look, &SalvageLook::written, this, &SalvageSheet::takeWritten);
    connect(&m_look, &SalvageLook::failed, this, &SalvageSheet::takeFailure);
    m_result->setLines({});
    m_failure->setLines({});
}

void SalvageSheet::showPlan()
{
    const SalvagePlanPtr &plan = m_look.plan();
    m_lostModel->setPlan(plan);
    m_sentence->setText(plan                 ? salvageSentence(*plan)
                        : m_look.isLooking() ? tr("Looking at every byte of it…")
                                             : m_look.problem());
    const QString remark = plan ? salvageRemark(*plan) : QString();
    m_remark->setText(remark);
    m_remark->setVisible(!remark.isEmpty());
    m_lost->setVisible(plan && !plan->lost.empty());
    const QString notes = plan ? notesOf(*plan) : QString();
    m_notes->setText(notes);
    m_notes->setVisible(!notes.isEmpty());
    m_targetPart->setVisible(plan != nullptr);
    if (plan && target().isEmpty())
        m_target->setText(m_look.suggested());
    showButtons();
}

void SalvageSheet::showTarget()
{
    if (const auto &problem = m_look.targetProblem()) {
        if (!problem->isEmpty())
            m_targetState->setProblem(*problem);
        else
            m_targetState->setQuiet(m_look.replaces() && !m_isDone ? tr("Replaces the file of that name.") : QString());
    }
    showButtons();
}

void SalvageSheet::showButtons()
{
    const bool isBusy = m_look.isLooking() || m_look.isWriting();
    m_progressText->setText(m_look.isWriting() ? tr("Writing and reading back…") : tr("Reading…"));
    m_progressLine->setVisible(isBusy);
    m_targetPart->setEnabled(!isBusy);
    const auto &problem = m_look.targetProblem();
    m_salvage->setEnabled(m_look.plan() && !isBusy && !m_isDone && problem && problem->isEmpty());
    m_salvage->setVisible(isBusy || m_look.plan());
    m_close->setText(m_look.isWriting() ? tr("Stop") : isBusy || m_salvage->isEnabled() ? tr("Cancel") : tr("Close"));
    (m_isDone || !m_look.plan() ? m_close : m_salvage)->setDefault(true);
}

void SalvageSheet::chooseTarget()
{
    auto *dialog = new QFileDialog(this, tr("Salvage To"), target());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->selectFile(QFileInfo(target()).fileName());
    connect(dialog, &QFileDialog::fileSelected, m_target, &QLineEdit::setText);
    dialog->open();
}

void SalvageSheet::start()
{
    m_result->setLines({});
    m_failure->setLines({});
    m_progress->setValue(0);
    m_look.write(target());
    showButtons();
}

void SalvageSheet::takeWritten(const QString &path)
{
    m_writtenTo = path;
    m_isDone = true;
    const QString sentence = tr("Written and read back: %1.").arg(QFileInfo(path).fileName());
    m_result->setProperty("sentence", sentence);
    m_result->setLines(sentence);
    m_look.check(target());
    showButtons();
    Q_EMIT written(path);
}

void SalvageSheet::takeFailure(const QString &sentence)
{
    m_failure->setProperty("sentence", sentence);
    m_failure->setLines(sentence);
    showButtons();
}

void SalvageSheet::reject()
{
    if (m_look.isWriting()) {
        m_look.stopWriting();
        showButtons();
        return;
    }
    QDialog::reject();
}

}  // namespace waypoint
