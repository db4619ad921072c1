// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <string_view>

namespace waypoint {

/// Whether a name is Python's getattr, under its name of Python 2 or 3.
[[nodiscard]] bool isGetattr(std::string_view name);

/// Whether every use of getattr among the nodes from `first` on only names something, as Python itself writes bound
/// methods, class methods and enum members: a plain attribute of a class or an instance, which is not called then.
///
/// getattr is the usual first step of a hostile pickle; so is calling what it gave. A file where it does no more than
/// this cannot get at a function that it does not name outright.
[[nodiscard]] bool attributesAreOnlyNamed(const ValueTree &values, ValueId first);

}  // namespace waypoint
