// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QString>

namespace waypoint {

struct DataLook;

/// "120 training samples, 30 held out · 4 features · 3 classes"
[[nodiscard]] QString dataSummary(const DataLook &look);
/// The same of what is there only to validate on: "10,000 samples to validate on · 1×28×28 · 10 classes"
[[nodiscard]] QString validationSummary(const DataLook &look);
/// An error about a SPEC as a window says it: without the words of a command line where that is at fault.
[[nodiscard]] QString dataProblem(const Error &error);

}  // namespace waypoint
