// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/attribute_uses.h"

#include "core/pickle/global_use.h"
#include "core/pickle/value.h"

#include <algorithm>

namespace waypoint {

namespace {

bool isGetattrGlobal(Value value) { return value.is(ValueKind::Global) && isGetattr(value.text()); }

bool isGetattrCall(Value value)
{
    return value.is(ValueKind::Object) && isGetattrGlobal(value.wrap(value.object().callable));
}

bool isPlainAttribute(Value name)
{
    const std::string_view text = name.text();
    const auto isWordCharacter = [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return name.is(ValueKind::Str) && !text.empty() && !text.starts_with("__")
           && std::ranges::all_of(text, isWordCharacter);
}

// getattr(Color, "RED"), getattr(scheduler, "_annealing_cos").
bool onlyNames(Value call)
{
    const Value args = call.wrap(call.object().args);
    if (!args.is(ValueKind::Tuple) || args.count() != 2 || !isPlainAttribute(args.at(1)))
        return false;
    const Value owner = args.at(0);
    if (owner.is(ValueKind::Object))
        return !isGetattrCall(owner);
    return owner.is(ValueKind::Global)
           && judgeGlobal(owner.text()).safety != Safety::Dangerous
           // A dangerous name below the owner: getattr(torch.serialization, "os") names torch.serialization.os.
           && judgeGlobal(std::string(owner.text()).append(".").append(args.at(1).text())).safety != Safety::Dangerous;
}

}  // namespace

bool isGetattr(std::string_view name) { return name == "builtins.getattr" || name == "__builtin__.getattr"; }

bool attributesAreOnlyNamed(const ValueTree &values, ValueId first)
{
    for (ValueId id = first; id.index < values.size(); ++id.index) {
        const Value value(values, id);
        // getattr handed to something else: functools.partial(getattr, ...).
        for (const ValueId child : values.children(id))
            if (isGetattrGlobal(value.wrap(child)))
                return false;
        if (!value.is(ValueKind::Object))
            continue;
        if (isGetattrCall(value.wrap(value.object().callable)))
            return false;
        if (isGetattrCall(value) && !onlyNames(value))
            return false;
    }
    return true;
}

}  // namespace waypoint
