// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/color_scale.h"

#include "ui/views/plot_colors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <vector>

namespace waypoint {

namespace {

constexpr double kOutermost = 0.001;

constexpr std::size_t kSteps = 512;

struct Viridis
{
    static QRgb at(double share) { return colors::viridis(share); }
};
struct LightDiverging
{
    static QRgb at(double share) { return colors::diverging(share, false); }
};
struct DarkDiverging
{
    static QRgb at(double share) { return colors::diverging(share, true); }
};

/// A map at equal steps, worked out once: there may be a scale for each of thousands of tiles.
template<typename Map>
std::span<const QRgb> tableOf()
{
    static const auto kTable = [] {
        std::array<QRgb, kSteps> table{};
        for (std::size_t i = 0; i < kSteps; ++i)
            table[i] = Map::at(static_cast<double>(i) / (kSteps - 1));
        return table;
    }();
    return kTable;
}

/// The number that `share` of them are below. Changes their order.
double quantile(std::vector<float> &numbers, double share)
{
    const auto last = static_cast<double>(numbers.size() - 1);
    const auto at = numbers.begin() + std::lround(share * last);
    std::nth_element(numbers.begin(), at, numbers.end());
    return *at;
}

}  // namespace

NumberRange NumberRange::of(std::span<const float> numbers)
{
    std::vector<float> finite;
    finite.reserve(numbers.size());
    std::copy_if(numbers.begin(), numbers.end(), std::back_inserter(finite),
                 [](float number) { return std::isfinite(number); });
    if (finite.empty())
        return {};
    NumberRange range{.any = true};
    range.low = quantile(finite, kOutermost / 2);
    range.high = quantile(finite, 1 - kOutermost / 2);
    const auto [least, most] = std::minmax_element(finite.begin(), finite.end());
    range.min = *least;
    range.max = *most;
    for (float &number : finite)
        number = std::abs(number);
    range.size = quantile(finite, 1 - kOutermost);
    return range;
}

ColorScale::ColorScale(const ColorSettings &settings, const NumberRange &numbers, bool dark)
{
    m_diverging = settings.map == ColorSettings::Map::Diverging
                  || (settings.map == ColorSettings::Map::Automatic && numbers.min < 0 && numbers.max > 0);
    chooseEnds(settings, numbers);
    m_colours = !m_diverging ? tableOf<Viridis>() : dark ? tableOf<DarkDiverging>() : tableOf<LightDiverging>();
}

void ColorScale::chooseEnds(const ColorSettings &settings, const NumberRange &numbers)
{
    const bool most = settings.range == ColorSettings::Range::Most;
    if (settings.range == ColorSettings::Range::Fixed) {
        m_low = std::min(settings.low, settings.high);
        m_high = std::max(settings.low, settings.high);
    } else if (m_diverging) {
        // Zero is the neutral colour.
        m_high = most ? numbers.size : std::max(std::abs(numbers.min), std::abs(numbers.max));
        m_low = -m_high;
    } else {
        m_low = most ? numbers.low : numbers.min;
        m_high = most ? numbers.high : numbers.max;
    }
    if (m_low < m_high)
        return;
    // All the same: a scale around it.
    const double around = m_low == 0 ? 1 : std::abs(m_low) * 0.5;
    m_low -= around;
    m_high += around;
}

QRgb ColorScale::colour(double number) const
{
    if (!std::isfinite(number))
        return kOdd;
    const double at = std::clamp((number - m_low) / (m_high - m_low), 0.0, 1.0);
    return m_colours[static_cast<std::size_t>(at * static_cast<double>(m_colours.size() - 1) + 0.5)];
}

}  // namespace waypoint
