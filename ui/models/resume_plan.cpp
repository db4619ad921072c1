// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/resume_plan.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtCore/QRegularExpression>

#include <algorithm>

namespace waypoint {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(waypoint::ResumePlan)
};

QString number(std::int64_t value) { return text::integer(value); }

QString partOfAll(std::int64_t part, std::int64_t all) { return Words::tr("%1/%2").arg(number(part), number(all)); }

ResumeLine modelLine(const TrainerPlan &plan)
{
    const bool whole = plan.modelRestored == plan.modelWanted && plan.missingKeys.empty() && plan.unexpectedKeys.empty()
                       && plan.mismatchedKeys.empty();
    return {
        whole ? ResumeSign::Restored : ResumeSign::Conflict,
        Words::tr("Model %1: %2 tensors, %3 parameters")
            .arg(text::fromUtf8(plan.model), partOfAll(plan.modelRestored, plan.modelWanted), number(plan.parameters))};
}

/// Of an optimizer that the file has; plain SGD remembers nothing of its parameters.
ResumeLine optimizerLine(const TrainerPlan &plan)
{
    const QString name = text::fromUtf8(plan.optimizer);
    if (plan.optimizerRestored == 0)
        return {ResumeSign::Restored, Words::tr("Optimizer %1 with its settings").arg(name)};
    return {plan.optimizerRestored == plan.optimizerWanted ? ResumeSign::Restored : ResumeSign::Conflict,
            Words::tr("Optimizer %1 with %2 states")
                .arg(name, plan.optimizerRestored == plan.optimizerWanted
                               ? number(plan.optimizerWanted)
                               : partOfAll(plan.optimizerRestored, plan.optimizerWanted))};
}

ResumeLine scheduleLine(const TrainerPlan &plan)
{
    const QString name = text::fromUtf8(plan.scheduler);
    if (!plan.schedulerEpoch)
        return {ResumeSign::Restored, Words::tr("Schedule %1").arg(name)};
    const QString at = number(*plan.schedulerEpoch);
    return {ResumeSign::Restored, plan.schedulerInterval == "step"
                                      ? Words::tr("Schedule %1 at step %2").arg(name, at)
                                      : Words::tr("Schedule %1 at epoch %2").arg(name, at)};
}

QString positionText(const TrainerPlan &plan)
{
    QString position = Words::tr("epoch %1 of %2").arg(number(plan.nextEpoch), number(plan.config.epochs));
    if (plan.batch > 0)
        position = Words::tr("%1, after %2 of its batches").arg(position, number(plan.batch));
    return position;
}

ResumeLine positionLine(const TrainerPlan &plan)
{
    QString line = plan.step > 0 ? Words::tr("Goes on at %1, after %2 steps").arg(positionText(plan), number(plan.step))
                                 : Words::tr("Goes on at %1").arg(positionText(plan));
    if (!plan.lr.empty())
        line = Words::tr("%1, with learning rate %2").arg(line, ratesText(plan.lr));
    return {ResumeSign::Restored, line};
}

void addIf(std::vector<ResumeLine> &lines, bool holds, const QString &text)
{
    if (holds)
        lines.push_back({ResumeSign::Restored, text});
}

void addSentences(std::vector<ResumeLine> &lines, ResumeSign sign, const std::vector<std::string> &sentences)
{
    for (const std::string &sentence : sentences)
        lines.push_back({sign, withoutOptions(sentence)});
}

QString capitalised(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

/// "--data changes what the checkpoint's run was set to."
QString aboutOneOption(const QString &sentence)
{
    static const QRegularExpression kOption(QStringLiteral("^--([a-z][a-z-]*) "));
    const auto found = kOption.match(sentence);
    if (!found.hasMatch())
        return sentence;
    QString name = found.captured(1);
    return Words::tr("The setting %1 %2")
        .arg(name.replace(QLatin1Char('-'), QLatin1Char(' ')), sentence.mid(found.capturedLength()));
}

/// The first option that a text names.
QString optionIn(const QString &text)
{
    static const QRegularExpression kOption(QStringLiteral("--([a-z][a-z-]*)"));
    return kOption.match(text).captured(1);
}

/// Lines of Python within an advice; the window shows them apart, to copy.
bool isCode(const QString &clause)
{
    return clause.contains(QLatin1String("torch.jit.")) || clause.contains(QLatin1String(".save("));
}

/// "This setting does not fit in 'FILE' (the facts). Advice." -> "The facts. Advice."
QString unwrapped(const QString &sentence)
{
    static const QRegularExpression kStart(QStringLiteral("^This setting does not fit(?: in '[^']*')? \\("));
    const auto start = kStart.match(sentence);
    if (!start.hasMatch())
        return sentence;
    int depth = 1;
    qsizetype end = start.capturedLength();
    for (; end < sentence.size() && depth > 0; ++end)
        depth += sentence[end] == QLatin1Char('(') ? 1 : sentence[end] == QLatin1Char(')') ? -1 : 0;
    const qsizetype length = end - start.capturedLength() - (depth == 0 ? 1 : 0);
    return capitalised(sentence.mid(start.capturedLength(), length)) + sentence.mid(end);
}

QString listed(const QStringList &parts)
{
    if (parts.size() < 2)
        return parts.value(0);
    return Words::tr("%1 and %2").arg(parts.mid(0, parts.size() - 1).join(QStringLiteral(", ")), parts.last());
}

bool isWhole(const TrainerPlan &plan)
{
    const bool optimizerFits = plan.optimizerRestored == 0 || plan.optimizerRestored == plan.optimizerWanted;
    return plan.modelWanted > 0 && plan.modelRestored == plan.modelWanted && plan.missingKeys.empty()
           && plan.unexpectedKeys.empty() && plan.mismatchedKeys.empty() && !plan.optimizerSection.empty()
           && optimizerFits;
}

}  // namespace

QString withoutOptions(std::string_view sentence)
{
    static const QRegularExpression kClauses(QStringLiteral("(?<=[.;])\\s+"));
    const QString whole = text::fromUtf8(sentence);
    QStringList kept;
    for (const QString &clause : unwrapped(whole).split(kClauses, Qt::SkipEmptyParts))
        if (optionIn(clause).isEmpty() && !isCode(clause))
            kept << clause;
    QString plain = kept.isEmpty() ? aboutOneOption(whole) : kept.join(QLatin1Char(' '));
    if (plain.endsWith(QLatin1Char(';')))
        plain.back() = QLatin1Char('.');
    return plain;
}

bool saysWhatIsRestored(const TrainerPlan &plan) { return plan.modelWanted > 0; }

std::vector<ResumeLine> resumeLines(const TrainerPlan &plan, const ResumeFile &file)
{
    std::vector<ResumeLine> lines;
    if (saysWhatIsRestored(plan))
        lines.push_back(modelLine(plan));
    if (!plan.optimizerSection.empty() && !plan.optimizer.empty())
        lines.push_back(optimizerLine(plan));
    if (!plan.schedulerSection.empty() && !plan.scheduler.empty())
        lines.push_back(scheduleLine(plan));
    if (plan.error.empty() && plan.done.empty() && plan.action == "continue")
        lines.push_back(positionLine(plan));
    addIf(lines, plan.rng && plan.deviceRng, Words::tr("Random generators of the CPU and of the device"));
    addIf(lines, plan.rng && !plan.deviceRng, Words::tr("Random generator of the CPU"));
    addIf(lines, plan.best, Words::tr("Best metric, and the count of epochs for early stopping"));
    addIf(lines, plan.ema, Words::tr("Averaged weights (EMA)"));
    addIf(lines, plan.scaler, Words::tr("Gradient scaler"));
    addSentences(lines, ResumeSign::Fresh, plan.missing);
    addSentences(lines, ResumeSign::Conflict, plan.conflicts);
    for (const QString &sentence : file.passedOver)
        lines.push_back({ResumeSign::Conflict, sentence});
    return lines;
}

std::vector<ResumeLine> heldLines(const ResumeFile &file)
{
    std::vector<ResumeLine> lines;
    const auto add = [&](const QString &text) { lines.push_back({ResumeSign::Held, text}); };
    for (const FilePart &model : file.models)
        add(model.path.isEmpty() ? Words::tr("Model: the whole file") : Words::tr("Model: %1").arg(model.path));
    for (const FilePart &optimizer : file.optimizers)
        add(optimizer.className.isEmpty() ? Words::tr("Optimizer: %1").arg(optimizer.path)
                                          : Words::tr("Optimizer %1: %2").arg(optimizer.className, optimizer.path));
    if (!file.scheduler.isEmpty())
        add(Words::tr("Schedule %1").arg(file.scheduler));
    if (file.epoch)
        add(Words::tr("Epoch %1").arg(number(*file.epoch)));
    return lines;
}

QString resumeName(const ResumeFile &file)
{
    const QFileInfo info(file.path);
    if (file.runFolder.isEmpty())
        return info.fileName();
    return QDir(QFileInfo(file.runFolder).absolutePath()).relativeFilePath(info.absoluteFilePath());
}

QString ratesText(const std::vector<double> &rates)
{
    QStringList texts;
    for (const double rate : rates)
        texts << text::number(rate);
    texts.removeDuplicates();
    return listed(texts);
}

namespace {

/// What is open is a question; all else is in the way.
QString stoppedHeadline(const QString &name, const QString &option)
{
    if (option == QLatin1String("data"))
        return Words::tr("%1 goes on once its data is chosen").arg(name);
    if (option == QLatin1String("model"))
        return Words::tr("%1 goes on once its model is chosen").arg(name);
    if (option == QLatin1String("section"))
        return Words::tr("%1 goes on once one of its models is chosen").arg(name);
    return Words::tr("%1 cannot go on as it is").arg(name);
}

}  // namespace

QString resumeHeadline(const std::optional<TrainerPlan> &plan, const ResumeFile &file)
{
    const QString name = resumeName(file);
    if (!plan)
        return name;
    if (!plan->done.empty())
        return Words::tr("%1 has nothing left to do").arg(name);
    if (const auto problem = problemOf(*plan))
        return stoppedHeadline(name, problem->field);
    if (plan->action != "continue")
        return Words::tr("%1 holds weights only").arg(name);
    return Words::tr("%1 goes on at %2").arg(name, positionText(*plan));
}

QString restoredSentence(const TrainerPlan &plan, const ResumeFile &file)
{
    QStringList parts{Words::tr("model")};
    if (!plan.optimizerSection.empty())
        parts << Words::tr("optimizer");
    if (!plan.schedulerSection.empty())
        parts << Words::tr("schedule");
    if (plan.rng)
        parts << Words::tr("random generator");
    QString sentence = Words::tr("%1 restored from %2: goes on at %3.")
                           .arg(capitalised(listed(parts)), QFileInfo(file.path).fileName(), positionText(plan));
    for (const QString &passed : file.passedOver)
        sentence += QLatin1Char(' ') + passed;
    return sentence;
}

std::optional<ResumeProblem> problemOf(const TrainerPlan &plan)
{
    if (!plan.done.empty()) {
        const bool allDone = plan.nextEpoch >= plan.config.epochs;
        return ResumeProblem{QStringLiteral("epochs"),
                             allDone
                                 ? Words::tr("All %1 epochs are done. Set more to go on.").arg(number(plan.nextEpoch))
                                 : withoutOptions(plan.done)};
    }
    if (plan.error.empty())
        return std::nullopt;
    const QString named = text::fromUtf8(plan.errorOption);
    return ResumeProblem{named.isEmpty() ? optionIn(text::fromUtf8(plan.error)) : named, withoutOptions(plan.error)};
}

bool needsModelFile(const TrainerPlan &plan)
{
    const auto problem = problemOf(plan);
    return problem && problem->field == QLatin1String("model") && isCode(text::fromUtf8(plan.error));
}

bool isClear(const TrainerPlan &plan, const ResumeFile &file)
{
    const bool runs = plan.error.empty() && plan.done.empty() && plan.action == "continue";
    const bool agrees = plan.conflicts.empty() && plan.epochCertain && isWhole(plan);
    const bool inItsPlace = !file.error && !file.isAlive && file.passedOver.isEmpty() && file.leftBehind.isEmpty();
    // Somebody else's file never has what only our own have; what matters in it is said in other ways.
    const bool complete = file.isOwn ? plan.missing.empty() : plan.fileEpoch && !file.lostSchedule;
    return runs && agrees && inItsPlace && complete;
}

}  // namespace waypoint
