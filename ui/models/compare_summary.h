// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_tally.h"

#include <QtCore/QString>

namespace waypoint {

/// What a comparison says, in words.
struct CompareSummary
{
    enum class Kind {
        Running,  ///< some of the numbers are still to come
        Differs,
        Same,     ///< all is equal
        Nothing,  ///< nothing on one side belongs to anything on the other
    };
    Kind kind = Kind::Running;
    QString headline;  ///< one or two sentences
    QString details;   ///< the rest, for a quieter line; may be empty
};

[[nodiscard]] CompareSummary summaryOf(const CompareContent &content, const CompareTally &tally);

/// "conv1" of "net/conv1".
[[nodiscard]] QString withoutSection(const QString &name);

}  // namespace waypoint
