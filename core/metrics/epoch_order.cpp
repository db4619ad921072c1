// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/epoch_order.h"

#include "core/base/printable.h"
#include "core/checkpoint/role_words.h"
#include "core/metrics/file_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

const fs::path &pathOf(const OpenedEpoch &file) { return file.entry.file.checkpoint->path; }

std::string nameOf(const fs::path &path)
{
    const fs::path name = path.filename();
    return printable((name.empty() ? path.parent_path().filename() : name).string());
}

bool isPlaced(const OpenedEpoch &file) { return file.entry.facts.epoch || file.entry.facts.step; }

bool haveStep(const OpenedEpoch &file) { return file.entry.facts.step.has_value(); }
bool haveEpoch(const OpenedEpoch &file) { return file.entry.facts.epoch.has_value(); }

bool all(const std::vector<OpenedEpoch> &files, bool (*fits)(const OpenedEpoch &))
{
    return std::all_of(files.begin(), files.end(), fits);
}

bool tellsPlaceByName(const OpenedEpoch &file)
{
    const RecordPlace place = placeInName(pathOf(file).filename());
    return !std::isnan(place.epoch) || !std::isnan(place.step);
}

/// The newest or the best of others, whichever that is.
bool repeatsAnother(const OpenedEpoch &file)
{
    return hasWord(wordsOf(pathOf(file).stem().string()), {"best", "last", "latest"});
}

bool isSameMoment(const CheckpointFacts &a, const CheckpointFacts &b)
{
    if (a.step && b.step && a.step != b.step)
        return false;
    return a.epoch && b.epoch ? a.epoch == b.epoch : a.step && a.step == b.step;
}

bool isEarlier(const OpenedEpoch &a, const OpenedEpoch &b, bool bySteps)
{
    const CheckpointFacts &one = a.entry.facts;
    const CheckpointFacts &other = b.entry.facts;
    return bySteps ? std::pair(one.step, one.epoch) < std::pair(other.step, other.epoch)
                   : std::pair(one.epoch, one.step) < std::pair(other.epoch, other.step);
}

bool rises(const std::vector<OpenedEpoch> &files, std::optional<std::int64_t> CheckpointFacts::*number)
{
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto &own = files[i].entry.facts.*number;
        if (!own || (i > 0 && files[i - 1].entry.facts.*number >= own))
            return false;
    }
    return true;
}

void note(std::vector<std::string> &notes, const std::vector<fs::path> &paths, std::string_view one,
          std::string_view many)
{
    if (!paths.empty())
        notes.push_back(fmt::format("{} {}", someNames(paths), paths.size() == 1 ? one : many));
}

/// Takes those out that `leaves`; their paths.
template<typename Leaves>
std::vector<fs::path> takeOut(std::vector<OpenedEpoch> &files, const Leaves &leaves)
{
    std::vector<fs::path> gone;
    std::erase_if(files, [&](const OpenedEpoch &file) {
        const bool goes = leaves(file);
        if (goes)
            gone.push_back(pathOf(file));
        return goes;
    });
    return gone;
}

std::string labelOf(const EpochEntry &entry, CurveAxis axis)
{
    const CheckpointFacts &facts = entry.facts;
    if (facts.epoch && (axis != CurveAxis::Step || !facts.step))
        return fmt::format("epoch {}", *facts.epoch);
    if (facts.step && axis != CurveAxis::Time)
        return facts.epoch ? fmt::format("epoch {}, step {}", *facts.epoch, *facts.step)
                           : fmt::format("step {}", *facts.step);
    if (facts.step)
        return fmt::format("step {}", *facts.step);
    return nameOf(entry.file.checkpoint->path);
}

/// Labels that would be the same get the file's name.
void tellApart(std::vector<EpochEntry> &entries)
{
    std::vector<std::string> labels;
    for (const EpochEntry &entry : entries)
        labels.push_back(entry.file.label);
    for (EpochEntry &entry : entries)
        if (std::count(labels.begin(), labels.end(), entry.file.label) > 1)
            entry.file.label += " (" + nameOf(entry.file.checkpoint->path) + ')';
}

/// Of several files of one moment the one stays whose name tells it.
void dropRepeated(std::vector<OpenedEpoch> &files, std::vector<std::string> &notes)
{
    std::vector<OpenedEpoch> kept;
    std::vector<fs::path> named;
    for (OpenedEpoch &file : files) {
        if (kept.empty() || !isSameMoment(kept.back().entry.facts, file.entry.facts)) {
            kept.push_back(std::move(file));
            continue;
        }
        OpenedEpoch &first = kept.back();
        if (!tellsPlaceByName(first) && tellsPlaceByName(file)) {
            std::swap(first, file);
            std::swap(first.entry.alsoAs, file.entry.alsoAs);
        }
        first.entry.alsoAs.push_back(pathOf(file));
        if (file.named && pathOf(file) != pathOf(first) && !repeatsAnother(file))
            named.push_back(pathOf(file));
    }
    files = std::move(kept);
    note(notes, named, "is of the same moment as another file and left out.",
         "are of the same moment as other files and left out.");
}

/// Whether the files that tell their moment are named in its order.
bool areNamedInOrder(const std::vector<OpenedEpoch> &files)
{
    const OpenedEpoch *last = nullptr;
    for (const OpenedEpoch &file : files) {
        if (!file.named)
            return false;
        if (!isPlaced(file))
            continue;
        if (last && !isEarlier(*last, file, haveStep(*last) && haveStep(file)))
            return false;
        last = &file;
    }
    return true;
}

void dropUnplaced(std::vector<OpenedEpoch> &files, std::vector<std::string> &notes)
{
    const auto gone = takeOut(files, [](const OpenedEpoch &file) { return !isPlaced(file); });
    note(notes, gone, "tells neither epoch nor step and is left out.", "tell neither epoch nor step and are left out.");
    if (all(files, haveStep) || all(files, haveEpoch))
        return;
    // Some count epochs, others steps: the larger part is a run.
    const bool byEpochs =
        2 * static_cast<std::size_t>(std::count_if(files.begin(), files.end(), haveEpoch)) >= files.size();
    const auto others =
        takeOut(files, [&](const OpenedEpoch &file) { return byEpochs ? !haveEpoch(file) : !haveStep(file); });
    note(notes, others,
         byEpochs ? "tells no epoch, as the others do, and is left out."
                  : "tells no step, as the others do, and is left out.",
         byEpochs ? "tell no epoch, as the others do, and are left out."
                  : "tell no step, as the others do, and are left out.");
}

}  // namespace

std::string someNames(const std::vector<fs::path> &paths)
{
    constexpr std::size_t kMostNamed = 3;
    const std::size_t shown = paths.size() > kMostNamed + 1 ? kMostNamed : paths.size();
    std::string text;
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? "" : i + 1 == paths.size() ? " and " : ", ") + nameOf(paths[i]);
    if (shown < paths.size())
        text += fmt::format(" and {} more", groupedDigits(paths.size() - shown));
    return text;
}

EpochFiles asTheyStand(std::vector<OpenedEpoch> files)
{
    EpochFiles made;
    made.axis = rises(files, &CheckpointFacts::epoch)  ? CurveAxis::Epoch
                : rises(files, &CheckpointFacts::step) ? CurveAxis::Step
                                                       : CurveAxis::Time;
    for (OpenedEpoch &file : files) {
        EpochEntry &entry = file.entry;
        entry.file.position = made.axis == CurveAxis::Epoch  ? static_cast<double>(*entry.facts.epoch)
                              : made.axis == CurveAxis::Step ? static_cast<double>(*entry.facts.step)
                                                             : static_cast<double>(made.entries.size());
        entry.file.label = labelOf(entry, made.axis);
        made.entries.push_back(std::move(entry));
    }
    tellApart(made.entries);
    return made;
}

EpochFiles inOrderOfRequests(std::vector<OpenedEpoch> files)
{
    std::vector<std::string> notes;
    std::vector<OpenedEpoch> all;
    for (std::size_t i = 0; i < files.size();) {
        const std::size_t request = files[i].request;
        std::vector<OpenedEpoch> part;
        for (; i < files.size() && files[i].request == request; ++i)
            part.push_back(std::move(files[i]));
        const bool named = part.front().named;
        if (named) {
            all.push_back(std::move(part.front()));
            continue;
        }
        dropOtherModels(part, notes);
        EpochFiles folder = inOrder(std::move(part));
        notes.insert(notes.end(), folder.notes.begin(), folder.notes.end());
        for (EpochEntry &entry : folder.entries)
            all.push_back({std::move(entry), named, request});
    }
    EpochFiles made = asTheyStand(std::move(all));
    made.notes = std::move(notes);
    return made;
}

EpochFiles inOrder(std::vector<OpenedEpoch> files)
{
    std::vector<std::string> notes;
    const bool anyPlaced = std::any_of(files.begin(), files.end(), isPlaced);
    if (anyPlaced && !all(files, isPlaced)) {
        const auto repeating =
            takeOut(files, [](const OpenedEpoch &file) { return !isPlaced(file) && repeatsAnother(file); });
        note(notes, repeating, "does not tell which epoch it is and is left out.",
             "do not tell which epochs they are and are left out.");
    }
    const bool asNamed = !all(files, isPlaced) && (!anyPlaced || areNamedInOrder(files));
    if (!asNamed) {
        dropUnplaced(files, notes);
        const bool bySteps = all(files, haveStep);
        std::stable_sort(files.begin(), files.end(),
                         [&](const OpenedEpoch &a, const OpenedEpoch &b) { return isEarlier(a, b, bySteps); });
        dropRepeated(files, notes);
    } else if (files.size() > 1) {
        notes.push_back(files.front().named
                            ? "Not all files tell an epoch or a step: they stand in the order they were named in."
                            : "The files tell neither epoch nor step: they stand in the order of their names.");
    }
    EpochFiles made = asTheyStand(std::move(files));
    made.notes = std::move(notes);
    return made;
}

}  // namespace waypoint
