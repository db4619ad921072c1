// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_summary.h"

#include "ui/models/compare_text.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr std::size_t kMostNames = 4;

QString tr(const char *sentence, int n = -1)
{
    return QCoreApplication::translate("compare_summary", sentence, nullptr, n);
}

/// Two digits are enough to talk about it.
QString roughly(double share)
{
    if (!std::isfinite(share))
        return text::number(share);
    const double percent = share * 100;
    return (percent >= 10 ? QLocale().toString(percent, 'f', 0) : QLocale().toString(percent, 'g', 2))
           + QStringLiteral(" %");
}

QString shortName(const CompareContent &content, std::size_t index)
{
    return withoutSection(text::fromUtf8(content.names[index]));
}

/// What is spoken of first: the models, or everything where there is none.
PartTally mainPart(const CompareContent &content, const CompareTally &tally)
{
    PartTally sum;
    for (std::size_t part = 0; part < tally.parts.size(); ++part) {
        if (content.hasModel && !content.parts[part].isModel)
            continue;
        sum.tensors += tally.parts[part].tensors;
        sum.changed += tally.parts[part].changed;
        for (std::size_t status = 0; status < sum.counts.size(); ++status)
            sum.counts[status] += tally.parts[part].counts[status];
    }
    return sum;
}

QStringList otherCounts(const PartTally &part)
{
    QStringList words;
    const auto add = [&](DiffStatus status, const QString &word) {
        if (part.count(status) > 0)
            words << QStringLiteral("%1 %2").arg(text::count(part.count(status)), word);
    };
    add(DiffStatus::Removed, tr("only in A"));
    add(DiffStatus::Added, tr("only in B"));
    add(DiffStatus::Reshaped, tr("of another shape"));
    add(DiffStatus::Retyped, tr("of another dtype"));
    return words;
}

QString changedClause(const CompareContent &content, const PartTally &part)
{
    const bool hasOthers = content.hasModel && content.parts.size() > 1;
    const QString whose = hasOthers ? tr(" of the model") : QString();
    if (part.tensors == 1)
        return part.changed == 1 ? tr("The only tensor%1 changed").arg(whose)
                                 : tr("The only tensor%1 did not change").arg(whose);
    if (part.changed == 0)
        return tr("None of %1 tensors%2 changed").arg(text::count(part.tensors), whose);
    if (part.changed == part.tensors)
        return tr("All %1 tensors%2 changed").arg(text::count(part.tensors), whose);
    return tr("%1 of %2 tensors%3 changed").arg(text::count(part.changed), text::count(part.tensors), whose);
}

QString differsSentence(const CompareContent &content, const CompareTally &tally)
{
    const PartTally part = mainPart(content, tally);
    QStringList clauses{changedClause(content, part)};
    clauses << otherCounts(part);
    if (part.changed > 0 && tally.relative && *tally.relative > 0)
        clauses << tr("relative change %1 overall").arg(roughly(*tally.relative));
    if (part.changed > 1 && tally.largest) {
        const std::size_t index = *tally.largest;
        // An infinite one says no more than that the tensor was all zeros.
        const double relative = tally.largestChange;
        clauses << (std::isfinite(relative) ? tr("largest in %1 (%2)").arg(shortName(content, index), roughly(relative))
                                            : tr("largest in %1, which was all zeros").arg(shortName(content, index)));
    }
    return clauses.join(QStringLiteral("; ")) + QLatin1Char('.');
}

QString frozenSentence(const CompareTally &tally)
{
    QStringList names;
    std::size_t frozen = 0;
    for (const LayerChange &layer : tally.layers) {
        if (!layer.isFrozen)
            continue;
        if (++frozen <= kMostNames)
            names << withoutSection(layer.name);
    }
    if (frozen == 0 || frozen == tally.layers.size())
        return {};
    QString list = names.join(QStringLiteral(", "));
    if (frozen > kMostNames)
        list = tr("%1 and %2 more").arg(list, text::count(frozen - kMostNames));
    return frozen == 1 ? tr("1 layer did not change: %1.").arg(list)
                       : tr("%1 layers did not change: %2.").arg(text::count(frozen), list);
}

QString partDetails(const ComparePart &part, const PartTally &tally)
{
    QStringList words{
        tr("%1: %2 of %3 tensors changed").arg(part.name, text::count(tally.changed), text::count(tally.tensors))};
    words << otherCounts(tally);
    if (tally.changed > 0 && tally.sum && std::isfinite(tally.sum->relative()))
        words << tr("relative change %1").arg(roughly(tally.sum->relative()));
    return words.join(QStringLiteral(", "));
}

QString valueDetails(const CompareTally &tally)
{
    if (tally.values == 0)
        return {};
    if (tally.valuesDiffer == 0)
        return tally.values == 1 ? tr("The only value is the same")
                                 : tr("All %1 settings and values are the same").arg(text::count(tally.values));
    return tr("%1 of %2 settings and values differ").arg(text::count(tally.valuesDiffer), text::count(tally.values));
}

QString details(const CompareContent &content, const CompareTally &tally)
{
    QStringList lines;
    for (std::size_t part = 0; part < tally.parts.size(); ++part)
        if (content.hasModel && !content.parts[part].isModel)
            lines << partDetails(content.parts[part], tally.parts[part]);
    if (const QString values = valueDetails(tally); !values.isEmpty())
        lines << values;
    if (tally.failed > 0)
        lines << (tally.failed == 1 ? tr("1 tensor could not be compared")
                                    : tr("%1 tensors could not be compared").arg(text::count(tally.failed)));
    return lines.join(QStringLiteral(" · "));
}

CompareSummary sameSummary(const CompareContent &content, const CompareTally &tally)
{
    CompareSummary summary{.kind = CompareSummary::Kind::Same, .headline = {}, .details = {}};
    if (content.isSamePlace) {
        summary.headline = tr("A and B are the same file.");
        summary.details = tr("Choose another file, or two different parts of this one.");
    } else if (tally.values == 0) {
        summary.headline = tally.tensors == 1
                               ? tr("A and B hold the same: their only tensor is equal.")
                               : tr("A and B hold the same: all %1 tensors are equal.").arg(text::count(tally.tensors));
    } else {
        summary.headline = tr("A and B hold the same: all %1 tensors and %2 values are equal.")
                               .arg(text::count(tally.tensors), text::count(tally.values));
    }
    return summary;
}

QString example(const CompareContent &content, bool ofA)
{
    for (std::size_t i = 0; i < content.names.size(); ++i)
        if ((ofA ? content.diff.tensors[i].a : content.diff.tensors[i].b) != kNoEntry)
            return text::fromUtf8(content.names[i]);
    return {};
}

CompareSummary nothingSummary(const CompareContent &content, const CompareTally &tally)
{
    CompareSummary summary{.kind = CompareSummary::Kind::Nothing, .headline = {}, .details = {}};
    const std::size_t onlyA = tally.count(DiffStatus::Removed);
    const std::size_t onlyB = tally.count(DiffStatus::Added);
    if (onlyA == 0 || onlyB == 0) {
        summary.headline = onlyA == 0 ? tr("There is nothing to compare: A holds no tensors.")
                                      : tr("There is nothing to compare: B holds no tensors.");
        summary.details = tr("Choose another file, or another part of it.");
        return summary;
    }
    summary.headline = tr("No tensor of A has a counterpart in B: they look like different models.");
    summary.details = tr("A holds %1 tensors, such as %2; B holds %3, such as %4. Choose the parts of both files that "
                         "belong together, or another file.")
                          .arg(text::count(onlyA), example(content, true), text::count(onlyB), example(content, false));
    return summary;
}

}  // namespace

CompareSummary summaryOf(const CompareContent &content, const CompareTally &tally)
{
    if (tally.tensors > 0 && tally.matched == 0)
        return nothingSummary(content, tally);
    if (tally.tensors + tally.values == 0)
        return {CompareSummary::Kind::Nothing, tr("Neither A nor B holds tensors or values."),
                tr("Choose another file, or another part of it.")};
    CompareSummary summary{.kind = CompareSummary::Kind::Running, .headline = {}, .details = valueDetails(tally)};
    if (tally.pending > 0) {
        summary.headline = tr("%1 of %2 tensors compared so far; %3 of them differ.")
                               .arg(text::count(tally.tensors - tally.pending), text::count(tally.tensors),
                                    text::count(tally.differing()));
        return summary;
    }
    if (tally.isSame())
        return sameSummary(content, tally);
    summary.kind = CompareSummary::Kind::Differs;
    if (tally.tensors == 0) {
        summary.headline = valueDetails(tally) + QLatin1Char('.');
        summary.details = tr("Neither A nor B holds tensors.");
        return summary;
    }
    summary.headline = differsSentence(content, tally);
    if (const QString frozen = frozenSentence(tally); !frozen.isEmpty())
        summary.headline += QLatin1Char(' ') + frozen;
    summary.details = details(content, tally);
    return summary;
}

QString withoutSection(const QString &name) { return name.mid(name.lastIndexOf(QLatin1Char('/')) + 1); }

}  // namespace waypoint
