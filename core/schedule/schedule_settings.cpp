// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/schedule_settings.h"

#include "core/base/printable.h"
#include "core/checkpoint/scheduler_classes.h"
#include "core/pickle/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

constexpr std::size_t kMostItems = 12;
constexpr int kMostNesting = 3;

/// What changes with each step, and what the base class keeps.
bool isSetting(std::string_view key)
{
    constexpr std::array<std::string_view, 12> kOthers{
        "base_lrs",   "last_epoch",       "verbose",        "T_cur",      "T_i",         "best",
        "mode_worse", "cooldown_counter", "num_bad_epochs", "lr_lambdas", "anneal_func", "default_min_lr"};
    return !key.starts_with('_') && std::find(kOthers.begin(), kOthers.end(), key) == kOthers.end();
}

std::string listText(Value list)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(list.count(), kMostItems); ++i) {
        const bool counted = list.is(ValueKind::Dict);
        text += (i == 0 ? "" : ", ") + cellText(counted ? list.key(i) : list.at(i), 40);
        if (counted && list.at(i).integer().value_or(1) != 1)
            text += " (" + cellText(list.at(i), 20) + " times)";
    }
    return list.count() > kMostItems ? text + ", ..." : text;
}

std::string settingText(Value value)
{
    const bool several = value.is(ValueKind::Dict) || value.is(ValueKind::List) || value.is(ValueKind::Tuple);
    return several ? listText(value) : cellText(value, 60);
}

std::string settingsOf(Value state, int depth);

std::string partsText(Value state, int depth)
{
    const Value parts = state["_schedulers"];
    const Value milestones = state["_milestones"];
    std::string text;
    for (std::size_t i = 0; i < std::min(parts.count(), kMostItems); ++i) {
        const auto found = schedulerClass(parts.at(i), Fields(parts.at(i)), "scheduler");
        text += i == 0 ? "" : milestones.isValid() ? ", from " + settingText(milestones.at(i - 1)) + " on " : ", ";
        text += found && !found->name.empty() ? found->name : "a scheduler";
        if (const std::string settings = settingsOf(parts.at(i), depth + 1); !settings.empty())
            text += " (" + settings + ")";
    }
    return text;
}

std::string settingsOf(Value state, int depth)
{
    if (depth > kMostNesting)
        return "...";
    if (state["_schedulers"].is(ValueKind::List))
        return partsText(state, depth);
    std::string text;
    std::size_t count = 0;
    for (std::size_t i = 0; i < state.count() && state.is(ValueKind::Dict) && count < kMostItems; ++i) {
        const std::string_view key = state.key(i).text();
        if (!state.key(i).is(ValueKind::Str) || !isSetting(key))
            continue;
        text += (count++ == 0 ? "" : ", ") + std::string(key) + " " + settingText(state.at(i));
    }
    return text;
}

}  // namespace

std::string scheduleSettings(Value state) { return printable(settingsOf(state, 0), 1000); }

}  // namespace waypoint
