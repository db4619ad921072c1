// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curves.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace waypoint::test {

/// "loss/train: 1=0.5 2=0.25": a curve on one line, to be compared and read.
inline QString curveText(const Curve &curve)
{
    auto text = QString::fromStdString(curve.name) + ':';
    for (std::size_t i = 0; i < curve.x.size(); ++i)
        text += QStringLiteral(" %1=%2").arg(curve.x[i], 0, 'g', 15).arg(curve.y[i], 0, 'g', 15);
    return text;
}

inline QStringList curveTexts(const std::vector<Curve> &curves)
{
    QStringList lines;
    for (const Curve &curve : curves)
        lines.append(curveText(curve));
    return lines;
}

/// Whether each curve is one of `whole` up to some point: nothing in it is wrong.
inline bool isBeginningOf(const std::vector<Curve> &part, const std::vector<Curve> &whole)
{
    const auto texts = curveTexts(whole);
    for (const QString &text : curveTexts(part)) {
        bool found = false;
        for (const QString &each : texts)
            found = found || each == text || each.startsWith(text + ' ');
        if (!found)
            return false;
    }
    return true;
}

}  // namespace waypoint::test
