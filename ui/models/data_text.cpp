// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/data_text.h"

#include "core/base/describe_error.h"
#include "ui/models/data_look.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

namespace waypoint {

namespace {

QString tr(const char *sentence, int n = -1) { return QCoreApplication::translate("DataLook", sentence, nullptr, n); }

QString separator() { return QStringLiteral(" · "); }

/// What one sample is and what is to be told of it.
QStringList kindOfSamples(const DatasetInfo &info)
{
    QStringList facts;
    if (info.shape.size() == 1)
        facts << (info.shape.front() == 1 ? tr("1 feature") : tr("%1 features").arg(text::integer(info.shape.front())));
    else
        facts << text::shape(SmallDims(info.shape));
    const QString size = text::integer(info.targetSize);
    if (info.target == TargetKind::Class)
        facts << (info.targetSize == 1 ? tr("1 class") : tr("%1 classes").arg(size));
    else
        facts << (info.targetSize == 1 ? tr("1 value to predict") : tr("%1 values to predict").arg(size));
    return facts;
}

}  // namespace

QString dataSummary(const DataLook &look)
{
    const QString count = text::integer(look.info.count);
    QString samples = look.info.count == 1 ? tr("1 training sample") : tr("%1 training samples").arg(count);
    if (look.isCut)
        samples = tr("more than %1 training samples").arg(count);
    else if (look.heldOut > 0)
        samples = tr("%1, %2 held out").arg(samples, text::integer(look.heldOut));
    else
        samples = tr("%1, none held out").arg(samples);
    return (QStringList(samples) + kindOfSamples(look.info)).join(separator());
}

QString validationSummary(const DataLook &look)
{
    // What the data has to validate on stands for it, or else all of it.
    const QString count = text::integer(look.heldOut > 0 ? look.heldOut : look.info.count);
    const QString samples =
        look.isCut ? tr("more than %1 samples to validate on").arg(count) : tr("%1 samples to validate on").arg(count);
    return (QStringList(samples) + kindOfSamples(look.info)).join(separator());
}

QString dataProblem(const Error &error)
{
    if (error.code != ErrorCode::BadArgument || error.detail.empty())
        return text::fromUtf8(describe(error));
    QString sentence = text::fromUtf8(error.detail);
    // An option stays as it is written: "holdout=2: ...".
    if (!sentence.section(QLatin1Char(' '), 0, 0).contains(QLatin1Char('=')))
        sentence[0] = sentence[0].toUpper();
    if (!sentence.endsWith(QLatin1Char('.')))
        sentence += QLatin1Char('.');
    const QString advice = text::fromUtf8(error.advice);
    // The list of all SPECs is what the window offers anyway.
    return advice.isEmpty() || advice.startsWith(QLatin1String("Data is one of"))
               ? sentence
               : sentence + QLatin1Char(' ') + advice;
}

}  // namespace waypoint
