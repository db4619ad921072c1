// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_settings_pane.h"

#include "ui/models/text.h"
#include "ui/models/train_outlook.h"
#include "ui/models/trainer_info.h"
#include "ui/views/data_chooser.h"
#include "ui/views/model_chooser.h"
#include "ui/views/train_editors.h"
#include "ui/views/train_folder_box.h"
#include "ui/views/train_optimizer_box.h"
#include "ui/views/train_place_box.h"
#include "ui/views/train_schedule_box.h"
#include "ui/views/train_section.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

QString byData(const QString &value)
{
    return value.isEmpty() ? TrainSettingsPane::tr("by the data")
                           : TrainSettingsPane::tr("%1 (by the data)").arg(value);
}
QString byData(std::int64_t value) { return byData(value > 0 ? settingText(value) : QString()); }

/// As the command line has it: answers name keys of run.json.
QString optionName(const std::string &key) { return text::fromUtf8(key).replace(QLatin1Char('_'), QLatin1Char('-')); }

/// As a word of its own: `eps` is in `steps`.
bool names(const QString &reason, const QString &argument)
{
    const QRegularExpression word(QStringLiteral("\\b%1\\b").arg(QRegularExpression::escape(argument)),
                                  QRegularExpression::CaseInsensitiveOption);
    return reason.contains(word);
}

}  // namespace

TrainSettingsPane::TrainSettingsPane(RunCenter &runs, TrainerInfo &info, QWidget *parent)
    : QWidget(parent), m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(12, 4, 12, 12);
    m_column->setSpacing(14);
    createWhat(info);
    createWhere(runs, info);
    createHow();
    for (const char *const name : {"epochs", "batch-size"})
        field(QLatin1String(name))->setPlaceholder(byData(QString()));
    createSafety();
    createFolder();
    createMore();
    m_column->addStretch();
    m_filling = false;
    setConfig({});
}

TrainSection *TrainSettingsPane::addSection(const QString &key, const QString &title, bool folds)
{
    auto *section = new TrainSection(key, title, folds ? TrainSection::Kind::Folding : TrainSection::Kind::Open);
    m_column->addWidget(section);
    return section;
}

TrainField *TrainSettingsPane::addField(TrainSection *section, TrainField *field)
{
    section->add(field);
    m_fields.push_back(field);
    connect(field, &TrainField::changed, this, &TrainSettingsPane::fieldChanged);
    return field;
}

void TrainSettingsPane::createWhat(TrainerInfo &info)
{
    TrainSection *section = addSection(QStringLiteral("what"), tr("What"));
    m_data = new DataChooser;
    auto *data = addField(section, new TrainField(QStringLiteral("data"), tr("D&ata"), m_data,
                                                  tr("The samples to learn from."), TrainField::Place::Below));
    data->setShowsProblem(false);
    data->setCheck([this] { return m_data->problem(); });
    data->bind([this](const RunConfig &from) { m_data->setSpec(text::fromUtf8(from.data)); },
               [this](RunConfig &to) { to.data = m_data->spec().toStdString(); });
    connect(m_data, &DataChooser::specChanged, data, &TrainField::valueChanged);
    connect(m_data, &DataChooser::lookChanged, data, &TrainField::valueChanged);

    m_model = new ModelChooser;
    auto *model = addField(section, new TrainField(QStringLiteral("model"), tr("&Model"), m_model,
                                                   tr("The network that is trained."), TrainField::Place::Below));
    model->setShowsProblem(false);
    model->setCheck([this] { return m_model->problem(); });
    model->bind([this](const RunConfig &from) { m_model->setModel(text::fromUtf8(from.model)); },
                [this](RunConfig &to) { to.model = m_model->model().toStdString(); });
    connect(m_model, &ModelChooser::modelChanged, model, &TrainField::valueChanged);
    connect(m_model, &ModelChooser::problemChanged, model, &TrainField::valueChanged);
    connect(m_model, &ModelChooser::weightsDropped, this, [this](const QString &path) {
        TrainField *init = field(QStringLiteral("init"));
        init->fill({.init = path.toStdString()});
        reveal(init);
    });
    m_model->setAutomaticText(tr("The one that suits the data"));
    model->setNote(QStringLiteral(" "));  // room for what the first plan says: fields below should not move away
    const auto refresh = [this, &info] { m_model->setModels(info.models()); };
    connect(&info, &TrainerInfo::changed, this, refresh);
    refresh();
}

void TrainSettingsPane::createWhere(RunCenter &runs, TrainerInfo &info)
{
    TrainSection *section = addSection(QStringLiteral("where"), tr("Where"));
    m_place = new TrainPlaceBox(runs, info);
    section->add(m_place);
    m_fields.push_back(m_place->field());
    connect(m_place, &TrainPlaceBox::changed, this, &TrainSettingsPane::fieldChanged);
}

void TrainSettingsPane::createFolder()
{
    TrainSection *section = addSection(QStringLiteral("folder"), tr("Where it is kept"));
    m_folder = new TrainFolderBox;
    section->add(m_folder);
    connect(m_folder, &TrainFolderBox::changed, this, &TrainSettingsPane::changed);
}

RunConfig TrainSettingsPane::config() const
{
    RunConfig config;
    for (const TrainField *field : m_fields)
        field->read(config);
    m_optimizer->read(config);
    m_schedule->read(config);
    return config;
}

void TrainSettingsPane::setConfig(const RunConfig &config)
{
    {
        const QScopedValueRollback filling(m_filling, true);
        for (const TrainField *field : m_fields)
            field->fill(config);
        m_optimizer->fill(config);
        m_schedule->fill(config);
    }
    fieldChanged();
}

void TrainSettingsPane::fieldChanged()
{
    if (m_filling)
        return;
    updateSchedule();
    summarizeSafety();
    m_folder->setStem(runStem(config()));
    Q_EMIT changed();
}

void TrainSettingsPane::updateSchedule()
{
    RunConfig now = config();
    if (now.epochs == 0)
        now.epochs = m_planned.epochs > 0 ? m_planned.epochs : 10;
    if (now.batchSize == 0)
        now.batchSize = std::max<std::int64_t>(m_planned.batchSize, 1);
    const std::int64_t batches = m_samples > 0 ? (m_samples + now.batchSize - 1) / now.batchSize : 100;
    const std::int64_t accumulate = std::max<std::int64_t>(now.accumulate, 1);
    const QScopedValueRollback filling(m_filling, true);
    m_schedule->setSetting(m_optimizer->learningRate(), now.epochs, (batches + accumulate - 1) / accumulate);
}

TrainSettingsPane::Problem TrainSettingsPane::ownProblem() const
{
    std::vector<TrainField *> fields = m_fields;
    fields.push_back(m_optimizer->rate());
    fields.insert(fields.end(), m_optimizer->arguments().begin(), m_optimizer->arguments().end());
    for (TrainField *field : fields)
        if (const QString problem = field->ownProblem(); !problem.isEmpty())
            return {tr("%1: %2").arg(field->name(), problem), field};
    if (const QString problem = m_schedule->problem(); !problem.isEmpty())
        return {tr("Schedule: %1").arg(problem), m_schedule};
    if (const QString problem = m_folder->problem(); !problem.isEmpty())
        return {tr("Run folder: %1").arg(problem), m_folder->field()};
    return {};
}

TrainField *TrainSettingsPane::field(const QString &option) const
{
    const auto found = std::ranges::find_if(m_fields, [&](const TrainField *one) { return one->option() == option; });
    if (found != m_fields.end())
        return *found;
    for (TrainField *one : {m_optimizer->chooser(), m_optimizer->rate(), m_folder->field()})
        if (one->option() == option)
            return one;
    return m_optimizer->argument(option);
}

QWidget *TrainSettingsPane::placeOf(const QString &option, const QString &reason) const
{
    if (option == QLatin1String("optimizer-arg")) {
        for (TrainField *argument : m_optimizer->arguments())
            if (names(reason, argument->option()))
                return argument;
        return m_optimizer->chooser();
    }
    if (option.startsWith(QLatin1String("scheduler")))
        return m_schedule;
    if (option == QLatin1String("no-shuffle"))
        return field(QStringLiteral("shuffle"));
    if (option == QLatin1String("non-strict"))
        return field(QStringLiteral("strict"));
    return option.isEmpty() ? nullptr : field(option);
}

QWidget *TrainSettingsPane::setPlan(const TrainerPlan &plan)
{
    m_planned = plan.config;
    m_samples = plan.trainSamples;
    showDefaults(plan);
    m_folder->setPlan(&plan);
    updateSchedule();
    const QString reason = planErrorText(plan);
    QWidget *const place = reason.isEmpty() ? nullptr : placeOf(optionName(plan.errorOption), reason);
    std::vector<TrainField *> fields = m_fields;
    fields.insert(fields.end(), {m_optimizer->chooser(), m_optimizer->rate(), m_folder->field()});
    fields.insert(fields.end(), m_optimizer->arguments().begin(), m_optimizer->arguments().end());
    for (TrainField *field : fields)
        field->setToldProblem(field == place ? reason : QString());
    m_schedule->setToldProblem(place == m_schedule ? reason : QString());
    return place;
}

void TrainSettingsPane::showDefaults(const TrainerPlan &plan)
{
    const RunConfig &filled = plan.config;
    const RunConfig now = config();
    field(QStringLiteral("epochs"))->setPlaceholder(byData(now.epochs == 0 ? filled.epochs : 0));
    field(QStringLiteral("batch-size"))->setPlaceholder(byData(now.batchSize == 0 ? filled.batchSize : 0));
    field(QStringLiteral("log-every"))->setPlaceholder(byData(now.logEvery == 0 ? filled.logEvery : 0));
    if (now.monitor.empty())
        field(QStringLiteral("monitor"))->setPlaceholder(byData(text::fromUtf8(filled.monitor)));
    if (now.loss == "auto")
        field(QStringLiteral("loss"))
            ->setPlaceholder(filled.loss == "auto" ? tr("by the targets")
                                                   : tr("%1 (by the targets)").arg(text::fromUtf8(filled.loss)));
    m_optimizer->setPlanned(filled);
    const bool known = !plan.model.empty() && plan.parameters > 0;
    m_model->setAutomaticText(now.model.empty() && known ? tr("%1 (by the data)").arg(text::fromUtf8(plan.model))
                                                         : tr("The one that suits the data"));
    field(QStringLiteral("model"))
        ->setNote(known ? tr("%1: %2 parameters").arg(text::fromUtf8(plan.model), text::integer(plan.parameters))
                        : QString());
}

void TrainSettingsPane::unfold(QWidget *place) const
{
    for (QWidget *around = place; around && around != this; around = around->parentWidget())
        if (auto *section = qobject_cast<TrainSection *>(around))
            section->reveal();
}

void TrainSettingsPane::reveal(QWidget *place)
{
    unfold(place);
    const auto *field = qobject_cast<TrainField *>(place);
    (field ? field->focusTarget() : place)->setFocus(Qt::OtherFocusReason);
    for (QWidget *around = parentWidget(); around; around = around->parentWidget())
        if (auto *scroll = qobject_cast<QScrollArea *>(around))
            scroll->ensureWidgetVisible(place, 0, 24);
}

void TrainSettingsPane::summarizeSafety()
{
    const RunConfig now = config();
    QStringList parts;
    if (now.checkpointEvery == 0)
        parts << tr("at the end");
    else
        parts << (now.checkpointEvery == 1 ? tr("after each epoch")
                                           : tr("every %1 epochs").arg(text::integer(now.checkpointEvery)));
    if (now.checkpointSteps > 0)
        parts << tr("every %1 steps").arg(text::integer(now.checkpointSteps));
    if (now.checkpointMinutes > 0)
        parts << tr("every %1 minutes").arg(text::number(now.checkpointMinutes));
    parts << (now.keepLast == 0 ? tr("all kept") : tr("%1 kept").arg(text::integer(now.keepLast)));
    m_safety->setSummary(parts.join(QStringLiteral(", ")));
}

}  // namespace waypoint
