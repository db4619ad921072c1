// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curves.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <cstdint>

namespace waypoint {

/// Which samples a curve was measured on, told from its name.
enum class CurvePhase : std::uint8_t { Train, Validation, Test, None };
[[nodiscard]] CurvePhase curvePhase(const QString &name);

/// The name without the words for the samples: "train/grad_norm" -> "grad_norm", "time/data" as it is.
[[nodiscard]] QString curveQuantity(const QString &name);

/// What a curve measures without the samples it was measured on, or the part before its last slash: curves of one
/// subject share a plot. "metrics/mAP50(B)" -> "metrics", "train/grad_norm" and "grad_norm" -> "grad_norm".
[[nodiscard]] QString curveSubject(const QString &name);

/// Titles that tell the paths apart: where two are the same, parent folders go before them ("fold1/run", "fold2/run").
[[nodiscard]] QStringList distinctTitles(const QStringList &titles, const QStringList &paths);

}  // namespace waypoint
