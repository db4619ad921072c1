// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/headline.h"

#include "app/inspect/text_layout.h"
#include "core/base/printable.h"
#include "core/pickle/value_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace waypoint {

namespace {

bool has(const Checkpoint &checkpoint, Role role)
{
    return std::any_of(checkpoint.sections.begin(), checkpoint.sections.end(),
                       [role](const Section &section) { return section.role == role; });
}

std::string_view whatItIs(const Checkpoint &checkpoint)
{
    const bool model = has(checkpoint, Role::Model) || has(checkpoint, Role::Module);
    if (has(checkpoint, Role::Optimizer))
        return model ? "Training checkpoint" : "Optimizer state";
    if (has(checkpoint, Role::Module))
        return "Whole module";
    if (model)
        return "Weights";
    return has(checkpoint, Role::Scheduler) ? "Scheduler state" : "Saved values";
}

void addSections(const Checkpoint &checkpoint, Role role, std::vector<std::string> &facts)
{
    for (const Section &section : checkpoint.sections) {
        if (section.role != role)
            continue;
        std::string fact = section.className;
        if (role == Role::Epoch || role == Role::Step)
            fact = std::string(roleName(role)) + ' ' + cellText(checkpoint.entries.value(section.entry), 40);
        if (!fact.empty() && std::find(facts.begin(), facts.end(), fact) == facts.end())
            facts.push_back(std::move(fact));
    }
}

}  // namespace

std::string headline(const Checkpoint &checkpoint)
{
    std::vector<std::string> facts{std::string(whatItIs(checkpoint))};
    if (!checkpoint.layout.empty())
        facts.push_back(checkpoint.layout);
    for (const Role role : {Role::Epoch, Role::Module, Role::Optimizer, Role::Scheduler})
        addSections(checkpoint, role, facts);
    const std::size_t tensors = checkpoint.values.tensors().size();
    facts.push_back(groupedDigits(tensors) + (tensors == 1 ? " tensor" : " tensors"));
    facts.push_back(bytesText(checkpoint.fileBytes));
    std::string line;
    for (const std::string &fact : facts)
        line += (line.empty() ? "" : " · ") + fact;
    return line;
}

}  // namespace waypoint
