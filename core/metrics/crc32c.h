// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace waypoint {

/// CRC-32C (Castagnoli, RFC 3720) as TFRecord stores it: rotated right by 15 bits plus a constant, since a CRC of data
/// that holds CRCs would be weak (tensorflow/core/lib/hash/crc32c.h).
[[nodiscard]] std::uint32_t maskedCrc32c(std::string_view bytes);

}  // namespace waypoint
