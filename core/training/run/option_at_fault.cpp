// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/option_at_fault.h"

#include <algorithm>

namespace waypoint {

namespace {

bool isInName(char c) { return (c >= 'a' && c <= 'z') || c == '-'; }

/// "checkpoint_every" of the first --checkpoint-every in a sentence.
std::string firstOption(std::string_view text)
{
    for (auto at = text.find("--"); at != std::string_view::npos; at = text.find("--", at + 2)) {
        const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at) + 2, text.end(), isInName);
        std::string name(text.begin() + static_cast<std::ptrdiff_t>(at) + 2, end);
        const bool starts = at == 0 || !isInName(text[at - 1]);
        if (!starts || name.empty() || name.ends_with('-'))
            continue;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    }
    return {};
}

}  // namespace

std::string optionAtFault(const Error &error, std::string_view preparing)
{
    if (error.code == ErrorCode::NoDevice)
        return "device";
    if (std::string named = firstOption(error.detail); !named.empty())
        return named;
    if (!preparing.empty() || error.code != ErrorCode::BadArgument)
        return std::string(preparing);
    const std::string advised = firstOption(error.advice);
    return advised == "init" ? "" : advised;  // that is to begin anew
}

}  // namespace waypoint
