// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/epoch_rows.h"

#include "core/base/printable.h"
#include "core/checkpoint/compare/checkpoint_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kMostNotes = 10;
constexpr std::size_t kMostNamed = 3;

bool haveSameNames(const std::vector<FollowedTensor> &a, const std::vector<FollowedTensor> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const FollowedTensor &one, const FollowedTensor &other) { return one.name == other.name; });
}

/// "'a', 'b' and 7 more"
std::string someOf(const std::vector<std::string> &names)
{
    std::string text;
    const std::size_t shown = names.size() > kMostNamed + 1 ? kMostNamed : names.size();
    for (std::size_t i = 0; i < shown; ++i)
        text += fmt::format("{}{}", i == 0 ? "" : i + 1 == names.size() ? " and " : ", ", printable(names[i]));
    if (shown < names.size())
        text += fmt::format(" and {} more", groupedDigits(names.size() - shown));
    return text;
}

const SmallDims *shapeOf(const EpochFile &file, EntryId entry)
{
    const Value value = entry == kNoEntry ? Value() : file.checkpoint->entries.value(entry);
    return value.is(ValueKind::Tensor) ? &value.tensor().ref.shape : nullptr;
}

void addCapped(std::vector<std::string> &notes, std::string note, std::size_t &unsaid)
{
    if (notes.size() < kMostNotes)
        notes.push_back(std::move(note));
    else
        ++unsaid;
}

}  // namespace

void EpochRows::add(std::size_t file)
{
    std::vector<FollowedTensor> tensors = modelTensors(*m_files[file].checkpoint, m_files[file].model);
    if (file > 0 && haveSameNames(tensors, m_last)) {
        for (std::size_t i = 0; i < tensors.size(); ++i)
            m_lastAt[i]->entries[file] = tensors[i].entry;
        return;
    }
    m_last = tensors;
    if (file > 0)
        rename(file, tensors);
    place(file, tensors);
    if (tensors.size() > m_most) {
        m_most = tensors.size();
        m_fullest = file;
    }
}

void EpochRows::rename(std::size_t file, std::vector<FollowedTensor> &tensors) const
{
    const bool isKnown = std::all_of(tensors.begin(), tensors.end(),
                                     [&](const FollowedTensor &tensor) { return m_byName.contains(tensor.name); });
    if (isKnown)
        return;
    const EpochFile &full = m_files[m_fullest];
    const CheckpointDiff diff =
        matchCheckpoints({full.checkpoint, full.model}, {m_files[file].checkpoint, m_files[file].model});
    std::unordered_map<EntryId, const std::string *> names;  // by the fullest file's entries
    for (const EpochTensor &row : m_rows)
        if (row.entries[m_fullest] != kNoEntry)
            names.emplace(row.entries[m_fullest], &row.name);
    std::unordered_map<EntryId, const std::string *> renamed;
    for (const TensorDiff &pair : diff.tensors)
        if (const auto name = names.find(pair.a); name != names.end() && pair.b != kNoEntry)
            renamed.emplace(pair.b, name->second);
    for (FollowedTensor &tensor : tensors)
        if (const auto name = renamed.find(tensor.entry); name != renamed.end())
            tensor.name = *name->second;
}

void EpochRows::place(std::size_t file, const std::vector<FollowedTensor> &tensors)
{
    m_lastAt.clear();
    auto next = m_rows.begin();
    for (const FollowedTensor &tensor : tensors) {
        const auto [known, isNew] = m_byName.try_emplace(tensor.name);
        if (isNew) {
            known->second = m_rows.insert(next, {tensor.name, tensor.isParameter, {}});
            known->second->entries.assign(m_files.size(), kNoEntry);
        }
        // Two that were given one name: the first counts.
        EntryId &entry = known->second->entries[file];
        entry = entry == kNoEntry ? tensor.entry : entry;
        m_lastAt.push_back(known->second);
        next = std::next(known->second);
    }
}

std::vector<std::string> EpochRows::missingIn(std::size_t file) const
{
    std::vector<std::string> names;
    for (const EpochTensor &row : m_rows)
        if (row.entries[file] == kNoEntry)
            names.push_back(row.name);
    return names;
}

/// One sentence for all files that lack the same.
void EpochRows::noteMissing(std::vector<std::string> &notes) const
{
    std::map<std::vector<std::string>, std::vector<std::string>> lacking;  // tensors -> files
    for (std::size_t file = 0; file < m_files.size(); ++file)
        if (auto names = missingIn(file); !names.empty())
            lacking[std::move(names)].push_back(m_files[file].label);
    std::size_t unsaid = 0;
    for (const auto &[names, files] : lacking) {
        const char *verb = files.size() == 1 ? "lacks" : "lack";
        addCapped(notes,
                  names.size() == m_rows.size()
                      ? fmt::format("{} {} no tensors.", someOf(files), files.size() == 1 ? "has" : "have")
                      : fmt::format("{} {} {} of {} tensors: {}.", someOf(files), verb, groupedDigits(names.size()),
                                    groupedDigits(m_rows.size()), someOf(names)),
                  unsaid);
    }
    if (unsaid > 0)
        notes.push_back(fmt::format("{} more files lack tensors.", groupedDigits(unsaid)));
}

void EpochRows::noteReshaped(std::vector<std::string> &notes) const
{
    std::vector<std::string> names;
    for (const EpochTensor &row : m_rows) {
        const SmallDims *first = nullptr;
        for (std::size_t file = 0; file < m_files.size(); ++file) {
            const SmallDims *shape = shapeOf(m_files[file], row.entries[file]);
            if (first && shape && *shape != *first) {
                names.push_back(row.name);
                break;
            }
            first = first ? first : shape;
        }
    }
    if (!names.empty())
        notes.push_back(fmt::format("{} {} not keep {} first shape: files with another one are left out there.",
                                    someOf(names), names.size() == 1 ? "does" : "do",
                                    names.size() == 1 ? "its" : "their"));
}

std::vector<std::string> EpochRows::notes() const
{
    std::vector<std::string> notes;
    noteMissing(notes);
    noteReshaped(notes);
    return notes;
}

std::vector<EpochTensor> EpochRows::take()
{
    m_byName.clear();
    return {std::make_move_iterator(m_rows.begin()), std::make_move_iterator(m_rows.end())};
}

}  // namespace waypoint
