// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_spec.h"
#include "core/data/dataset.h"

namespace waypoint {

// One opener per kind of SPEC: all samples to train on and, where the data has a part of its own to validate on, that.
// Each refuses options it does not know.

Result<Datasets> openIris(const DataSpec &spec);
Result<Datasets> openDigits(const DataSpec &spec);
Result<Datasets> openCsv(const DataSpec &spec);
Result<Datasets> openMnist(const DataSpec &spec);
Result<Datasets> openCifar10(const DataSpec &spec);
Result<Datasets> openFolder(const DataSpec &spec);
Result<Datasets> openTensors(const DataSpec &spec);
Result<Datasets> openSynthetic(const DataSpec &spec);

/// Both parts with each column made to have mean 0 and standard deviation 1 (divided by N) over the training part.
/// Requires: both hold their samples in memory, as those of openIris() do.
[[nodiscard]] Datasets standardised(const Datasets &parts);

}  // namespace waypoint
