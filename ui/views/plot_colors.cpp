// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_colors.h"

#include "ui/models/colors.h"

#include <QtGui/QPalette>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace waypoint::colors {

namespace {

struct Line
{
    QRgb light;
    QRgb dark;
};

// Neighbours in this order differ most, also for colour-blind people.
constexpr std::array kLines{
    Line{0x0072b2, 0x56b4e9}, Line{0xc24a00, 0xf08a4b}, Line{0x00805e, 0x2fc79b}, Line{0xa84d82, 0xe29bc2},
    Line{0xb07400, 0xe69f00}, Line{0x2a8fbd, 0x9ad4f5}, Line{0x857600, 0xe3d64a}, Line{0x3c4048, 0xd5d8de},
};

// Viridis (S. van der Walt and N. Smith, CC0) at equal distances.
constexpr std::array<QRgb, 10> kViridis{0x440154, 0x482878, 0x3e4a89, 0x31688e, 0x26828e,
                                        0x1f9e89, 0x35b779, 0x6dcd59, 0xb4de2c, 0xfde725};

// ColorBrewer's RdBu, blue below; and its like for dark windows, where zero is dark and both ends are light.
constexpr std::array<QRgb, 11> kDivergingLight{0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7,
                                               0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b, 0x67001f};
constexpr std::array<QRgb, 11> kDivergingDark{0xa6dcff, 0x5fb4f0, 0x3488cc, 0x225c92, 0x1b3653, 0x1c1d20,
                                              0x50261f, 0x8d3a2a, 0xcc573c, 0xf2875f, 0xffc3a3};

int between(int a, int b, double share) { return static_cast<int>(std::lround(a + (b - a) * share)); }

QRgb mixed(QRgb a, QRgb b, double share)
{
    return qRgb(between(qRed(a), qRed(b), share), between(qGreen(a), qGreen(b), share),
                between(qBlue(a), qBlue(b), share));
}

/// The colour at [0, 1] of a map; NaN counts as 0.
QRgb colourAt(std::span<const QRgb> map, double at)
{
    const double place = (at > 0 ? std::min(at, 1.0) : 0.0) * static_cast<double>(map.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(place), map.size() - 2);
    return mixed(map[below], map[below + 1], place - static_cast<double>(below));
}

}  // namespace

QColor plotLine(int index, const QPalette &palette)
{
    const auto count = static_cast<int>(kLines.size());
    const auto &line = kLines[static_cast<std::size_t>((index % count + count) % count)];
    const QRgb colour = isDark(palette) ? line.dark : line.light;
    const double paler = index >= count ? 0.45 : 0.0;
    return QColor::fromRgb(mixed(colour, palette.color(QPalette::Base).rgb(), paler));
}

QRgb viridis(double at) { return colourAt(kViridis, at); }

QRgb diverging(double at, bool dark)
{
    return colourAt(dark ? std::span(kDivergingDark) : std::span(kDivergingLight), at);
}

}  // namespace waypoint::colors
