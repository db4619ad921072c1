// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/module_sources.h"

#include "core/base/printable.h"
#include "core/pickle/value.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::size_t kMostFacts = 200;

/// (class, file, source), with 'module' in front since 0.1.10.
Value classOf(Value id)
{
    const std::size_t first = id.at(0).text() == "module" ? 1 : 0;
    const bool hasSource = id.is(ValueKind::Tuple) && id.count() == first + 3 && id.at(first + 2).is(ValueKind::Str);
    return hasSource && id.at(first).is(ValueKind::Global) ? id.at(first) : Value();
}

}  // namespace

void noteModuleSources(ValueId first, Checkpoint &into)
{
    const std::size_t before = into.container.size();
    for (std::uint32_t i = first.index; i < into.values.size(); ++i) {
        const Value id = Value(into.values, {i}).at(0);
        if (into.values.kind({i}) != ValueKind::Persistent)
            continue;
        const Value type = classOf(id);
        if (!type.isValid() || into.container.size() >= before + kMostFacts)
            continue;
        std::string name = "source of " + printable(type.text());
        const auto known = std::any_of(into.container.begin(), into.container.end(),
                                       [&](const auto &fact) { return fact.first == name; });
        if (known)
            continue;
        const Value source = id.at(id.count() - 1);
        into.container.emplace_back(std::move(name),
                                    fmt::format("{} ({} characters)", printable(id.at(id.count() - 2).text()),
                                                into.values.byteLength(source.id()).value));
    }
}

}  // namespace waypoint
