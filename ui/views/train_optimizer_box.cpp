// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_optimizer_box.h"

#include "ui/models/text.h"
#include "ui/views/train_editors.h"
#include "ui/views/train_section.h"

#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

/// What waypoint-train takes where the data do not say another.
constexpr const char *kUsual = "adam";

std::vector<std::pair<QString, QString>> choices()
{
    std::vector<std::pair<QString, QString>> all{{TrainOptimizerBox::tr("By the data"), {}}};
    for (const TrainOptimizer &one : trainOptimizers())
        all.emplace_back(QLatin1String(one.className), QLatin1String(one.name));
    return all;
}

TrainSetting rateSetting()
{
    return {.name = "lr",
            .fallback = "",
            .help = QT_TRANSLATE_NOOP("training", "How far each step goes: too large and the loss jumps, too small and "
                                                  "it hardly moves."),
            .least = 0,
            .aboveLeast = true};
}

bool isTrue(const QString &text)
{
    return text.compare(QLatin1String("true"), Qt::CaseInsensitive) == 0 || text == QLatin1String("1");
}

}  // namespace

TrainOptimizerBox::TrainOptimizerBox(QWidget *parent)
    : QWidget(parent),
      m_chooser(choiceField(QStringLiteral("optimizer"), tr("&Optimizer"), tr("How the weights follow the gradient."),
                            choices(), &RunConfig::optimizer)),
      m_rate(numberField(rateSetting(), tr("&Learning rate"), &RunConfig::lr)),
      m_section(new TrainSection(QStringLiteral("optimizer"), {}, TrainSection::Kind::Folding))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_chooser);
    column->addWidget(m_rate);
    column->addWidget(m_section);
    connect(m_chooser, &TrainField::changed, this, &TrainOptimizerBox::optimizerChosen);
    connect(m_rate, &TrainField::changed, this, &TrainOptimizerBox::changed);
    showArguments();
    showPlaceholders();
}

const TrainOptimizer &TrainOptimizerBox::optimizer() const
{
    RunConfig chosen;
    m_chooser->read(chosen);
    const std::string name = chosen.optimizer.empty() ? m_planned.toStdString() : chosen.optimizer;
    const TrainOptimizer *found = findTrainOptimizer(name);
    return found ? *found : *findTrainOptimizer(kUsual);
}

double TrainOptimizerBox::learningRate() const
{
    RunConfig config;
    m_rate->read(config);
    if (config.lr > 0)
        return config.lr;
    m_chooser->read(config);
    double usual = 0;
    readSetting(QLatin1String(optimizer().lr), usual);
    return config.optimizer.empty() && m_plan.lr > 0 ? m_plan.lr : usual;
}

void TrainOptimizerBox::optimizerChosen()
{
    if (!m_filling)
        m_unknown = {};
    if (&optimizer() != m_shown)
        showArguments();
    showPlaceholders();
    if (!m_filling)
        Q_EMIT changed();
}

void TrainOptimizerBox::showArguments()
{
    m_shown = &optimizer();
    m_arguments.clear();
    delete m_rows;  // no change of class comes from within it
    m_rows = new QWidget;
    auto *column = new QVBoxLayout(m_rows);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    for (const TrainSetting &setting : m_shown->arguments) {
        m_arguments.push_back(argumentField(setting));
        column->addWidget(m_arguments.back());
    }
    m_section->add(m_rows);
    m_section->setTitle(tr("Parameters of %1").arg(QLatin1String(m_shown->className)));
    m_chooser->editor()->setToolTip(m_shown->helpText());
    summarize();
}

TrainField *TrainOptimizerBox::argumentField(const TrainSetting &setting)
{
    const QString name = QLatin1String(setting.name);
    const QString value = m_values.value(name);
    TrainField *field = nullptr;
    if (setting.kind == TrainSetting::Kind::Flag) {
        auto *box = new QCheckBox(name);
        box->setChecked(isTrue(value));
        field = new TrainField(name, {}, box, setting.helpText());
        connect(box, &QCheckBox::toggled, field, &TrainField::valueChanged);
        connect(field, &TrainField::changed, this,
                [=, this] { argumentChanged(name, box->isChecked() ? QStringLiteral("true") : QString()); });
    } else if (setting.kind == TrainSetting::Kind::Choice) {
        auto *box = new QComboBox;
        for (const char *choice : setting.choices)
            box->addItem(QLatin1String(choice));
        box->setCurrentText(value);
        field = new TrainField(name, name, box, setting.helpText());
        connect(box, &QComboBox::currentIndexChanged, field, &TrainField::valueChanged);
        connect(field, &TrainField::changed, this,
                [=, this] { argumentChanged(name, box->currentIndex() > 0 ? box->currentText() : QString()); });
    } else {
        field = lineField(setting, name);
        QLineEdit *line = lineOf(*field);
        line->setText(value);
        connect(field, &TrainField::changed, this, [=, this] { argumentChanged(name, line->text().trimmed()); });
    }
    return field;
}

void TrainOptimizerBox::argumentChanged(const QString &name, const QString &value)
{
    m_values.insert(name, value);
    summarize();
    if (!m_filling)
        Q_EMIT changed();
}

void TrainOptimizerBox::summarize()
{
    QStringList set;
    for (const TrainSetting &setting : m_shown->arguments)
        if (const QString value = m_values.value(QLatin1String(setting.name)); !value.isEmpty())
            set << QStringLiteral("%1=%2").arg(QLatin1String(setting.name), value);
    m_section->setSummary(set.isEmpty() ? tr("PyTorch's defaults") : set.join(QStringLiteral(", ")));
}

TrainField *TrainOptimizerBox::argument(const QString &name) const
{
    const auto found =
        std::ranges::find_if(m_arguments, [&](const TrainField *field) { return field->option() == name; });
    return found == m_arguments.end() ? nullptr : *found;
}

void TrainOptimizerBox::fill(const RunConfig &config)
{
    {
        const QScopedValueRollback filling(m_filling, true);
        RunConfig known = config;
        if (const TrainOptimizer *one = findTrainOptimizer(config.optimizer))
            known.optimizer = one->name;  // "SGD" is "sgd"
        m_chooser->fill(known);
        m_rate->fill(config);
        m_values.clear();
        m_unknown = {};
        for (const auto &[key, value] : config.optimizerArgs.items()) {
            const bool isKnown = std::ranges::any_of(optimizer().arguments,
                                                     [&](const TrainSetting &setting) { return key == setting.name; });
            if (isKnown)
                m_values.insert(text::fromUtf8(key), text::fromUtf8(value));
            else
                m_unknown.set(key, value);
        }
        showArguments();
    }
    showPlaceholders();
    Q_EMIT changed();
}

void TrainOptimizerBox::read(RunConfig &config) const
{
    m_chooser->read(config);
    m_rate->read(config);
    config.optimizerArgs = m_unknown;
    for (const TrainSetting &setting : m_shown->arguments) {
        const QString value = m_values.value(QLatin1String(setting.name));
        if (!value.isEmpty() && settingProblem(setting, value).isEmpty())
            config.optimizerArgs.set(setting.name, value.toStdString());
    }
}

void TrainOptimizerBox::setPlanned(const RunConfig &planned)
{
    RunConfig chosen;
    m_chooser->read(chosen);
    if (chosen.optimizer.empty() && !planned.optimizer.empty()) {
        m_plan = planned;
        m_planned = text::fromUtf8(planned.optimizer);
    }
    if (&optimizer() != m_shown)
        showArguments();
    showPlaceholders();
}

void TrainOptimizerBox::showPlaceholders()
{
    RunConfig chosen;
    m_chooser->read(chosen);
    const TrainOptimizer *planned = findTrainOptimizer(m_planned.toStdString());
    m_chooser->setPlaceholder(planned ? tr("%1 (by the data)").arg(QLatin1String(planned->className))
                                      : tr("By the data"));
    if (!chosen.optimizer.empty())
        m_rate->setPlaceholder(tr("%1 (PyTorch's)").arg(QLatin1String(optimizer().lr)));
    else
        m_rate->setPlaceholder(m_plan.lr > 0 ? tr("%1 (by the data)").arg(settingText(m_plan.lr)) : tr("by the data"));
}

}  // namespace waypoint
