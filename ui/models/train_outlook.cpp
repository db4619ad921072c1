// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/train_outlook.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QRegularExpression>
#include <QtCore/QStringList>

#include <algorithm>

namespace waypoint {

namespace {

QString tr(const char *sentence, int n = -1) { return QCoreApplication::translate("training", sentence, nullptr, n); }

QString aboutBytes(std::uint64_t bytes) { return text::bytes(ByteCount{bytes}); }

}  // namespace

std::int64_t keptCheckpoints(const RunConfig &config)
{
    const std::int64_t epochs = std::max<std::int64_t>(config.epochs, 1);
    const std::int64_t every = config.checkpointEvery > 0 ? config.checkpointEvery : epochs;
    const std::int64_t written = (epochs + every - 1) / every;  // after the last epoch, whatever its number
    const bool trimmed = config.keepLast > 0 && config.keepLast < written;
    std::int64_t kept = trimmed ? config.keepLast : written;
    // A best that is no longer among those kept, and a last that is newer than any, are files of their own.
    if (trimmed && config.monitor != "none")
        ++kept;
    if (config.checkpointSteps > 0 || config.checkpointMinutes > 0)
        ++kept;
    return kept;
}

std::uint64_t keptBytes(const TrainerPlan &plan)
{
    return plan.fileBytes * static_cast<std::uint64_t>(keptCheckpoints(plan.config));
}

QString sizeText(const TrainerPlan &plan)
{
    if (plan.fileBytes == 0)
        return {};
    const std::int64_t kept = keptCheckpoints(plan.config);
    if (kept == 1)
        return tr("one checkpoint of about %1").arg(aboutBytes(plan.fileBytes));
    return tr("%1 checkpoints of about %2, %3 in all")
        .arg(text::integer(kept), aboutBytes(plan.fileBytes), aboutBytes(keptBytes(plan)));
}

QString outlookText(const TrainerPlan &plan)
{
    QStringList parts;
    if (!plan.model.empty())
        parts << tr("%1, %2 parameters, on %3 samples")
                     .arg(text::fromUtf8(plan.model), text::integer(plan.parameters), text::integer(plan.trainSamples));
    const std::int64_t batch = plan.config.batchSize;
    if (plan.config.epochs > 0 && batch > 0 && plan.trainSamples > 0) {
        const std::int64_t batches = (plan.trainSamples + batch - 1) / batch;
        const QString of = plan.config.epochs == 1 ? tr("1 epoch of %1") : tr("%2 epochs of %1");
        const QString each = batches == 1 ? tr("1 batch") : tr("%1 batches").arg(text::integer(batches));
        parts << (plan.config.epochs == 1 ? of.arg(each) : of.arg(each, text::integer(plan.config.epochs)));
    }
    if (const std::uint64_t bytes = keptBytes(plan); bytes > 0)
        parts << tr("about %1 of checkpoints").arg(aboutBytes(bytes));
    return parts.join(QStringLiteral("; "));
}

QString planErrorText(const TrainerPlan &plan)
{
    QString text = text::fromUtf8(plan.error).trimmed();
    // "This setting does not fit (REASON). ADVICE": what stands beside a field needs no introduction.
    static const QRegularExpression kIntroduced(QStringLiteral("^This setting does not fit \\((.*)\\)\\.(?: (.*))?$"));
    if (const auto parts = kIntroduced.match(text); parts.hasMatch())
        text = QStringLiteral("%1. %2").arg(parts.captured(1), parts.captured(2)).trimmed();
    // Advice for a shell is of no use in a window, and its options have names here.
    static const QRegularExpression kBetween(QStringLiteral("(?<=\\.) (?=[A-Z])"));
    QStringList sentences = text.split(kBetween, Qt::SkipEmptyParts);
    for (qsizetype i = sentences.size() - 1; i > 0; --i)
        if (sentences[i].contains(QLatin1String("waypoint-train")) || sentences[i].contains(QLatin1String("--help")))
            sentences.removeAt(i);
    text = sentences.join(QLatin1Char(' '));
    static const QRegularExpression kDashes(QStringLiteral("(?<![^\\s(])--(?=[a-z])"));
    text.remove(kDashes);
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

}  // namespace waypoint
