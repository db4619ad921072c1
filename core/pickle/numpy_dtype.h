// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/python_types.h"

#include <cstdint>
#include <optional>
#include <string>

namespace waypoint {

/// A numpy.dtype as a pickle describes it: the call numpy.dtype('f8', False, True) and a state with the byte order
/// and what structured types need (numpy's arraydescr_reduce).
struct NumpyDType
{
    char kind = 0;           ///< numpy's dtype.kind: b i u f c S U V O M m
    std::uint64_t size = 0;  ///< bytes of an element
    bool bigEndian = false;
    std::string name;  ///< as str(dtype) has it: "float64", "<U12", "[('a', '<f8')]"; the byte order of numbers aside
    std::string unit;  ///< of datetime64 and timedelta64: "ns"
    std::int64_t unitCount = 1;
};

/// What `dtype`, an Object made by numpy.dtype, describes; nothing where it is something else.
[[nodiscard]] std::optional<NumpyDType> numpyDType(PythonTypes &types, Value dtype);

}  // namespace waypoint
