// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/stats_text.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

namespace waypoint::stats_text {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("entries", sentence); }

QString count(std::int64_t number) { return text::count(static_cast<std::uint64_t>(number)); }

bool hasNumbers(const TensorStats &stats) { return stats.count > stats.nan; }

QString share(std::int64_t part, std::int64_t all)
{
    if (part == 0 || part == all)
        return part == 0 ? QStringLiteral("0") : QStringLiteral("100 %");
    return QStringLiteral("%1 %").arg(text::number(100.0 * static_cast<double>(part) / static_cast<double>(all)));
}

/// The number of a column, where it has one.
std::optional<double> numberOf(const TensorStats &stats, EntryColumn column)
{
    switch (column) {
    case EntryColumn::Min:
        return stats.min;
    case EntryColumn::Max:
        return stats.max;
    case EntryColumn::Mean:
        return stats.mean;
    case EntryColumn::Std:
        return stats.std;
    default:
        return std::nullopt;
    }
}

QString range(const TensorStats &stats)
{
    if (!hasNumbers(stats))
        return {};
    if (stats.min != stats.max)
        return text::number(stats.min) + QStringLiteral(" … ") + text::number(stats.max);
    return stats.count == 1 ? text::number(stats.min) : tr("all %1").arg(text::number(stats.min));
}

QStringList exactLines(const TensorStats &stats)
{
    QStringList lines;
    if (hasNumbers(stats))
        lines << tr("min %1").arg(text::exactNumber(stats.min)) << tr("max %1").arg(text::exactNumber(stats.max))
              << tr("mean %1").arg(text::exactNumber(stats.mean)) << tr("std %1").arg(text::exactNumber(stats.std));
    return lines << tr("zeros %1").arg(count(stats.zeros)) << tr("NaN %1").arg(count(stats.nan))
                 << tr("infinite %1").arg(count(stats.inf));
}

}  // namespace

QString cell(const TensorStats &stats, EntryColumn column)
{
    if (stats.count == 0)
        return {};
    if (const auto number = numberOf(stats, column))
        return hasNumbers(stats) ? text::number(*number) : QString();
    if (column == EntryColumn::Zeros)
        return share(stats.zeros, stats.count);
    return column == EntryColumn::NotFinite ? count(stats.nan + stats.inf) : QString();
}

QString tip(const TensorStats &stats, EntryColumn column)
{
    if (stats.count == 0)
        return {};
    if (const auto number = numberOf(stats, column))
        return hasNumbers(stats) ? text::exactNumber(*number) : QString();
    if (column == EntryColumn::Zeros)
        return tr("%1 of %2 values are zero").arg(count(stats.zeros), count(stats.count));
    return column == EntryColumn::NotFinite ? tr("%1 NaN, %2 infinite").arg(count(stats.nan), count(stats.inf))
                                            : QString();
}

QString summary(const TensorStats &stats)
{
    QStringList parts;
    if (stats.nan > 0)
        parts << tr("%1 NaN").arg(count(stats.nan));
    if (stats.inf > 0)
        parts << tr("%1 infinite").arg(count(stats.inf));
    if (const QString numbers = range(stats); !numbers.isEmpty())
        parts << numbers;
    return parts.join(QStringLiteral(" · "));
}

QString summaryTip(const EntryStats::Known &known)
{
    QStringList lines;
    if (known.ailments != 0)
        lines << text::fromUtf8(ailmentText(known.ailments, known.stats));
    if (known.stats.count > 0)
        lines << exactLines(known.stats);
    return lines.join(QLatin1Char('\n'));
}

std::optional<colors::Notice> severity(Ailments ailments)
{
    if (ailments == 0)
        return std::nullopt;
    const bool isDanger = has(ailments, Ailment::Nan) || has(ailments, Ailment::Inf);
    return isDanger ? colors::Notice::Danger : colors::Notice::Warning;
}

QString belowTip(Ailments ailments)
{
    QStringList words;
    if (has(ailments, Ailment::Nan))
        words << tr("NaN");
    if (has(ailments, Ailment::Inf))
        words << tr("infinite values");
    if (has(ailments, Ailment::AllZero))
        words << tr("weights that are all zero");
    if (has(ailments, Ailment::Constant))
        words << tr("constant weights");
    if (has(ailments, Ailment::Exploding))
        words << tr("exploded optimizer state");
    return words.isEmpty() ? QString() : tr("Below: %1").arg(words.join(QStringLiteral(", ")));
}

}  // namespace waypoint::stats_text
