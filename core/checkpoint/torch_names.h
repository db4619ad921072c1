// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"
#include "core/tensor/dtype.h"

#include <optional>
#include <string>
#include <string_view>

namespace waypoint {

/// Element type of a torch storage class or dtype by its name in a pickle: "torch.FloatStorage",
/// "torch.cuda.HalfStorage", "torch.float8_e5m2". Untyped storages count bytes: UInt8.
/// Source: c10/core/ScalarType.h; a typed storage is called by its scalar type.
[[nodiscard]] std::optional<DType> dtypeOfTorchName(std::string_view name);

/// dtypeOfTorchName() of a Global; nothing for any other value.
[[nodiscard]] std::optional<DType> dtypeOfGlobal(Value global);

/// A torch.device as text, cut where it is absurdly long: of a Str ("cuda:0") or of an Object that would call
/// torch.device("cuda", 0). Empty otherwise.
[[nodiscard]] std::string deviceText(Value device);

}  // namespace waypoint
