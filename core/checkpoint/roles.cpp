// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/roles.h"

#include "core/checkpoint/layouts.h"
#include "core/checkpoint/optimizer_view.h"
#include "core/checkpoint/pairing.h"
#include "core/checkpoint/role_finder.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

namespace {

Section *sectionAt(std::vector<Section> &sections, EntryId entry)
{
    const auto found =
        std::find_if(sections.begin(), sections.end(), [&](const Section &section) { return section.entry == entry; });
    return entry == kNoEntry || found == sections.end() ? nullptr : &*found;
}

bool hasRole(const std::vector<Section> &sections, Role role)
{
    return std::any_of(sections.begin(), sections.end(), [&](const Section &section) { return section.role == role; });
}

/// What a framework's names mean beyond what they say.
void applyLayout(Checkpoint &checkpoint)
{
    const EntryTree &entries = checkpoint.entries;
    const auto at = [&](std::string_view label) {
        return sectionAt(checkpoint.sections, entries.child(kRootEntry, label));
    };
    Section *weights = at("state_dict");
    if (!weights || weights->role != Role::Model)
        return;
    if (Section *current = at("current_model_state"); current && checkpoint.layout == "lightning") {
        // lightning/pytorch/callbacks/weight_averaging.py puts the average where the model usually is.
        current->role = Role::Model;
        weights->role = Role::Ema;
        addNote(*weights, "Lightning's WeightAveraging keeps the average here and the model in current_model_state");
    }
    if (const Section *average = at("ema_state_dict"); average && checkpoint.layout == "mmengine")
        addNote(*weights,
                "mmengine swaps both when it saves: these are the averaged weights, ema_state_dict has the model's");
    const Value dict = entries.value(weights->entry);
    for (std::size_t i = 0; i < dict.count(); ++i)
        if (dict.key(i).text().starts_with("model_ema.")) {
            addNote(*weights, "It also holds an average of the weights, under model_ema.");
            break;
        }
}

/// The final file of an ultralytics run has lost what a resume needs (utils/torch_utils.py, strip_optimizer).
void noteStripped(Checkpoint &checkpoint)
{
    const Value root = checkpoint.entries.value(kRootEntry);
    if (checkpoint.layout != "ultralytics" || root["epoch"].integer() != -1
        || root["optimizer"].kind() != ValueKind::None)
        return;
    if (Section *epoch = sectionAt(checkpoint.sections, checkpoint.entries.child(kRootEntry, "epoch")))
        addNote(*epoch, "A finished run: its optimizer was taken out, so it can't be resumed");
}

/// Stable-Baselines3 keeps the number of steps among its settings.
void addStepsOfSb3(Checkpoint &checkpoint)
{
    const EntryTree &entries = checkpoint.entries;
    const EntryId data = checkpoint.layout == "sb3" ? entries.child(kRootEntry, "data") : kNoEntry;
    const EntryId steps = data == kNoEntry ? kNoEntry : entries.child(data, "num_timesteps");
    if (steps == kNoEntry || sectionAt(checkpoint.sections, steps))
        return;
    Section section;
    section.entry = steps;
    section.role = Role::Step;
    const auto after = std::find_if(checkpoint.sections.begin(), checkpoint.sections.end(),
                                    [&](const Section &other) { return other.entry == data; });
    checkpoint.sections.insert(after == checkpoint.sections.end() ? after : after + 1, std::move(section));
}

void noteModelWithoutName(std::vector<Section> &sections)
{
    for (Section &section : sections)
        if (section.role == Role::Model && section.certainty == Certainty::Likely && section.note.empty())
            section.note = "Recognised by its tensors; their names are unlike those of torch.nn";
}

/// Schedulers leave initial_lr in the groups. Where it is there and no scheduler is, resuming changes the rate.
void warnOfLostScheduler(Checkpoint &checkpoint)
{
    const bool model = hasRole(checkpoint.sections, Role::Model) || hasRole(checkpoint.sections, Role::Module);
    if (!model || hasRole(checkpoint.sections, Role::Scheduler))
        return;
    for (Section &section : checkpoint.sections) {
        if (section.role != Role::Optimizer)
            continue;
        const auto view = optimizerView(checkpoint.entries.value(section.entry));
        if (!view || view->groups.empty())
            continue;
        const auto began = view->groups.front()["initial_lr"].number();
        const auto now = view->groups.front()["lr"].number();
        if (!began || !now)
            continue;
        if (*began == *now) {
            addNote(section,
                    fmt::format("Its groups have an initial_lr of {}, as a scheduler leaves it, but there is no "
                                "scheduler in the file",
                                *began));
            continue;
        }
        checkpoint.warnings.push_back(
            {fmt::format("The learning rate began at {} (initial_lr) and is {} now, but the file "
                         "has no scheduler: a resumed training would not follow its schedule",
                         *began, *now),
             section.entry});
    }
}

}  // namespace

void findSections(Checkpoint &checkpoint)
{
    checkpoint.sections = RoleFinder(checkpoint.entries).find();
    checkpoint.layout = findLayout(checkpoint);
    applyLayout(checkpoint);
    noteStripped(checkpoint);
    addStepsOfSb3(checkpoint);
    noteModelWithoutName(checkpoint.sections);
    pairSections(checkpoint);
    warnOfLostScheduler(checkpoint);
}

}  // namespace waypoint
