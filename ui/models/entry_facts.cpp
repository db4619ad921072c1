// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/entry_facts.h"

#include "core/base/checked.h"

#include <algorithm>
#include <limits>

namespace waypoint {

namespace {

constexpr std::uint64_t kShortText = 1024;

std::uint64_t saturatedAdd(std::uint64_t a, std::uint64_t b)
{
    return checkedAdd(a, b).value_or(std::numeric_limits<std::uint64_t>::max());
}

void addUpBytes(const EntryTree &entries, EntryFacts &facts, const std::stop_token &stop)
{
    // Children have greater numbers than their parents: one pass from the end adds everything up.
    for (EntryId id = static_cast<EntryId>(entries.size()); id-- > 0;) {
        if (id % 4096 == 0 && stop.stop_requested())
            return;
        const Value value = entries.value(id);
        facts.bytes[id] = saturatedAdd(facts.bytes[id], ownBytes(value).value);
        facts.tensors[id] += value.is(ValueKind::Tensor) ? 1 : 0;
        if (id == kRootEntry)
            return;
        const EntryId parent = entries[id].parent;
        facts.bytes[parent] = saturatedAdd(facts.bytes[parent], facts.bytes[id]);
        facts.tensors[parent] += facts.tensors[id];
    }
}

void spreadSections(const Checkpoint &checkpoint, EntryFacts &facts)
{
    const EntryTree &entries = checkpoint.entries;
    for (std::size_t i = 0; i < checkpoint.sections.size(); ++i) {
        const Section &section = checkpoint.sections[i];
        if (section.entry >= entries.size())
            continue;
        facts.section[section.entry] = static_cast<std::uint32_t>(i);
        facts.roleMask[section.entry] |= roleBit(section.role);
    }
    for (EntryId id = 0; id < entries.size(); ++id) {
        if (facts.section[id] != EntryFacts::kNoSection) {
            const Role role = checkpoint.sections[facts.section[id]].role;
            if (std::find(facts.roles.begin(), facts.roles.end(), role) == facts.roles.end())
                facts.roles.push_back(role);
        }
        if (id == kRootEntry)
            continue;
        const EntryId parent = entries[id].parent;
        facts.roleMask[id] |= facts.roleMask[parent];
        if (facts.section[id] == EntryFacts::kNoSection)
            facts.section[id] = facts.section[parent];
    }
}

/// The lists of ids in an optimizer's param_groups, which say 2744643462632 where a person wants fc.0.weight.
void nameGroupMembers(const EntryTree &entries, EntryId optimizer,
                      const std::unordered_map<std::string, std::string> &nameOfKey, EntryFacts &facts)
{
    const EntryId groups = entries.child(optimizer, "param_groups");
    if (groups == kNoEntry)
        return;
    for (EntryId i = 0; i < entries[groups].childCount; ++i) {
        const EntryId params = entries.child(entries[groups].firstChild + i, "params");
        for (EntryId k = 0; params != kNoEntry && k < entries[params].childCount; ++k) {
            const EntryId member = entries[params].firstChild + k;
            if (const auto number = entries.value(member).integer())
                if (const auto name = nameOfKey.find(std::to_string(*number)); name != nameOfKey.end())
                    facts.parameters.emplace(member, name->second);
        }
    }
}

void nameParameters(const Checkpoint &checkpoint, const Section &section, EntryFacts &facts)
{
    const EntryTree &entries = checkpoint.entries;
    if (section.parameters.empty() || section.entry >= entries.size())
        return;
    const EntryId state = entries.child(section.entry, "state");
    if (state == kNoEntry)
        return;
    std::unordered_map<std::string, std::string> nameOfKey;
    const std::size_t rows = std::min<std::size_t>(entries[state].childCount, section.parameters.size());
    for (std::size_t i = 0; i < rows; ++i) {
        if (section.parameters[i].empty())
            continue;
        const EntryId row = entries[state].firstChild + static_cast<EntryId>(i);
        std::string key = entries.label(row);
        if (key == section.parameters[i])
            continue;
        facts.parameters.emplace(row, section.parameters[i]);
        nameOfKey.emplace(std::move(key), section.parameters[i]);
    }
    nameGroupMembers(entries, section.entry, nameOfKey, facts);
}

}  // namespace

ByteCount ownBytes(Value value)
{
    switch (value.kind()) {
    case ValueKind::Tensor: {
        const TensorRef &ref = value.tensor().ref;
        // The parts of a sparse or nested tensor are rows of their own; its shape says nothing about its size.
        return ref.layout == TensorLayout::Strided || ref.layout == TensorLayout::Mkldnn ? ref.byteCount()
                                                                                         : ByteCount{};
    }
    case ValueKind::Array: {
        const ValueId data = value.tree().array(value.id()).data;
        const bool holdsBytes = data.isValid() && value.tree().kind(data) == ValueKind::Bytes;
        return holdsBytes ? value.tree().byteLength(data) : ByteCount{};
    }
    case ValueKind::Storage:
        return value.tree().storages()[value.tree().storageIndex(value.id())].bytes;
    case ValueKind::Bytes:
        return value.tree().byteLength(value.id());
    case ValueKind::Str: {
        const ByteCount length = value.tree().byteLength(value.id());
        return length.value >= kShortText ? length : ByteCount{};
    }
    default:
        return {};
    }
}

EntryFactsPtr gatherFacts(const Checkpoint &checkpoint, std::stop_token stop)
{
    const std::size_t size = checkpoint.entries.size();
    auto facts = std::make_shared<EntryFacts>();
    facts->bytes.resize(size);
    facts->tensors.resize(size);
    facts->section.assign(size, EntryFacts::kNoSection);
    facts->roleMask.resize(size);
    addUpBytes(checkpoint.entries, *facts, stop);
    spreadSections(checkpoint, *facts);
    for (const Section &section : checkpoint.sections)
        if (section.role == Role::Optimizer && !stop.stop_requested())
            nameParameters(checkpoint, section, *facts);
    return facts;
}

}  // namespace waypoint
