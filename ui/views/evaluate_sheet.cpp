// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/evaluate_sheet.h"

#include "core/run/run_folder.h"
#include "ui/models/evaluations.h"
#include "ui/models/text.h"
#include "ui/models/trainer_info.h"
#include "ui/views/data_chooser.h"
#include "ui/views/device_chooser.h"
#include "ui/views/evaluation_tables.h"
#include "ui/views/model_chooser.h"
#include "ui/views/quiet_label.h"

#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

enum ResultColumn { NameColumn, LossColumn, AccuracyColumn, SamplesColumn, RemarkColumn, ResultColumns };

QTableWidget *createTable(const char *name, const QString &accessibleName)
{
    auto *table = new QTableWidget;
    table->setObjectName(QLatin1String(name));
    table->setAccessibleName(accessibleName);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    return table;
}

/// What the run that a checkpoint belongs to was trained on. Any thread.
QString dataOfRun(const std::filesystem::path &checkpoint)
{
    const auto folder = runFolderOf(checkpoint);
    const auto view = folder ? viewRun(*folder) : Result<RunView>(Error{});
    return view ? text::fromUtf8(view->description.config.data) : QString();
}

/// What is known of a checkpoint: of now, or from before.
std::optional<EvaluationLine> measured(const Evaluations &evaluations, const QString &path)
{
    const auto details = evaluations.details(path);
    if (!details)
        return evaluations.latest(path);
    EvaluationLine line;
    line.data = details->data;
    line.samples = details->samples;
    line.loss = details->loss;
    line.accuracy = details->accuracy;
    return line;
}

void setCell(QTableWidget *table, int row, int column, const QString &text, const QString &toolTip = {})
{
    auto *item = new QTableWidgetItem(text);
    const bool isNumber = column != NameColumn && column != RemarkColumn;
    item->setTextAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    item->setToolTip(toolTip.isEmpty() ? text : toolTip);
    table->setItem(row, column, item);
}

}  // namespace

EvaluateSheet::EvaluateSheet(Evaluations &evaluations, TrainerInfo &info, const QStringList &checkpoints,
                             QWidget *parent)
    : QDialog(parent),
      m_evaluations(&evaluations),
      m_info(&info),
      m_checkpoints(checkpoints),
      m_data(new DataChooser),
      m_model(new ModelChooser),
      m_device(new DeviceChooser),
      m_progress(new QProgressBar),
      m_progressText(new QLabel),
      m_results(createTable("evaluateResults", tr("Results"))),
      m_details(new QTabWidget),
      m_reason(new QLabel),
      m_classes(createTable("evaluateClasses", tr("Classes"))),
      m_confusion(createTable("evaluateConfusion", tr("Confusion matrix"))),
      m_measure(new QPushButton(tr("Measure"))),
      m_cancel(new QPushButton(tr("Cancel"))),
      m_reading(this)
{
    setObjectName(QStringLiteral("evaluateSheet"));
    setWindowTitle(tr("Evaluate"));
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(createForm());
    layout->addWidget(createProgress());
    layout->addWidget(createResults(), 1);
    layout->addWidget(createButtons());
    connectParts();
    m_info->watch(this);
    showDevices();
    presetData();
    validate();
    showResults();
    resize(620, 360);
}

EvaluateSheet::~EvaluateSheet()
{
    // A window's parts may be gone before its sheets.
    if (m_isOurs && m_evaluations)
        m_evaluations->cancel();
}

QWidget *EvaluateSheet::createForm()
{
    auto *which = new ElidedLabel;
    QStringList names;
    for (const QString &path : m_checkpoints.mid(0, 20))
        names << QFileInfo(path).fileName();
    which->setElideMode(Qt::ElideRight);
    which->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    which->setFullText(m_checkpoints.size() == 1
                           ? names.join(QString())
                           : tr("%1 checkpoints: %2")
                                 .arg(text::count(static_cast<std::uint64_t>(m_checkpoints.size())),
                                      names.join(QStringLiteral(", "))));
    m_model->setAutomaticText(tr("the one in the file"));
    auto *form = new QWidget;
    auto *rows = new QFormLayout(form);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    rows->addRow(tr("Measure"), which);
    rows->addRow(tr("on &data"), m_data);
    rows->addRow(tr("with &model"), m_model);
    rows->addRow(tr("on de&vice"), m_device);
    return form;
}

QWidget *EvaluateSheet::createProgress()
{
    m_progressLine = new QWidget;
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(8);
    m_progressText->setObjectName(QStringLiteral("evaluateProgress"));
    m_cancel->setObjectName(QStringLiteral("evaluateCancel"));
    auto *line = new QHBoxLayout(m_progressLine);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_progressText);
    line->addWidget(m_progress, 1);
    line->addWidget(m_cancel);
    m_progressLine->hide();
    return m_progressLine;
}

QWidget *EvaluateSheet::createResults()
{
    m_results->setColumnCount(ResultColumns);
    m_results->setHorizontalHeaderLabels({tr("Checkpoint"), tr("Loss"), tr("Accuracy"), tr("Samples"), tr("Remark")});
    m_results->verticalHeader()->hide();
    m_results->horizontalHeader()->setStretchLastSection(true);
    m_results->setColumnWidth(NameColumn, m_results->fontMetrics().averageCharWidth() * 24);
    m_details->addTab(m_classes, tr("Classes"));
    m_details->addTab(m_confusion, tr("Confusion"));
    m_details->setTabToolTip(1, tr("Rows: true classes; columns: what they were taken for"));
    auto *results = new QWidget;
    auto *layout = new QVBoxLayout(results);
    layout->setContentsMargins(0, 0, 0, 0);
    m_reason->setObjectName(QStringLiteral("evaluateReason"));
    m_reason->setWordWrap(true);
    m_reason->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_reason->hide();
    layout->addWidget(m_results, 1);
    layout->addWidget(m_reason);
    layout->addWidget(m_details, 2);
    m_details->hide();
    return results;
}

QWidget *EvaluateSheet::createButtons()
{
    m_measure->setObjectName(QStringLiteral("evaluateMeasure"));
    m_measure->setDefault(true);
    auto *close = new QPushButton(tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    auto *buttons = new QWidget;
    auto *line = new QHBoxLayout(buttons);
    line->setContentsMargins(0, 0, 0, 0);
    line->addStretch(1);
    line->addWidget(close);
    line->addWidget(m_measure);
    return buttons;
}

void EvaluateSheet::connectParts()
{
    connect(m_data, &DataChooser::specChanged, this, &EvaluateSheet::validate);
    connect(m_data, &DataChooser::lookChanged, this, &EvaluateSheet::validate);
    connect(m_model, &ModelChooser::modelChanged, this, &EvaluateSheet::validate);
    connect(m_device, &DeviceChooser::deviceChanged, this, &EvaluateSheet::validate);
    connect(m_info, &TrainerInfo::changed, this, &EvaluateSheet::showDevices);
    connect(m_measure, &QPushButton::clicked, this, &EvaluateSheet::measure);
    connect(m_cancel, &QPushButton::clicked, m_evaluations, &Evaluations::cancel);
    connect(m_evaluations, &Evaluations::changed, this, &EvaluateSheet::showProgress);
    connect(m_evaluations, &Evaluations::changed, this, &EvaluateSheet::showResults);
    connect(m_evaluations, &Evaluations::failed, this, &EvaluateSheet::takeFailure);
    connect(m_evaluations, &Evaluations::finished, this, &EvaluateSheet::showProgress);
    connect(m_results, &QTableWidget::itemSelectionChanged, this, &EvaluateSheet::showDetails);
}

void EvaluateSheet::presetData()
{
    m_reading.start(
        [path = text::toPath(m_checkpoints.value(0))](std::stop_token, Progress &) { return dataOfRun(path); },
        [this](const QString &spec) {
            if (!spec.isEmpty())
                m_data->setSpec(spec);
        });
}

void EvaluateSheet::showDevices()
{
    m_device->setDevices(m_info->devices(), m_info->fault().has_value());
    m_model->setModels(m_info->models());
}

void EvaluateSheet::validate()
{
    QString problem = m_data->problem();
    for (const QString &other : {m_model->problem(), m_device->problem()})
        if (problem.isEmpty())
            problem = other;
    // Each chooser tells its own.
    m_measure->setToolTip(problem);
    m_measure->setEnabled(problem.isEmpty() && !(m_isOurs && m_evaluations->isRunning()));
}

void EvaluateSheet::measure()
{
    m_failures.clear();
    m_isOurs = true;
    m_evaluations->start({m_checkpoints, m_data->spec(), m_model->model(), m_device->device()});
    showProgress();
}

void EvaluateSheet::showProgress()
{
    const bool isRunning = m_isOurs && m_evaluations->isRunning();
    m_progressLine->setVisible(isRunning);
    m_progress->setRange(0, m_evaluations->total());
    m_progress->setValue(m_evaluations->done());
    m_progressText->setText(
        tr("%1 of %2").arg(std::min(m_evaluations->done() + 1, m_evaluations->total())).arg(m_evaluations->total()));
    validate();
}

void EvaluateSheet::showResults()
{
    const int selected = m_results->currentRow();
    m_results->setRowCount(static_cast<int>(m_checkpoints.size()));
    for (int row = 0; row < m_results->rowCount(); ++row) {
        const QString &path = m_checkpoints[row];
        const QString failure = m_failures.value(path);
        // What was measured before, on other data perhaps, is not what was asked for now.
        const bool isTold = failure.isEmpty() || m_evaluations->details(path);
        const auto line = isTold ? measured(*m_evaluations, path) : std::nullopt;
        setCell(m_results, row, NameColumn, QFileInfo(path).fileName(), path);
        setCell(m_results, row, LossColumn, line ? text::number(line->loss) : QString(),
                line ? text::exactNumber(line->loss) : QString());
        setCell(m_results, row, AccuracyColumn,
                line && line->accuracy ? QLocale().toString(*line->accuracy * 100, 'f', 2) + QStringLiteral(" %")
                                       : QString());
        setCell(m_results, row, SamplesColumn, line ? text::integer(line->samples) : QString());
        setCell(m_results, row, RemarkColumn,
                !failure.isEmpty() ? failure
                : line             ? tr("on %1").arg(text::fromUtf8(line->data))
                                   : QString());
    }
    if (m_results->currentRow() < 0 && m_results->rowCount() > 0)
        m_results->selectRow(std::max(0, selected));
    showDetails();
}

void EvaluateSheet::showDetails()
{
    const QString path = m_checkpoints.value(m_results->currentRow());
    // The table has no room for a whole sentence.
    m_reason->setText(m_failures.value(path));
    m_reason->setVisible(m_failures.contains(path));
    const auto details = m_evaluations->details(path);
    const bool hasClasses = details && !details->classes.empty();
    if (hasClasses) {
        fillClasses(m_classes, *details);
        fillConfusion(m_confusion, *details);
        if (!m_details->isVisible())
            resize(width(), std::max(height(), 620));
    }
    m_details->setVisible(hasClasses);
}

void EvaluateSheet::takeFailure(const QString &checkpoint, const QString &sentence)
{
    m_failures.insert(checkpoint, sentence);
    showResults();
}

void openEvaluateSheet(Evaluations &evaluations, TrainerInfo &info, const QStringList &checkpoints, QWidget *window)
{
    auto *sheet = new EvaluateSheet(evaluations, info, checkpoints, window);
    sheet->setAttribute(Qt::WA_DeleteOnClose);
    sheet->setWindowModality(Qt::WindowModal);
    sheet->open();
}

}  // namespace waypoint
