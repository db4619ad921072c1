// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/dict_copy.h"

#include "core/pickle/value_copy.h"

#include <algorithm>
#include <vector>

namespace waypoint {

ValueId copyDict(Value dict, ValueTree &into, std::span<const NewValue> changes,
                 std::span<const std::string_view> without)
{
    std::vector<ValueId> pairs;
    std::vector<bool> written(changes.size());
    for (std::size_t i = 0; i < dict.count(); ++i) {
        const std::string_view key = dict.key(i).text();
        if (std::find(without.begin(), without.end(), key) != without.end())
            continue;
        ValueCopy copy(dict.tree(), into);
        const auto change = std::find_if(changes.begin(), changes.end(), [&](auto &c) { return c.key == key; });
        pairs.push_back(copy.copy(dict.key(i).id()));
        pairs.push_back(change == changes.end() ? copy.copy(dict.at(i).id()) : change->value);
        if (change != changes.end())
            written[static_cast<std::size_t>(change - changes.begin())] = true;
    }
    for (std::size_t i = 0; i < changes.size(); ++i)
        if (!written[i])
            pairs.insert(pairs.end(), {into.addStr(changes[i].key), changes[i].value});
    return into.addContainer(ValueKind::Dict, pairs);
}

}  // namespace waypoint
