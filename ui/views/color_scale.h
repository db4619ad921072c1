// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QColor>

#include <span>

namespace waypoint {

/// How numbers become colours; chosen by the person and kept from tensor to tensor.
struct ColorSettings
{
    enum class Map {
        Automatic,  ///< diverging where there are numbers of both signs, else viridis
        Diverging,
        Viridis,
    };
    enum class Range {
        Most,   ///< all but the outermost 0.1 %, so that one outlier does not make everything else one colour
        All,    ///< smallest to largest
        Fixed,  ///< given by hand
    };
    Map map = Map::Automatic;
    Range range = Range::Most;
    double low = -1;  ///< Fixed
    double high = 1;

    bool operator==(const ColorSettings &) const = default;
};

/// What the ends of a scale are chosen from: the finite ones of some numbers.
struct NumberRange
{
    bool any = false;
    double min = 0;
    double max = 0;
    double low = 0;   ///< 0.05 % are smaller
    double high = 0;  ///< 0.05 % are larger
    double size = 0;  ///< 0.1 % are farther from zero

    bool operator==(const NumberRange &) const = default;
    /// Takes milliseconds for a million numbers: call it in a job.
    static NumberRange of(std::span<const float> numbers);
};

/// Numbers between two ends as colours.
class ColorScale
{
public:
    /// For `numbers`, in a light or a dark window.
    ColorScale(const ColorSettings &settings, const NumberRange &numbers, bool dark);

    [[nodiscard]] QRgb colour(double number) const;
    [[nodiscard]] double low() const { return m_low; }
    [[nodiscard]] double high() const { return m_high; }
    [[nodiscard]] bool isDiverging() const { return m_diverging; }

    /// What is neither a number nor finite; in no colour map.
    static constexpr QRgb kOdd = 0xffff00e6;

private:
    void chooseEnds(const ColorSettings &settings, const NumberRange &numbers);

    bool m_diverging = false;
    double m_low = 0;
    double m_high = 1;
    std::span<const QRgb> m_colours;  ///< from low to high; lives as long as the program
};

}  // namespace waypoint
