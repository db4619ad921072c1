// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/colors.h"

#include <QtGui/QPalette>

namespace waypoint::colors {

namespace {

struct Pair
{
    QRgb light;
    QRgb dark;
};

QColor pick(Pair pair, const QPalette &palette) { return QColor::fromRgb(isDark(palette) ? pair.dark : pair.light); }

Pair rolePair(Role role)
{
    switch (role) {
    case Role::Model:
    case Role::Module:
        return {0x0072b2, 0x56b4e9};
    case Role::Ema:
        return {0x2a8fbd, 0x9ad4f5};
    case Role::Optimizer:
        return {0xb96a00, 0xe69f00};
    case Role::Scheduler:
        return {0x00805e, 0x2fc79b};
    case Role::Epoch:
    case Role::Step:
        return {0xa84d82, 0xe29bc2};
    case Role::Loss:
    case Role::Metric:
    case Role::Curve:
        return {0xc24a00, 0xf08a4b};
    case Role::Scaler:
    case Role::Rng:
        return {0x6b6f76, 0xa9afb8};
    case Role::Config:
        return {0x857600, 0xe3d64a};
    }
    return {0x6b6f76, 0xa9afb8};
}

QColor mixed(const QColor &a, const QColor &b, double share)
{
    return QColor::fromRgbF(static_cast<float>(a.redF() * (1 - share) + b.redF() * share),
                            static_cast<float>(a.greenF() * (1 - share) + b.greenF() * share),
                            static_cast<float>(a.blueF() * (1 - share) + b.blueF() * share));
}

}  // namespace

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::WindowText).lightness() > palette.color(QPalette::Window).lightness();
}

QColor role(Role role, const QPalette &palette) { return pick(rolePair(role), palette); }

QColor noticeBackground(Notice notice, const QPalette &palette)
{
    switch (notice) {
    case Notice::Information:
        return pick({0xe8f1fb, 0x1f3247}, palette);
    case Notice::Warning:
        return pick({0xfff3d0, 0x40351a}, palette);
    case Notice::Danger:
        return pick({0xfde4e1, 0x4a2422}, palette);
    case Notice::Good:
        return pick({0xe2f4e8, 0x1d3a29}, palette);
    }
    return palette.color(QPalette::Window);
}

QColor noticeText(Notice notice, const QPalette &palette)
{
    switch (notice) {
    case Notice::Information:
        return pick({0x123a63, 0xd3e6fa}, palette);
    case Notice::Warning:
        return pick({0x4f3b00, 0xffe7a8}, palette);
    case Notice::Danger:
        return pick({0x6d1510, 0xffd3ce}, palette);
    case Notice::Good:
        return pick({0x0f4a28, 0xc9f0d6}, palette);
    }
    return palette.color(QPalette::WindowText);
}

QColor noticeAccent(Notice notice, const QPalette &palette)
{
    switch (notice) {
    case Notice::Information:
        return pick({0x2f7fd0, 0x62a8ee}, palette);
    case Notice::Warning:
        return pick({0xd29a00, 0xf2bf3d}, palette);
    case Notice::Danger:
        return pick({0xc9362b, 0xf0756a}, palette);
    case Notice::Good:
        return pick({0x1f8a4c, 0x58c786}, palette);
    }
    return palette.color(QPalette::WindowText);
}

QColor quietText(const QPalette &palette)
{
    return mixed(palette.color(QPalette::WindowText), palette.color(QPalette::Window), 0.36);
}

QColor hairline(const QPalette &palette)
{
    return mixed(palette.color(QPalette::WindowText), palette.color(QPalette::Window), 0.84);
}

}  // namespace waypoint::colors
