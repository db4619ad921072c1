// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/schedule_form.h"

#include "ui/models/text.h"
#include "ui/views/fact_grid.h"
#include "ui/views/schedule_field.h"

#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSpinBox>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kMostEpochs = 100'000;
constexpr int kLeastEditorWidth = 120;

ScheduleParameter rateParameter()
{
    return {.name = "lr",
            .fallback = "0.1",
            .help = "the optimizer's learning rate, which the schedule starts from",
            .missing = ScheduleParameter::Missing::Needed,
            .least = 0,
            .choices = {}};
}

/// Of waypoint-train's schedules, before any class that does not raise the rate by itself.
std::vector<ScheduleParameter> warmupParameters()
{
    using Type = ScheduleParameter::Type;
    return {{.name = "warmup",
             .type = Type::Int,
             .fallback = "0",
             .help = "epochs of LinearLR before it, as SequentialLR",
             .least = 0,
             .most = kMostEpochs,
             .choices = {}},
            {.name = "warmup_start",
             .fallback = "0.3333333333333333",
             .help = "the part of the rate that the warm-up starts with",
             .least = 0,
             .most = 1,
             .aboveLeast = true,
             .choices = {}}};
}

/// Torch's name; those two are not torch's.
QString labelText(const ScheduleParameter &parameter)
{
    if (parameter.name == "warmup")
        return ScheduleForm::tr("Warm-up epochs");
    return parameter.name == "warmup_start" ? ScheduleForm::tr("Warm-up from") : text::fromUtf8(parameter.name);
}

QSpinBox *countBox(int most, int value)
{
    auto *box = new QSpinBox;
    box->setRange(1, most);
    box->setGroupSeparatorShown(true);
    box->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    box->setValue(value);
    box->setMinimumWidth(kLeastEditorWidth);
    return box;
}

}  // namespace

ScheduleForm::ScheduleForm(QWidget *parent)
    : QWidget(parent),
      m_form(new QFormLayout(this)),
      m_class(new QComboBox),
      m_help(plainLabel({}, this)),
      m_lr(new ScheduleField(rateParameter())),
      m_epochs(countBox(kMostEpochs, 100)),
      m_stepsPerEpoch(countBox(kMostEpochs, 100))
{
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    for (const ScheduleClass &one : scheduleClasses())
        m_class->addItem(one.className.empty() ? tr("none") : text::fromUtf8(one.className), text::fromUtf8(one.name));
    createSettings();
    connect(m_class, &QComboBox::currentIndexChanged, this,
            [this] { setSchedule(m_class->currentData().toString(), {}); });
    showClass();
    validate();
}

void ScheduleForm::createSettings()
{
    m_form->addRow(tr("Scheduler"), m_class);
    m_form->addRow(m_help);
    m_form->addRow(tr("Learning rate"), m_lr);
    m_form->addRow(tr("Epochs"), m_epochs);
    m_form->addRow(tr("Batches per epoch"), m_stepsPerEpoch);
    m_settingRows = m_form->rowCount();
    m_help->setForegroundRole(QPalette::PlaceholderText);
    connect(m_lr, &ScheduleField::changed, this, &ScheduleForm::fieldsChanged);
    for (const QSpinBox *box : {m_epochs, m_stepsPerEpoch})
        connect(box, &QSpinBox::valueChanged, this, &ScheduleForm::fieldsChanged);
}

const ScheduleClass &ScheduleForm::scheduleClass() const
{
    return scheduleClasses()[static_cast<std::size_t>(std::max(m_class->currentIndex(), 0))];
}

void ScheduleForm::showClass()
{
    while (m_form->rowCount() > m_settingRows)
        m_form->removeRow(m_settingRows);
    m_fields.clear();
    const ScheduleClass &chosen = scheduleClass();
    m_help->setText(text::fromUtf8(chosen.help));
    m_form->setRowVisible(m_lr, m_settingVisible);
    m_form->setRowVisible(m_epochs, m_settingVisible);
    m_form->setRowVisible(m_stepsPerEpoch, m_settingVisible && stepsPerBatch(chosen.name));
    for (const ScheduleParameter &parameter : chosen.parameters)
        addField(parameter);
    if (chosen.takesWarmup)
        for (const ScheduleParameter &parameter : warmupParameters())
            addField(parameter);
}

void ScheduleForm::addField(const ScheduleParameter &parameter)
{
    auto *field = new ScheduleField(parameter);
    auto *label = new QLabel(labelText(parameter));
    label->setToolTip(text::fromUtf8(parameter.help));
    m_form->addRow(label, field);
    m_fields.push_back(field);
    connect(field, &ScheduleField::changed, this, &ScheduleForm::fieldsChanged);
}

ScheduleField *ScheduleForm::field(QStringView name) const
{
    if (name == QLatin1String("lr"))
        return m_lr;
    const auto found = std::ranges::find_if(
        m_fields, [&](const ScheduleField *field) { return text::fromUtf8(field->parameter().name) == name; });
    return found == m_fields.end() ? nullptr : *found;
}

Arguments ScheduleForm::arguments() const
{
    Arguments arguments;
    for (const ScheduleField *field : m_fields)
        if (const QString value = field->value(); !value.isEmpty())
            arguments.set(std::string(field->parameter().name), value.toStdString());
    // Where there is no warm-up it starts nowhere.
    if (!arguments.has("warmup") && arguments.has("warmup_start")) {
        Arguments rest;
        for (const auto &[key, value] : arguments.items())
            if (key != "warmup_start")
                rest.set(key, value);
        return rest;
    }
    return arguments;
}

ScheduleDesign ScheduleForm::design() const
{
    ScheduleDesign design{.scheduleClass = &scheduleClass(), .arguments = arguments()};
    const QByteArray rate = m_lr->value().toUtf8();
    const auto lr = Arguments{{"lr", rate.toStdString()}}.number("lr", design.lr);
    if (lr)
        design.lr = *lr;
    design.epochs = m_epochs->value();
    design.stepsPerEpoch = m_stepsPerEpoch->value();
    return design;
}

void ScheduleForm::setSchedule(const QString &name, const Arguments &arguments)
{
    const ScheduleClass *chosen = findScheduleClass(name.toStdString());
    if (!chosen)
        return;
    {
        const QScopedValueRollback filling(m_filling, true);
        const QSignalBlocker quiet(m_class);
        m_class->setCurrentIndex(m_class->findData(text::fromUtf8(chosen->name)));
        showClass();
        for (const auto &[key, value] : arguments.items())
            if (ScheduleField *known = field(text::fromUtf8(key)); known && known != m_lr)
                known->setValue(text::fromUtf8(value));
    }
    fieldsChanged();
}

void ScheduleForm::setLearningRate(double lr) { m_lr->setValue(text::exactNumber(lr)); }
void ScheduleForm::setEpochs(int epochs) { m_epochs->setValue(epochs); }
void ScheduleForm::setStepsPerEpoch(int steps) { m_stepsPerEpoch->setValue(steps); }

void ScheduleForm::setSettingVisible(bool visible)
{
    m_settingVisible = visible;
    m_form->setRowVisible(m_lr, visible);
    m_form->setRowVisible(m_epochs, visible);
    m_form->setRowVisible(m_stepsPerEpoch, visible && stepsPerBatch(scheduleClass().name));
}

void ScheduleForm::fieldsChanged()
{
    if (m_filling)
        return;
    validate();
    Q_EMIT changed();
}

void ScheduleForm::validate()
{
    const ScheduleDesign design = this->design();
    showPlaceholders(design);
    if (ScheduleField *start = field(u"warmup_start"))
        m_form->setRowVisible(start, !field(u"warmup")->value().isEmpty());
    m_problem.clear();
    m_valid = m_lr->isValid() && std::ranges::all_of(m_fields, &ScheduleField::isValid);
    for (ScheduleField *field : m_fields)
        field->setProblem({});
    if (!m_valid)
        return;
    const QString problem = designProblem(design);
    m_valid = problem.isEmpty();
    const auto blamed = std::ranges::find_if(m_fields, [&](const ScheduleField *field) {
        return problem.contains(text::fromUtf8(field->parameter().name));
    });
    if (blamed != m_fields.end() && !m_valid)
        (*blamed)->setProblem(problem);
    else
        m_problem = problem;
}

void ScheduleForm::showPlaceholders(const ScheduleDesign &design)
{
    const Arguments complete = completedArguments(*design.scheduleClass, design.arguments, design.setting());
    for (ScheduleField *field : m_fields) {
        const ScheduleParameter &parameter = field->parameter();
        field->setPlaceholder(parameter.missing == ScheduleParameter::Missing::Optional
                                  ? text::fromUtf8(parameter.help)
                                  : text::fromUtf8(complete.text(parameter.name, "")));
    }
}

}  // namespace waypoint
