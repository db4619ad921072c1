// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// How dangerous it would be to let Python's unpickler use a name.
enum class Safety {
    Safe,       ///< data: torch's own rebuild functions, builtin containers, numpy reconstruction
    Unknown,    ///< some library's or the author's class: importing it runs that code
    Dangerous,  ///< could run commands, code or network access by itself
};

[[nodiscard]] std::string_view safetyName(Safety safety);

/// A class or function that a pickle names. Waypoint reads the name and nothing else.
struct GlobalUse
{
    std::string name;  ///< "torch._utils._rebuild_tensor_v2"; Python 2's names as in the file ("__builtin__.set")
    Safety safety = Safety::Unknown;
    bool weightsOnly = false;  ///< torch.load(weights_only=True) of a current PyTorch lets it through
    std::string reason;        ///< for Dangerous: what it could do, in a sentence
    std::string member;        ///< part of the file it stands in, where there are several
    ByteOffset at;             ///< of its first use within that part

    bool operator==(const GlobalUse &) const = default;
};

/// Judges one name; fills name, safety, weightsOnly and reason.
[[nodiscard]] GlobalUse judgeGlobal(std::string_view name);

}  // namespace waypoint
