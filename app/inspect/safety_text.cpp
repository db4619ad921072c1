// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/safety_text.h"

#include "core/base/printable.h"
#include "core/pickle/python_literal.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace waypoint {

namespace {

std::string verdictLine(std::span<const GlobalUse> globals)
{
    switch (verdictOf(globals)) {
    case Safety::Dangerous:
        return "  DANGEROUS: Python's unpickler could run code from this file. Waypoint ran none of it.\n";
    case Safety::Unknown:
        return "  Nothing dangerous is named; the unknown names below would be imported by Python's unpickler.\n";
    case Safety::Safe:
        break;
    }
    return globals.empty() ? "  The file names no classes or functions.\n" : "  Only names that stand for data.\n";
}

std::string placeOf(const GlobalUse &global)
{
    const std::string byte = "byte " + groupedDigits(global.at.value);
    return global.member.empty() ? byte : global.member + ", " + byte;
}

std::string nameLine(const GlobalUse &global)
{
    std::string line = fmt::format("  {:<9}  {}", safetyName(global.safety), global.name);
    if (!global.reason.empty())
        line += ": " + global.reason;
    if (global.safety != Safety::Safe)
        line += " (" + placeOf(global) + ")";
    if (!global.weightsOnly)
        line += " [stops weights_only]";
    return oneLine(line) + '\n';
}

}  // namespace

Safety verdictOf(std::span<const GlobalUse> globals)
{
    Safety worst = Safety::Safe;
    for (const GlobalUse &global : globals)
        worst = std::max(worst, global.safety);
    return worst;
}

bool passesWeightsOnly(std::span<const GlobalUse> globals)
{
    return std::all_of(globals.begin(), globals.end(), [](const GlobalUse &global) { return global.weightsOnly; });
}

std::string safetyText(std::span<const GlobalUse> globals)
{
    std::string text = verdictLine(globals);
    if (!globals.empty())
        text += passesWeightsOnly(globals) ? "  torch.load(weights_only=True) lets every name through.\n"
                                           : "  torch.load(weights_only=True) refuses the file.\n";
    std::set<std::string_view> shown;  // a name may occur in several members of an archive: its first place will do
    for (const Safety safety : {Safety::Dangerous, Safety::Unknown, Safety::Safe})
        for (const GlobalUse &global : globals)
            if (global.safety == safety && shown.insert(global.name).second)
                text += nameLine(global);
    return text;
}

}  // namespace waypoint
