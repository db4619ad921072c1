// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/resume_fields.h"

#include "ui/models/text.h"
#include "ui/views/data_chooser.h"
#include "ui/views/device_chooser.h"
#include "ui/views/model_chooser.h"
#include "ui/views/resume_change.h"
#include "ui/views/resume_field.h"
#include "ui/views/resume_place.h"
#include "ui/views/resume_position.h"
#include "ui/views/torchscript_help.h"

#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSpinBox>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kLargestBatch = 1'000'000;
constexpr std::size_t kMostKeys = 5;

/// "conv1.weight, conv1.bias and 3 more"
QString keysText(const std::vector<std::string> &keys)
{
    QStringList shown;
    for (std::size_t i = 0; i < std::min(keys.size(), kMostKeys); ++i)
        shown << text::fromUtf8(keys[i]);
    const QString listed = shown.join(QStringLiteral(", "));
    return keys.size() <= kMostKeys
               ? listed
               : ResumeFields::tr("%1 and %2 more").arg(listed, text::count(keys.size() - kMostKeys));
}

QString misfits(const TrainerPlan &plan)
{
    QStringList lines;
    if (!plan.missingKeys.empty())
        lines << ResumeFields::tr("Missing in the file: %1").arg(keysText(plan.missingKeys));
    if (!plan.unexpectedKeys.empty())
        lines << ResumeFields::tr("Unexpected in the file: %1").arg(keysText(plan.unexpectedKeys));
    if (!plan.mismatchedKeys.empty())
        lines << ResumeFields::tr("Of another shape: %1").arg(keysText(plan.mismatchedKeys));
    return lines.join(QLatin1Char('\n'));
}

QString partText(const FilePart &part)
{
    const QString path = part.path.isEmpty() ? ResumeFields::tr("the whole file") : part.path;
    return part.className.isEmpty() ? path : QStringLiteral("%1 (%2)").arg(path, part.className);
}

/// The kinds of data that name a file or a folder end so before one is chosen.
bool isUnfinished(const QString &spec) { return spec.isEmpty() || spec.endsWith(QLatin1Char(':')); }

void fillParts(QComboBox *box, const std::vector<FilePart> &parts)
{
    box->clear();
    for (const FilePart &part : parts)
        box->addItem(partText(part), part.path);
    box->setCurrentIndex(-1);
}

}  // namespace

ResumeFields::ResumeFields(QWidget *parent)
    : QWidget(parent),
      m_form(new QGridLayout(this)),
      m_position(new ResumePosition),
      m_device(new DeviceChooser),
      m_model(new ModelChooser),
      m_modelChange(new ResumeChange(tr("Model"), m_model)),
      m_help(new TorchScriptHelp),
      m_data(new DataChooser),
      m_dataChange(new ResumeChange(tr("Data"), m_data)),
      m_batchSize(new QSpinBox),
      m_section(new QComboBox),
      m_optimizerSection(new QComboBox),
      m_strict(new QCheckBox(tr("Strict: every tensor is in the file, and fits"))),
      m_place(new ResumePlace)
{
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setVerticalSpacing(10);
    m_form->setHorizontalSpacing(12);
    m_form->setColumnStretch(1, 1);
    createFields();
    listenTo();
    listenToParts();
}

void ResumeFields::createFields()
{
    m_batchSize->setObjectName(QStringLiteral("batchSize"));
    m_batchSize->setRange(0, kLargestBatch);
    m_batchSize->setSpecialValueText(tr("suits the data"));
    m_batchSize->setMaximumWidth(140);
    m_model->setAutomaticText(tr("The one in the file"));
    m_help->setObjectName(QStringLiteral("torchScriptHelp"));
    createParts();
    addField(tr("Goes on at epoch"), m_position,
             {QStringLiteral("epochs"), QStringLiteral("next-epoch"), QStringLiteral("epoch-is")});
    addField(tr("Device"), m_device, {QStringLiteral("device")});
    addField(tr("Model"), m_modelChange, {QStringLiteral("model")})->add(m_help);
    addField(tr("Data"), m_dataChange, {QStringLiteral("data"), QStringLiteral("val")});
    addField(tr("Batch size"), m_batchSize, {QStringLiteral("batch-size")});
    createStrict();
    addField(tr("Run folder"), m_place, {QStringLiteral("out")});
}

void ResumeFields::createParts()
{
    m_section->setObjectName(QStringLiteral("section"));
    m_section->setPlaceholderText(tr("Choose one of several"));
    m_optimizerSection->setObjectName(QStringLiteral("optimizerSection"));
    m_optimizerSection->setPlaceholderText(tr("The one that belongs to the model"));
    addField(tr("Weights in the file"), m_section, {QStringLiteral("section")});
    addField(tr("Optimizer in the file"), m_optimizerSection, {QStringLiteral("optimizer-section")});
}

void ResumeFields::createStrict()
{
    m_strict->setObjectName(QStringLiteral("strict"));
    m_strict->setChecked(true);
    m_strict->setToolTip(
        tr("As load_state_dict(strict=True): without it, what fits is taken and the rest begins anew"));
    addField(tr("Loading"), m_strict, {QStringLiteral("non-strict")});
}

ResumeField *ResumeFields::addField(const QString &label, QWidget *control, const QStringList &options)
{
    auto *field = new ResumeField;
    field->add(control);
    auto *name = new QLabel(label);
    const int row = m_form->rowCount();
    // In line with the text of the first control.
    name->setContentsMargins(0, 4, 0, 0);
    m_form->addWidget(name, row, 0, Qt::AlignTop | Qt::AlignLeft);
    m_form->addWidget(field, row, 1);
    m_names.insert(field, name);
    control->setAccessibleName(label);
    for (const QString &option : options)
        m_fields.insert(option, field);
    return field;
}

void ResumeFields::setShown(const QString &option, bool shown)
{
    ResumeField *field = m_fields.value(option);
    field->setVisible(shown);
    m_names.value(field)->setVisible(shown);
}

void ResumeFields::listenTo()
{
    const auto tell = [this] {
        if (!m_isShowing)
            Q_EMIT changed();
    };
    connect(m_position, &ResumePosition::changed, this, tell);
    connect(m_place, &ResumePlace::changed, this, tell);
    connect(m_model, &ModelChooser::modelChanged, this, tell);
    connect(m_model, &ModelChooser::problemChanged, this, tell);
    connect(m_help, &TorchScriptHelp::fileDropped, m_model, &ModelChooser::setFile);
    connect(m_data, &DataChooser::specChanged, this, tell);
    connect(m_data, &DataChooser::lookChanged, this, tell);
    connect(m_strict, &QCheckBox::toggled, this, tell);
    connect(m_dataChange, &ResumeChange::opened, this, tell);
    connect(m_device, &DeviceChooser::deviceChanged, this, [this, tell] {
        if (!m_isShowing)
            m_chosenDevice = m_device->device();
        tell();
    });
    connect(m_batchSize, &QSpinBox::valueChanged, this, [this, tell](int size) {
        if (!m_isShowing)
            m_chosenBatchSize = size;
        tell();
    });
}

/// What the trainer has chosen is shown, and not taken for a person's choice.
void ResumeFields::listenToParts()
{
    const auto listen = [this](QComboBox *box, QString &chosen) {
        connect(box, &QComboBox::currentIndexChanged, this, [this, box, &chosen] {
            if (m_isShowing)
                return;
            chosen = box->currentData().toString();
            Q_EMIT changed();
        });
    };
    listen(m_section, m_chosenSection);
    listen(m_optimizerSection, m_chosenOptimizer);
}

void ResumeFields::setFile(const ResumeFile &file)
{
    const QScopedValueRollback showing(m_isShowing, true);
    m_file = file;
    m_first = firstInput(file);
    m_chosenSection.clear();
    m_chosenOptimizer.clear();
    m_chosenDevice.clear();
    m_chosenBatchSize = m_first.batchSize;
    m_batchSize->setValue(static_cast<int>(m_first.batchSize));
    m_position->setFile(file);
    m_place->setFile(file);
    fillParts(m_section, file.models);
    fillParts(m_optimizerSection, file.optimizers);
    m_help->setVisible(false);
    m_fields.value(QStringLiteral("device"))->setNote({});
    setShown(QStringLiteral("section"), file.models.size() > 1);
    setShown(QStringLiteral("optimizer-section"), file.optimizers.size() > 1);
    setShown(QStringLiteral("non-strict"), false);
    m_strict->setChecked(true);
    m_model->setModel(m_first.model);
    m_modelChange->setOpen(!m_first.model.isEmpty());
    m_dataChange->setOpen(!m_first.data.isEmpty());
    if (!m_first.data.isEmpty())
        m_data->setSpec(m_first.data);
}

void ResumeFields::chooseSection(const QString &path)
{
    const QScopedValueRollback showing(m_isShowing, true);
    const bool isChoice = m_file.models.size() > 1 || m_file.optimizers.size() > 1;
    if (path.isEmpty() || !isChoice)
        return;
    QString model = path;
    for (const FilePart &optimizer : m_file.optimizers)
        if (optimizer.path == path) {
            m_chosenOptimizer = path;
            model = optimizer.models.value(0);
        }
    m_chosenSection = model;
    m_section->setCurrentIndex(m_section->findData(model));
    m_optimizerSection->setCurrentIndex(m_optimizerSection->findData(m_chosenOptimizer));
}

void ResumeFields::setPlan(const TrainerPlan &plan)
{
    const QScopedValueRollback showing(m_isShowing, true);
    m_position->setPlan(plan);
    showParts(plan);
    showStrict(plan);
    showSettings(plan);
    showProblem(plan);
}

void ResumeFields::showParts(const TrainerPlan &plan)
{
    const auto select = [](QComboBox *box, const std::string &section) {
        if (box->currentIndex() < 0 && !section.empty())
            box->setCurrentIndex(box->findData(text::fromUtf8(section)));
    };
    // Chosen by the trainer, and not by hand: another model brings another optimizer with it.
    if (!saysWhatIsRestored(plan))
        return;
    select(m_section, plan.modelSection);
    m_optimizerSection->setPlaceholderText(plan.optimizerSection.empty() ? tr("The one that belongs to the model")
                                                                         : text::fromUtf8(plan.optimizerSection));
}

void ResumeFields::showStrict(const TrainerPlan &plan)
{
    const QString keys = misfits(plan);
    ResumeField *field = m_fields.value(QStringLiteral("non-strict"));
    setShown(QStringLiteral("non-strict"), !keys.isEmpty() || !m_strict->isChecked());
    field->setNote(keys);
}

void ResumeFields::showSettings(const TrainerPlan &plan)
{
    const bool isKnown = saysWhatIsRestored(plan);
    m_modelChange->setValue(plan.model.empty() ? tr("the one in the file") : text::fromUtf8(plan.model));
    if (isKnown) {
        const QString samples =
            plan.valSamples > 0
                ? tr("%1 samples, %2 held out").arg(text::integer(plan.trainSamples), text::integer(plan.valSamples))
                : tr("%1 samples").arg(text::integer(plan.trainSamples));
        m_dataChange->setValue(QStringLiteral("%1 · %2").arg(text::fromUtf8(plan.config.data), samples));
        if (!m_dataChange->isOpen())
            m_data->setSpec(text::fromUtf8(plan.config.data));
    }
    if (m_chosenDevice.isEmpty() && !plan.config.device.empty())
        m_device->setDevice(text::fromUtf8(plan.config.device));
    if (m_chosenBatchSize == 0 && plan.config.batchSize > 0)
        m_batchSize->setValue(static_cast<int>(std::min<std::int64_t>(plan.config.batchSize, kLargestBatch)));
}

void ResumeFields::showProblem(const TrainerPlan &plan)
{
    const auto problem = problemOf(plan);
    ResumeField *at = problem ? m_fields.value(problem->field) : nullptr;
    const QString option = at ? problem->field : QString();
    const bool needsFile = needsModelFile(plan);
    // The chooser shows the same lines where a TorchScript file is what is looked for.
    m_help->setVisible(needsFile && !m_model->model().startsWith(QLatin1String("script")));
    if (needsFile)
        m_help->setReason(tr("%1 Two lines of Python make a file of yours:").arg(problem->sentence));
    if (option == QLatin1String("model"))
        m_modelChange->setOpen(true);
    if (option == QLatin1String("data"))
        openData();
    if (option == QLatin1String("device"))
        fallBackToCpu(plan);
    // What has not been chosen yet is no mistake, and choosers say themselves what is wrong.
    const bool isOpenQuestion = option == QLatin1String("data") && chosenData().isEmpty();
    const bool saysItself =
        (option == QLatin1String("device") && !m_device->problem().isEmpty()) || (needsFile && !m_help->isHidden());
    m_fields.value(QStringLiteral("data"))->setNote(isOpenQuestion ? problem->sentence : QString());
    for (ResumeField *field : std::as_const(m_fields))
        field->setProblem(field == at && !saysItself && !isOpenQuestion ? problem->sentence : QString());
}

/// Files from cuda:0 go on on a CPU.
void ResumeFields::fallBackToCpu(const TrainerPlan &plan)
{
    const QString cpu = QStringLiteral("cpu");
    if (!m_chosenDevice.isEmpty() || plan.config.device == "cpu")
        return;
    m_chosenDevice = cpu;
    m_device->setDevice(cpu);
    m_fields.value(QStringLiteral("device"))
        ->setNote(tr("The run was on %1, which cannot be used here.").arg(text::fromUtf8(plan.config.device)));
    QMetaObject::invokeMethod(this, &ResumeFields::changed, Qt::QueuedConnection);
}

/// Nobody knows the data: its chooser stands open, at the kind that the model could take.
void ResumeFields::openData()
{
    if (m_dataChange->isOpen())
        return;
    m_data->setSpec(m_file.takesPictures ? QStringLiteral("folder:") : QStringLiteral("csv:"));
    m_dataChange->setOpen(true);
}

QString ResumeFields::chosenData() const
{
    return m_dataChange->isOpen() && !isUnfinished(m_data->spec()) && m_data->problem().isEmpty() ? m_data->spec()
                                                                                                  : QString();
}

QString ResumeFields::chosenModel() const
{
    return m_modelChange->isOpen() && m_model->problem().isEmpty() ? m_model->model() : QString();
}

ResumeInput ResumeFields::input() const
{
    ResumeInput input;
    m_position->fill(input);
    m_place->fill(input);
    input.model = chosenModel();
    input.data = chosenData();
    input.device = m_chosenDevice;
    input.batchSize = m_chosenBatchSize;
    input.section = m_chosenSection;
    input.optimizerSection = m_chosenOptimizer;
    input.strict = m_strict->isChecked();
    return input;
}

QString ResumeFields::problem() const
{
    if (m_modelChange->isOpen() && !m_model->problem().isEmpty())
        return m_model->problem();
    if (m_dataChange->isOpen() && !m_data->problem().isEmpty())
        return m_data->problem();
    return m_device->problem();
}

}  // namespace waypoint
