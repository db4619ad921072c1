// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"

#include <QtCore/QString>

namespace waypoint {

/// What --model takes, in its two parts: "lenet2:100" is kind "lenet2" and rest "100", "script:net.pt" kind "script".
/// An empty kind is no model at all: the one that suits.
struct ModelChoice
{
    QString kind;
    QString rest;

    [[nodiscard]] QString text() const { return rest.isEmpty() ? kind : kind + QLatin1Char(':') + rest; }
    [[nodiscard]] bool isFile() const { return kind == QLatin1String("script") || kind == QLatin1String("module"); }
};

[[nodiscard]] ModelChoice modelChoice(const QString &model);

/// Why the rest does not fit its kind, as a sentence: sizes of an mlp, number of outputs, no file. Files are not looked
/// into. Empty where it fits.
[[nodiscard]] QString modelChoiceProblem(const ModelChoice &choice);

/// "The small convolutional network … Takes 3×32×32, gives 10 outputs."
[[nodiscard]] QString modelDescription(const TrainerModel &model);
/// "Takes 4 features, gives 3 outputs · 131 parameters"; empty where the sizes do not fit.
[[nodiscard]] QString mlpDescription(const QString &sizes);

}  // namespace waypoint
