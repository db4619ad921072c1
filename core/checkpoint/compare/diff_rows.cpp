// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/diff_rows.h"

#include "core/checkpoint/entry_walk.h"

#include <algorithm>

namespace waypoint {

namespace {

bool isNumberArray(const ValueTree &values, ValueId id)
{
    const ArrayValue &array = values.array(id);
    return dtypeFromName(array.dtype) && array.data.isValid() && values.kind(array.data) == ValueKind::Bytes;
}

/// Whether its parts are compared in its place.
bool isMadeOfParts(const Checkpoint &checkpoint, EntryId id)
{
    const EntryTree::Entry &row = checkpoint.entries[id];
    return checkpoint.values.tensor(row.value).ref.layout != TensorLayout::Strided && row.childCount > 0;
}

bool isTensorRow(const Checkpoint &checkpoint, EntryId id)
{
    const ValueId value = checkpoint.entries[id].value;
    if (!value.isValid())
        return false;
    switch (checkpoint.values.kind(value)) {
    case ValueKind::Tensor:
        return !isMadeOfParts(checkpoint, id);
    case ValueKind::Array:
        return isNumberArray(checkpoint.values, value);
    default:
        return false;
    }
}

/// Containers whose rows stand for themselves: not a list of scalars.
bool isRecord(const EntryTree &entries, EntryId id)
{
    const Value value = entries.value(id);
    if (value.is(ValueKind::Dict) || value.is(ValueKind::Tensor))
        return true;
    return entries[id].childCount > 0 && !value.is(ValueKind::List) && !value.is(ValueKind::Tuple)
           && !value.is(ValueKind::Set);
}

}  // namespace

DiffRows::DiffRows(const DiffSide &side)
    : m_checkpoint(side.checkpoint.get()), m_section(side.section), m_facts(side.checkpoint->entries.size())
{
    for (EntryId id = 0; id < m_facts.size(); ++id)
        lookAt(id);
    tellParents();
    for (EntryWalk walk(entries()); !walk.atEnd(); walk.next())
        if (isInside(walk.entry()) && isTensor(walk.entry()))
            m_tensors.push_back(walk.entry());
}

void DiffRows::lookAt(EntryId id)
{
    const EntryId parent = entries()[id].parent;
    std::uint8_t facts = id == m_section || (parent != kNoEntry && isInside(parent)) ? Inside : 0;
    if (parent != kNoEntry && (m_facts[parent] & (WithinWhole | Tensor)) != 0) {
        m_facts[id] = facts | WithinWhole;
        return;
    }
    if (isTensorRow(*m_checkpoint, id))
        facts |= Tensor | HasTensor | Structured;
    else if (isRecord(entries(), id))
        facts |= Structured;
    if ((facts & Tensor) == 0 && entries()[id].childCount == 0)
        facts |= HasValue;
    m_facts[id] = facts;
}

void DiffRows::tellParents()
{
    // Children have larger numbers than their parents.
    for (EntryId id = static_cast<EntryId>(m_facts.size()); id-- > 1;)
        if (!isWithinWhole(id))
            m_facts[entries()[id].parent] |=
                static_cast<std::uint8_t>(m_facts[id] & (HasTensor | HasValue | Structured));
    for (EntryId id = 1; id < m_facts.size(); ++id)
        if (const EntryId parent = entries()[id].parent; isPlain(parent) || isWithinWhole(parent))
            m_facts[id] |= WithinWhole;
}

std::vector<std::string> DiffRows::labelsBelow(EntryId above, EntryId id) const
{
    std::vector<std::string> labels;
    for (; id != above && id != kNoEntry; id = entries()[id].parent)
        labels.push_back(entries().label(id));
    std::ranges::reverse(labels);
    return labels;
}

std::string DiffRows::pathBelow(EntryId above, EntryId id) const { return pathOfLabels(labelsBelow(above, id)); }

std::string pathOfLabels(std::span<const std::string> labels)
{
    std::string path;
    for (const std::string &label : labels) {
        if (&label != &labels.front())
            path += '/';
        for (const char c : label) {
            if (c == '/')
                path += "%2F";
            else
                path += c;
        }
    }
    return path;
}

std::span<const std::int64_t> shapeOf(const Checkpoint &checkpoint, EntryId tensor)
{
    const ValueId value = checkpoint.entries[tensor].value;
    return checkpoint.values.kind(value) == ValueKind::Array ? checkpoint.values.array(value).shape.dims()
                                                             : checkpoint.values.tensor(value).ref.shape.dims();
}

std::string_view dtypeNameOf(const Checkpoint &checkpoint, EntryId tensor)
{
    const ValueId value = checkpoint.entries[tensor].value;
    return checkpoint.values.kind(value) == ValueKind::Array ? std::string_view(checkpoint.values.array(value).dtype)
                                                             : dtypeName(checkpoint.values.tensor(value).ref.dtype);
}

}  // namespace waypoint
