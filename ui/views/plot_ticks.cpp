// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_ticks.h"

#include "ui/models/text.h"
#include "ui/views/plot_time.h"

#include <QtCore/QLocale>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr int kMostTicks = 15;
constexpr int kLongestName = 18;  // characters
constexpr double kGap = 12;       // pixels between two labels

/// 1, 2 or 5 times a power of ten, at least so much.
double roundStep(double atLeast)
{
    const double power = std::pow(10.0, std::floor(std::log10(atLeast)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= atLeast * (1 - 1e-9))
            return factor * power;
    }
    return 10 * power;
}

/// All labels of an axis have the same decimals, or the same way of writing powers of ten.
QString stepLabel(double value, double step, double largest)
{
    const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    QLocale locale;
    if (largest < 1e7 && decimals <= 5) {
        locale.setNumberOptions(locale.numberOptions() & ~QLocale::OmitGroupSeparator);
        return locale.toString(value, 'f', decimals);
    }
    if (value == 0)
        return locale.toString(0);
    const int digits = static_cast<int>(std::floor(std::log10(std::abs(value))) - std::floor(std::log10(step) + 1e-9));
    locale.setNumberOptions(locale.numberOptions() | QLocale::OmitLeadingZeroInExponent);
    return locale.toString(value, 'e', std::clamp(digits, 0, 15)).remove(QLatin1Char('+'));
}

struct Steps
{
    double step = 1;
    double first = 0;  // in steps
    double last = 0;
};

Steps stepsIn(double low, double high, double step)
{
    return {step, std::ceil(low / step - 1e-9), std::floor(high / step + 1e-9)};
}

PlotTicks linearTicks(const PlotTickRoom &room, int count)
{
    const double low = room.scale.fromAxis(room.range.low);
    const double high = room.scale.fromAxis(room.range.high);
    double step = roundStep((high - low) / count);
    if (room.numbers == PlotNumbers::Integer)
        step = std::max(step, 1.0);
    const Steps steps = stepsIn(low, high, step);
    PlotTicks ticks;
    for (double i = steps.first; i <= steps.last && ticks.major.size() < 50; ++i) {
        const double value = i * step;
        ticks.major.push_back(
            {room.scale.toAxis(value), stepLabel(value, step, std::max(std::abs(low), std::abs(high)))});
    }
    return ticks;
}

QString powerLabel(double value)
{
    const double size = std::abs(value);
    QLocale locale;
    if (value == 0 || (size >= 0.999e-3 && size < 1.001e4)) {
        locale.setNumberOptions(locale.numberOptions() & ~QLocale::OmitGroupSeparator);
        return locale.toString(value, 'g', 6);
    }
    locale.setNumberOptions(locale.numberOptions() | QLocale::OmitLeadingZeroInExponent);
    return locale.toString(value, 'e', 0).remove(QLatin1Char('+'));
}

/// Powers of ten, every so many; between neighbours the lines of 2 to 9.
PlotTicks logarithmicTicks(const PlotTickRoom &room, int count)
{
    const int first = static_cast<int>(std::floor(room.range.low));
    const int last = static_cast<int>(std::ceil(room.range.high));
    const int stride = std::max(1, static_cast<int>(std::ceil(room.range.size() / count)));
    const bool between = stride == 1 && room.range.size() < 0.5 * count;
    PlotTicks ticks;
    for (int power = first; power <= last; ++power) {
        for (int factor = 1; factor < 10; ++factor) {
            const double at = power + std::log10(factor);
            if (at < room.range.low - 1e-9 || at > room.range.high + 1e-9)
                continue;
            const bool labelled = factor == 1 ? power % stride == 0 : between && (factor == 2 || factor == 5);
            if (labelled)
                ticks.major.push_back({at, powerLabel(factor * std::pow(10.0, power))});
            else if (stride == 1)
                ticks.minor.push_back(at);
        }
    }
    return ticks;
}

/// Zero and powers of ten to both sides of it.
PlotTicks symmetricTicks(const PlotTickRoom &room, int count)
{
    const PlotScale &scale = room.scale;
    const double largest =
        std::max(std::abs(scale.fromAxis(room.range.low)), std::abs(scale.fromAxis(room.range.high)));
    const int last = static_cast<int>(std::floor(std::log10(largest)));
    // One power takes ln 10 on the axis where it is logarithmic.
    const int stride = std::max(1, static_cast<int>(std::ceil(room.range.size() / count / std::log(10.0))));
    PlotTicks ticks;
    const auto add = [&](double value) {
        const double at = scale.toAxis(value);
        if (at >= room.range.low && at <= room.range.high)
            ticks.major.push_back({at, powerLabel(value)});
    };
    add(0);
    // Nearer to zero than this, powers of ten would crowd around it.
    for (int power = last; std::pow(10.0, power) > scale.linear * 2; power -= stride) {
        add(std::pow(10.0, power));
        add(-std::pow(10.0, power));
    }
    std::sort(ticks.major.begin(), ticks.major.end(), [](const auto &a, const auto &b) { return a.at < b.at; });
    return ticks;
}

/// Round steps read better than powers where the range holds few powers.
bool looksLinear(const PlotTickRoom &room)
{
    const double low = room.scale.fromAxis(room.range.low);
    const double high = room.scale.fromAxis(room.range.high);
    switch (room.scale.kind) {
    case PlotScale::Kind::Linear:
        return true;
    case PlotScale::Kind::Logarithmic:
        return high / low < 8;
    case PlotScale::Kind::SymmetricLog:
        return std::max(std::abs(low), std::abs(high)) < 2 * room.scale.linear || (low > 0 && high / low < 8)
               || (high < 0 && low / high < 8);
    }
    return true;
}

/// Every so manieth name, in the middle of its bar.
PlotTicks nameTicks(const PlotTickRoom &room, int count)
{
    const double first = std::max(0.0, std::ceil(room.range.low - 0.5));
    const double last = std::min(double(room.names.size()) - 1, std::floor(room.range.high - 0.5));
    const double stride = std::max(1.0, std::ceil((last - first + 1) / count));
    PlotTicks ticks;
    for (double i = std::ceil(first / stride) * stride; i <= last; i += stride)
        ticks.major.push_back({i + 0.5, text::elided(room.names[static_cast<qsizetype>(i)], kLongestName)});
    return ticks;
}

PlotTicks ticksFor(const PlotTickRoom &room, int count)
{
    if (room.numbers == PlotNumbers::Time && room.scale.kind == PlotScale::Kind::Linear)
        return timeTicks(room.range, count);
    if (room.numbers == PlotNumbers::Names)
        return nameTicks(room, count);
    if (looksLinear(room))
        return linearTicks(room, count);
    return room.scale.kind == PlotScale::Kind::Logarithmic ? logarithmicTicks(room, count)
                                                           : symmetricTicks(room, count);
}

bool fits(const PlotTicks &ticks, const PlotTickRoom &room)
{
    const double perUnit = room.pixels / room.range.size();
    for (std::size_t i = 1; i < ticks.major.size(); ++i) {
        const double room1 = room.extent(ticks.major[i - 1].label) / 2;
        const double room2 = room.extent(ticks.major[i].label) / 2;
        if ((ticks.major[i].at - ticks.major[i - 1].at) * perUnit < room1 + room2 + kGap)
            return false;
    }
    return true;
}

}  // namespace

PlotTicks plotTicks(const PlotTickRoom &room)
{
    if (!room.range.isUsable())
        return {};
    const int most = std::clamp(static_cast<int>(room.pixels / 32), 2, kMostTicks);
    for (int count = most; count > 1; --count) {
        PlotTicks ticks = ticksFor(room, count);
        if (fits(ticks, room))
            return ticks;
    }
    PlotTicks ticks = ticksFor(room, 1);
    if (!fits(ticks, room) && !ticks.major.empty())
        ticks.major.resize(1);
    return ticks;
}

QString plotNumber(double value, PlotNumbers numbers)
{
    if (numbers == PlotNumbers::Time && std::isfinite(value))
        return timeText(value);
    if (numbers == PlotNumbers::Integer && std::floor(value) == value && std::abs(value) < 1e15)
        return text::integer(static_cast<std::int64_t>(value));
    return text::number(value);
}

}  // namespace waypoint
