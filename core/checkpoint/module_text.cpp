// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/module_text.h"

namespace waypoint {

bool isModule(Value value)
{
    return value.is(ValueKind::Object) && value["_modules"].isValid() && value["_parameters"].isValid();
}

std::string moduleText(Value value) { return std::string(value.className()); }

}  // namespace waypoint
