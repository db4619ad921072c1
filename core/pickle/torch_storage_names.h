// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/dtype.h"

#include <string_view>

namespace waypoint {

/// Class under torch that PyTorch names when it saves a storage of this type: "FloatStorage". Empty for the types that
/// came later and have none (uint16, float8, ...): their storages are saved untyped.
/// Source: torch.storage._dtype_to_storage_type_map.
[[nodiscard]] std::string_view storageClassName(DType dtype);

}  // namespace waypoint
