// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_time.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QLocale>

#include <array>
#include <cmath>

namespace waypoint {

namespace {

constexpr double kMinute = 60;
constexpr double kHour = 3600;
constexpr double kDay = 86400;
constexpr std::array kSteps{1.0,     2.0,         5.0,         10.0,         15.0,         30.0,
                            kMinute, 2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute, 30 * kMinute,
                            kHour,   2 * kHour,   3 * kHour,   6 * kHour,    12 * kHour};
constexpr std::array kDaySteps{1, 2, 7, 14, 30, 61, 91, 182, 365};

QString tr(const char *sentence) { return QCoreApplication::translate("PlotTime", sentence); }

bool isDuration(double low, double high) { return std::max(std::abs(low), std::abs(high)) < kLongestDuration; }

QDateTime at(double seconds) { return QDateTime::fromMSecsSinceEpoch(std::llround(seconds * 1000)); }

QString durationText(double seconds)
{
    const auto whole = static_cast<qint64>(std::floor(std::abs(seconds)));
    const QString sign = seconds < 0 ? QStringLiteral("−") : QString();
    const QString clock = QStringLiteral("%1:%2:%3")
                              .arg(whole / 3600)
                              .arg(whole / 60 % 60, 2, 10, QLatin1Char('0'))
                              .arg(whole % 60, 2, 10, QLatin1Char('0'));
    const double rest = std::abs(seconds) - static_cast<double>(whole);
    if (rest < 0.0005 || whole >= 3600)
        return sign + clock;
    return sign + clock + QLocale().toString(rest, 'f', 3).mid(1);
}

/// The day stands under the first clock time of each day.
QString clockLabel(const QDateTime &time, double step, QDate &day)
{
    QString label = time.toString(step < kMinute ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
    if (time.date() != day) {
        day = time.date();
        label += QLatin1Char('\n') + QLocale().toString(day, tr("d MMM"));
    }
    return label;
}

PlotTicks clockTicks(const PlotRange &range, double step)
{
    PlotTicks ticks;
    const bool duration = isDuration(range.low, range.high);
    const double offset = duration ? 0 : at(range.low).offsetFromUtc();
    QDate day;
    for (double i = std::ceil((range.low + offset) / step); i * step - offset <= range.high; ++i) {
        const double seconds = i * step - offset;
        ticks.major.push_back({seconds, duration ? durationText(seconds) : clockLabel(at(seconds), step, day)});
    }
    return ticks;
}

PlotTicks subSecondTicks(const PlotRange &range, int count)
{
    const double wanted = range.size() / count;
    double step = std::pow(10.0, std::floor(std::log10(wanted)));
    while (step < wanted)
        step *= step * 2 < wanted ? 5 : 2;
    PlotTicks ticks;
    for (double i = std::ceil(range.low / step); i * step <= range.high; ++i) {
        const double seconds = i * step;
        ticks.major.push_back({seconds, isDuration(range.low, range.high)
                                            ? durationText(seconds)
                                            : at(seconds).toString(QStringLiteral("HH:mm:ss.zzz"))});
    }
    return ticks;
}

PlotTicks dayTicks(const PlotRange &range, int days)
{
    PlotTicks ticks;
    if (isDuration(range.low, range.high)) {
        for (double i = std::ceil(range.low / kDay / days); i * days * kDay <= range.high; ++i)
            ticks.major.push_back({i * days * kDay, tr("%1 d").arg(i * days)});
        return ticks;
    }
    const QLocale locale;
    const QString format = days >= 30 ? tr("MMM yyyy") : tr("d MMM");
    QDate date = at(range.low).date();
    if (days >= 30)
        date = QDate(date.year(), days >= 365 ? 1 : date.month(), 1);
    while (true) {
        const double seconds = static_cast<double>(date.startOfDay().toSecsSinceEpoch());
        if (seconds > range.high || ticks.major.size() > 50)
            return ticks;
        if (seconds >= range.low)
            ticks.major.push_back({seconds, locale.toString(date, format)});
        if (days >= 365)
            date = date.addYears(days / 365);
        else
            date = days >= 30 ? date.addMonths(days / 30) : date.addDays(days);
    }
}

}  // namespace

PlotTicks timeTicks(const PlotRange &range, int count)
{
    const double wanted = range.size() / count;
    if (wanted <= 0.5)
        return subSecondTicks(range, count);
    for (const double step : kSteps) {
        if (step >= wanted)
            return clockTicks(range, step);
    }
    for (const int days : kDaySteps) {
        if (days * kDay >= wanted)
            return dayTicks(range, days);
    }
    return dayTicks(range, 365 * static_cast<int>(std::min(std::ceil(wanted / kDay / 365), 1e5)));
}

QString timeText(double seconds)
{
    if (isDuration(seconds, seconds))
        return durationText(seconds);
    const QDateTime time = at(seconds);
    return QLocale().toString(time.date(), tr("d MMM yyyy")) + QLatin1Char(' ')
           + time.toString(QStringLiteral("HH:mm:ss"));
}

}  // namespace waypoint
