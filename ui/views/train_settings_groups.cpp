// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/text.h"
#include "ui/views/data_chooser.h"
#include "ui/views/train_editors.h"
#include "ui/views/train_optimizer_box.h"
#include "ui/views/train_schedule_box.h"
#include "ui/views/train_section.h"
#include "ui/views/train_settings_pane.h"

// The groups of the pane that are fields and little else.

namespace waypoint {

namespace {

using Kind = TrainSetting::Kind;

TrainSetting whole(const char *name, const char *fallback, double least, const char *help)
{
    return {.name = name, .kind = Kind::Integer, .fallback = fallback, .help = help, .least = least, .most = 1e15};
}

TrainSetting share(const char *name, const char *fallback, const char *help)
{
    return {.name = name, .fallback = fallback, .help = help, .least = 0, .most = 1, .belowMost = true};
}

TrainSetting amount(const char *name, const char *fallback, const char *help)
{
    return {.name = name, .fallback = fallback, .help = help, .least = 0};
}

TrainSetting seed()
{
    return {.name = "seed",
            .kind = Kind::Integer,
            .fallback = "0",
            .help = QT_TRANSLATE_NOOP("training", "The same seed gives the same run: initial weights, order, dropout."),
            .least = 0,
            .most = 18446744073709551615.0};
}

}  // namespace

void TrainSettingsPane::createHow()
{
    TrainSection *section = addSection(QStringLiteral("how"), tr("How"));
    addField(section, numberField(whole("epochs", "", 1,
                                        QT_TRANSLATE_NOOP("training", "How often all samples are gone through.")),
                                  tr("&Epochs"), &RunConfig::epochs));
    addField(section, numberField(whole("batch-size", "", 1,
                                        QT_TRANSLATE_NOOP("training",
                                                          "Samples to a step: more are faster and need more memory.")),
                                  tr("&Batch size"), &RunConfig::batchSize));
    m_optimizer = new TrainOptimizerBox;
    section->add(m_optimizer);
    connect(m_optimizer, &TrainOptimizerBox::changed, this, &TrainSettingsPane::fieldChanged);
    m_schedule = new TrainScheduleBox;
    section->add(m_schedule);
    connect(m_schedule, &TrainScheduleBox::changed, this, &TrainSettingsPane::fieldChanged);
    addField(section, numberField(seed(), tr("See&d"), &RunConfig::seed));
}

void TrainSettingsPane::createSafety()
{
    m_safety = addSection(QStringLiteral("safety"), tr("Checkpoints"), true);
    addField(m_safety,
             numberField(whole("checkpoint-every", "1", 0,
                               QT_TRANSLATE_NOOP("training", "Epochs from one to the next; 0: only at the end.")),
                         tr("Every … epochs"), &RunConfig::checkpointEvery));
    addField(m_safety, numberField(whole("checkpoint-steps", QT_TRANSLATE_NOOP("training", "never"), 0,
                                         QT_TRANSLATE_NOOP("training", "Further ones within an epoch, for long ones.")),
                                   tr("Every … steps"), &RunConfig::checkpointSteps));
    addField(m_safety,
             numberField(amount("checkpoint-minutes", QT_TRANSLATE_NOOP("training", "never"),
                                QT_TRANSLATE_NOOP("training", "Further ones by the clock: what a crash can cost.")),
                         tr("Every … minutes"), &RunConfig::checkpointMinutes));
    addField(m_safety, numberField(whole("keep-last", QT_TRANSLATE_NOOP("training", "all"), 0,
                                         QT_TRANSLATE_NOOP("training", "Older files of epochs are removed; best and "
                                                                       "last stay.")),
                                   tr("Keep the last"), &RunConfig::keepLast));
    addField(m_safety, choiceField(QStringLiteral("monitor"), tr("Best by"),
                                   tr("The metric that decides which epoch best.pth is."),
                                   {{tr("by the data"), {}},
                                    {QStringLiteral("accuracy/val"), QStringLiteral("accuracy/val")},
                                    {QStringLiteral("loss/val"), QStringLiteral("loss/val")},
                                    {QStringLiteral("loss/epoch"), QStringLiteral("loss/epoch")},
                                    {tr("none"), QStringLiteral("none")}},
                                   &RunConfig::monitor, true));
}

void TrainSettingsPane::createMore()
{
    TrainSection *section = addSection(QStringLiteral("more"), tr("More"), true);
    section->setSummary(tr("validation, weights to start from, loss, …"));
    m_validation = new DataChooser(true);
    auto *validation =
        addField(section, new TrainField(QStringLiteral("val"), tr("Validation data"), m_validation,
                                         tr("The samples each epoch is judged by."), TrainField::Place::Below));
    validation->setShowsProblem(false);
    validation->setCheck([this] { return m_validation->problem(); });
    validation->bind([this](const RunConfig &from) { m_validation->setSpec(text::fromUtf8(from.val)); },
                     [this](RunConfig &to) { to.val = m_validation->spec().toStdString(); });
    connect(m_validation, &DataChooser::specChanged, validation, &TrainField::valueChanged);
    connect(m_validation, &DataChooser::lookChanged, validation, &TrainField::valueChanged);
    addStart(section);
    addLearningDetails(section);
    addField(section, numberField(whole("threads", QT_TRANSLATE_NOOP("training", "measured in the first steps"), 0,
                                        QT_TRANSLATE_NOOP("training", "Threads that compute.")),
                                  tr("Threads"), &RunConfig::threads));
    addField(section, numberField(whole("loaders", QT_TRANSLATE_NOOP("training", "chosen"), 0,
                                        QT_TRANSLATE_NOOP("training", "Threads that read data.")),
                                  tr("Loaders"), &RunConfig::loaders));
    addField(section, numberField(whole("log-every", "", 0,
                                        QT_TRANSLATE_NOOP("training", "Steps between two points of the curves.")),
                                  tr("Log every"), &RunConfig::logEvery));
}

void TrainSettingsPane::addStart(TrainSection *section)
{
    addField(section, fileField(QStringLiteral("init"), tr("Initial weights"),
                                tr("A checkpoint whose weights the run begins with; its epoch and optimizer are not "
                                   "taken over."),
                                tr("Weights to Begin With"), &RunConfig::init));
    addField(section,
             textField(QStringLiteral("section"), tr("Part of the file"),
                       tr("Where the model is in a file that has several: model_a/state_dict."), &RunConfig::section));
    addField(section, flagField(QStringLiteral("strict"), tr("All must fit (strict)"),
                                tr("Without it, what fits is taken and the rest starts fresh."), &RunConfig::strict));
}

void TrainSettingsPane::addLearningDetails(TrainSection *section)
{
    addField(section, choiceField(QStringLiteral("loss"), tr("Loss"), tr("What is made small."),
                                  {{tr("by the targets"), QStringLiteral("auto")},
                                   {QStringLiteral("cross-entropy"), QStringLiteral("cross-entropy")},
                                   {QStringLiteral("mse"), QStringLiteral("mse")},
                                   {QStringLiteral("bce"), QStringLiteral("bce")}},
                                  &RunConfig::loss));
    addField(section, numberField(share("label-smoothing", "0",
                                        QT_TRANSLATE_NOOP("training", "Makes the labels less certain; 0.1 is usual.")),
                                  tr("Label smoothing"), &RunConfig::labelSmoothing));
    addField(section, numberField(amount("clip-grad", QT_TRANSLATE_NOOP("training", "not clipped"),
                                         QT_TRANSLATE_NOOP("training", "Largest norm of all gradients together: "
                                                                       "against steps that are far too large.")),
                                  tr("Clip gradients"), &RunConfig::clipGrad));
    addField(section, numberField(whole("accumulate", "1", 1,
                                        QT_TRANSLATE_NOOP("training", "Batches to a step of the optimizer: a larger "
                                                                      "batch where memory is short.")),
                                  tr("Accumulate"), &RunConfig::accumulate));
    addField(section, numberField(share("ema", QT_TRANSLATE_NOOP("training", "none"),
                                        QT_TRANSLATE_NOOP("training", "Decay of averaged weights, which are often "
                                                                      "better; 0.999 is usual.")),
                                  tr("Averaged weights"), &RunConfig::ema));
    addField(section,
             numberField(whole("early-stop", QT_TRANSLATE_NOOP("training", "never"), 0,
                               QT_TRANSLATE_NOOP("training", "Stops after so many epochs without a better one.")),
                         tr("Early stop"), &RunConfig::earlyStop));
    addField(section, flagField(QStringLiteral("amp"), tr("Mixed precision (amp)"),
                                tr("Half precision where it is safe: faster on GPUs, not for CPUs."), &RunConfig::amp));
    addField(section, flagField(QStringLiteral("no-decay"), tr("Biases without weight decay"),
                                tr("Biases and norms get a param group of their own, without weight_decay."),
                                &RunConfig::noDecay));
    addField(section, flagField(QStringLiteral("shuffle"), tr("Shuffle samples"), tr("Another order in each epoch."),
                                &RunConfig::shuffle));
}

}  // namespace waypoint
