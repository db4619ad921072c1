// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/export_sheet.h"

#include "ui/models/export_preview_model.h"
#include "ui/models/text.h"
#include "ui/views/export_form.h"
#include "ui/views/library_actions.h"
#include "ui/views/notice_bar.h"
#include "ui/views/primary_button.h"
#include "ui/views/quiet_label.h"
#include "ui/views/state_line.h"

#include <QtCore/QFileInfo>
#include <QtGui/QFontDatabase>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

constexpr QSize kUsual(940, 640);
constexpr QMargins kMargins(18, 12, 18, 12);
constexpr int kProgressSteps = 1000;

}  // namespace

ExportSheet::ExportSheet(const CheckpointPtr &checkpoint, const std::vector<EntryId> &chosen, QWidget *window)
    : QDialog(window),
      m_work(checkpoint),
      m_form(new ExportForm(checkpoint, chosen)),
      m_headline(new QLabel),
      m_result(new NoticeBar(colors::Notice::Good)),
      m_failure(new NoticeBar(colors::Notice::Danger)),
      m_sentence(new QLabel),
      m_model(new ExportPreviewModel(this)),
      m_preview(new QTableView),
      m_notes(new QuietLabel),
      m_code(new QPlainTextEdit),
      m_path(new QLineEdit),
      m_target(new StateLine),
      m_progress(new QProgressBar),
      m_choose(new QPushButton(tr("&Choose…"))),
      m_close(new QPushButton(tr("Cancel"))),
      m_export(new PrimaryButton(tr("Export")))
{
    setObjectName(QStringLiteral("exportSheet"));
    setWindowTitle(tr("Export"));
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
    optionsChanged();
    resize(window ? kUsual.boundedTo(window->size() - QSize(24, 24)) : kUsual);
}

ExportSheet::~ExportSheet() = default;

QString ExportSheet::path() const { return m_path->text().trimmed(); }

void ExportSheet::setPath(const QString &path) { m_path->setText(path); }

QString ExportSheet::sentence() const { return m_sentence->text(); }

QString ExportSheet::status() const
{
    if (!m_failure->isHidden())
        return m_failure->property("sentence").toString();
    if (!m_result->isHidden())
        return m_result->property("sentence").toString();
    return m_work.problem().isEmpty() ? m_target->text() : m_work.problem();
}

QWidget *ExportSheet::createHead()
{
    auto *head = new QWidget;
    QFont strong = font();
    strong.setPointSizeF(strong.pointSizeF() * 1.15);
    strong.setWeight(QFont::DemiBold);
    m_headline->setFont(strong);
    m_headline->setTextFormat(Qt::PlainText);
    m_headline->setText(tr("Export from %1").arg(text::fromPath(m_work.checkpoint()->path.filename())));
    auto *column = new QVBoxLayout(head);
    column->setContentsMargins(kMargins.left(), kMargins.top(), kMargins.right(), 8);
    column->addWidget(m_headline);
    return head;
}

QWidget *ExportSheet::createBody()
{
    m_body = new QWidget;
    auto *sides = new QHBoxLayout;
    sides->setSpacing(18);
    auto *left = new QVBoxLayout;
    left->addWidget(m_form);
    left->addStretch(1);
    sides->addLayout(left, 2);
    sides->addWidget(createPreview(), 3);
    auto *column = new QVBoxLayout(m_body);
    column->setContentsMargins(kMargins.left(), 4, kMargins.right(), 8);
    column->addLayout(sides, 1);
    column->addWidget(createTarget());
    return m_body;
}

QWidget *ExportSheet::createPreview()
{
    m_sentence->setObjectName(QStringLiteral("exportSentence"));
    m_sentence->setWordWrap(true);
    m_preview->setObjectName(QStringLiteral("exportPreview"));
    m_preview->setAccessibleName(tr("What will be in the file"));
    m_preview->setModel(m_model);
    m_preview->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_preview->setTextElideMode(Qt::ElideMiddle);
    m_preview->setWordWrap(false);
    m_preview->setShowGrid(false);
    m_preview->verticalHeader()->hide();
    m_preview->verticalHeader()->setDefaultSectionSize(m_preview->fontMetrics().height() + 6);
    const int unit = m_preview->fontMetrics().averageCharWidth();
    m_preview->horizontalHeader()->setSectionResizeMode(ExportPreviewModel::Name, QHeaderView::Stretch);
    m_preview->setColumnWidth(ExportPreviewModel::Type, unit * 11);
    m_preview->setColumnWidth(ExportPreviewModel::Shape, unit * 15);
    m_preview->setColumnWidth(ExportPreviewModel::Size, unit * 11);
    m_notes->setObjectName(QStringLiteral("exportNotes"));
    m_notes->setWordWrap(true);
    m_code->setObjectName(QStringLiteral("exportCode"));
    m_code->setReadOnly(true);
    m_code->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_code->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_code->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_code->setFixedHeight(m_code->fontMetrics().lineSpacing() * 2 + 14);
    m_code->setAccessibleName(tr("How to load it"));
    m_code->setToolTip(tr("How to load it; select to copy"));
    auto *preview = new QWidget;
    auto *column = new QVBoxLayout(preview);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_sentence);
    column->addWidget(m_preview, 1);
    column->addWidget(m_notes);
    column->addWidget(m_code);
    return preview;
}

QWidget *ExportSheet::createTarget()
{
    m_path->setObjectName(QStringLiteral("exportPath"));
    m_path->setAccessibleName(tr("File to write"));
    m_choose->setAutoDefault(false);
    auto *label = new QLabel(tr("&To"));
    label->setBuddy(m_path);
    // As wide as the names of the form above.
    label->setMinimumWidth(label->fontMetrics().horizontalAdvance(tr("&Strip prefix").remove(QLatin1Char('&'))));
    auto *line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(label);
    line->addWidget(m_path, 1);
    line->addWidget(m_choose);
    auto *target = new QWidget;
    auto *column = new QVBoxLayout(target);
    column->setContentsMargins(0, 6, 0, 0);
    column->setSpacing(2);
    column->addLayout(line);
    column->addWidget(m_target);
    return target;
}

QWidget *ExportSheet::createProgress()
{
    m_progressLine = new QWidget;
    m_progress->setObjectName(QStringLiteral("exportProgress"));
    m_progress->setRange(0, kProgressSteps);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(8);
    auto *line = new QHBoxLayout(m_progressLine);
    line->setContentsMargins(kMargins.left(), 0, kMargins.right(), 0);
    line->addWidget(new QLabel(tr("Writing and reading back…")));
    line->addWidget(m_progress, 1);
    m_progressLine->hide();
    return m_progressLine;
}

QWidget *ExportSheet::createButtons()
{
    m_export->setObjectName(QStringLiteral("exportButton"));
    m_export->setDefault(true);
    m_close->setObjectName(QStringLiteral("exportClose"));
    m_close->setAutoDefault(false);
    auto *buttons = new QWidget;
    auto *line = new QHBoxLayout(buttons);
    line->setContentsMargins(kMargins.left(), 6, kMargins.right(), kMargins.bottom());
    line->addStretch(1);
    line->addWidget(m_close);
    line->addWidget(m_export);
    return buttons;
}

void ExportSheet::listen()
{
    QAbstractButton *open = m_result->addButton(tr("Open"));
    open->setObjectName(QStringLiteral("exportOpen"));
    QAbstractButton *reveal = m_result->addButton(tr("Show in Folder"));
    connect(open, &QAbstractButton::clicked, this, [this] {
        const QString path = m_writtenTo;
        accept();
        Q_EMIT openRequested(path);
    });
    connect(reveal, &QAbstractButton::clicked, this, [this] { revealInFolder(m_writtenTo); });
    connect(m_form, &ExportForm::changed, this, &ExportSheet::optionsChanged);
    connect(m_path, &QLineEdit::textChanged, this, [this] {
        m_isDone = false;
        m_work.lookAt(path());
    });
    connect(m_choose, &QPushButton::clicked, this, &ExportSheet::choosePath);
    connect(m_close, &QPushButton::clicked, this, &ExportSheet::reject);
    connect(m_export, &QPushButton::clicked, this, &ExportSheet::start);
    connect(&m_work, &ExportWork::planChanged, this, &ExportSheet::showPlan);
    connect(&m_work, &ExportWork::lossChanged, this, &ExportSheet::showPlan);
    connect(&m_work, &ExportWork::targetChanged, this, &ExportSheet::showTarget);
    connect(&m_work, &ExportWork::progressed, this,
            [this](double share) { m_progress->setValue(static_cast<int>(share * kProgressSteps)); });
    connect(&m_work, &ExportWork::written, this, &ExportSheet::takeWritten);
    connect(&m_work, &ExportWork::failed, this, &ExportSheet::takeFailure);
    m_result->setLines({});
    m_failure->setLines({});
}

void ExportSheet::optionsChanged()
{
    const ExportOptions options = m_form->options();
    const bool isOurs = path() == m_suggested;
    const QString now = isOurs ? suggestedExport(text::fromPath(m_work.checkpoint()->path), options, m_form->partName())
                               : withExportSuffix(path(), options.format, options.shardBytes > 0);
    if (isOurs)
        m_suggested = now;
    if (now != path())
        m_path->setText(now);
    m_isDone = false;
    m_work.plan(options);
    showButtons();
}

void ExportSheet::showPlan()
{
    const ExportPlanPtr &plan = m_work.planned();
    m_model->setPlan(plan);
    m_sentence->setText(plan ? planSentence(*plan) : m_work.problem());
    QStringList notes;
    QString loss;
    if (plan) {
        for (const std::string &note : plan->notes)
            notes.append(text::fromUtf8(note) + QLatin1Char('.'));
        if (plan->options.dtype && m_work.loss())
            loss = lossSentence(*m_work.loss(), *plan->options.dtype);
    }
    m_notes->setText(notes.join(QLatin1Char('\n')));
    m_notes->setVisible(!notes.isEmpty());
    m_form->setLoss(loss);
    m_code->setPlainText(plan ? loadingCode(*plan, path()) : QString());
    showButtons();
}

void ExportSheet::showTarget()
{
    if (const auto &target = m_work.target()) {
        if (!target->problem.isEmpty())
            m_target->setProblem(target->problem);
        else
            m_target->setQuiet(target->isThere && !m_isDone ? tr("Replaces the file of that name.") : QString());
    }
    if (const ExportPlanPtr &plan = m_work.planned())
        m_code->setPlainText(loadingCode(*plan, path()));
    showButtons();
}

void ExportSheet::showButtons()
{
    const auto &target = m_work.target();
    const bool isReady = m_work.planned() && !m_work.isPlanning() && target && target->problem.isEmpty();
    m_export->setEnabled(isReady && !m_work.isWriting() && !m_isDone);
    (m_isDone ? m_close : m_export)->setDefault(true);
}

void ExportSheet::choosePath()
{
    auto *dialog = new QFileDialog(this, tr("Export To"), path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->selectFile(QFileInfo(path()).fileName());
    connect(dialog, &QFileDialog::fileSelected, this, &ExportSheet::setPath);
    dialog->open();
}

void ExportSheet::start()
{
    m_result->setLines({});
    m_failure->setLines({});
    m_writtenTo = path();
    m_form->remember();
    m_work.write(m_writtenTo);
    setWriting(true);
}

void ExportSheet::stop()
{
    m_work.cancel();
    setWriting(false);
    m_target->setQuiet(tr("Stopped. Nothing was written."));
}

void ExportSheet::setWriting(bool writing)
{
    m_body->setEnabled(!writing);
    m_progress->setValue(0);
    m_progressLine->setVisible(writing);
    m_close->setText(writing ? tr("Stop") : m_result->isHidden() ? tr("Cancel") : tr("Close"));
    showButtons();
}

void ExportSheet::takeWritten(const Exported &exported)
{
    const QString files = exported.files.size() > 1 ? tr("%1 files").arg(text::count(exported.files.size()))
                                                    : QFileInfo(m_writtenTo).fileName();
    const QString sentence = tr("Written and read back: %1, %2.").arg(files, text::bytes(exported.bytes));
    if (!exported.files.empty())
        m_writtenTo = text::fromPath(exported.files.back());
    m_result->setProperty("sentence", sentence);
    m_result->setLines(sentence);
    m_isDone = true;
    setWriting(false);
    m_work.lookAt(path());
    Q_EMIT written(m_writtenTo);
}

void ExportSheet::takeFailure(const QString &sentence)
{
    m_failure->setProperty("sentence", sentence);
    m_failure->setLines(sentence);
    setWriting(false);
}

void ExportSheet::reject()
{
    if (m_work.isWriting())
        stop();
    else
        QDialog::reject();
}

}  // namespace waypoint
