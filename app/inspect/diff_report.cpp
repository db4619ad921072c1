// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/diff_report.h"

#include "core/base/describe_error.h"
#include "core/base/glob.h"
#include "core/pickle/python_literal.h"

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

bool matchesEntry(const DiffSide &side, EntryId entry, std::string_view glob)
{
    if (entry == kNoEntry)
        return false;
    const EntryTree &entries = side.checkpoint->entries;
    return globMatches(glob, entries.pathText(entry)) || globMatches(glob, entries.label(entry));
}

bool matches(const CheckpointDiff &diff, EntryId a, EntryId b, std::string_view glob)
{
    return glob.empty() || matchesEntry(diff.a, a, glob) || matchesEntry(diff.b, b, glob);
}

/// What is only not readable is told by its reason alone: nothing is wrong with the file.
std::string reasonOf(const Error &error)
{
    return oneLine(error.code == ErrorCode::Unsupported ? error.detail : describe(error));
}

}  // namespace

void DiffTotals::add(const CheckpointDiff &diff, const DiffRow &row)
{
    ++tensors;
    if (row.difference && !isCounter(diff, row.index))
        difference = difference ? joined(*difference, *row.difference) : *row.difference;
    if (!row.status) {
        ++unreadable;
        return;
    }
    switch (*row.status) {
    case DiffStatus::Same:
        ++same;
        break;
    case DiffStatus::Changed:
        ++changed;
        break;
    case DiffStatus::Added:
        ++added;
        break;
    case DiffStatus::Removed:
        ++removed;
        break;
    case DiffStatus::Reshaped:
        ++reshaped;
        break;
    case DiffStatus::Retyped:
        ++retyped;
        break;
    }
}

std::vector<DiffRow> diffRows(const CheckpointDiff &diff, std::string_view glob)
{
    std::vector<DiffRow> rows;
    std::vector<std::size_t> which;
    std::vector<std::size_t> rowOf(diff.tensors.size());
    for (std::size_t i = 0; i < diff.tensors.size(); ++i) {
        const TensorDiff &tensor = diff.tensors[i];
        if (!matches(diff, tensor.a, tensor.b, glob))
            continue;
        rowOf[i] = rows.size();
        which.push_back(i);
        rows.push_back({i, tensor.status, std::nullopt, {}});
    }
    const auto take = [&](std::size_t index, const Result<TensorDifference> &difference) {
        DiffRow &row = rows[rowOf[index]];
        if (difference) {
            row.difference = *difference;
            row.status = statusOf(diff, index, *difference);
        } else {
            row.error = reasonOf(difference.error());
        }
    };
    // Nobody stops it, and each tensor's own error is its result.
    (void)compareNumbers(diff, which, {}, take);
    return rows;
}

std::vector<std::size_t> differingValues(const CheckpointDiff &diff, std::string_view glob)
{
    std::vector<std::size_t> differing;
    for (std::size_t i = 0; i < diff.values.size(); ++i)
        if (diff.values[i].differs && matches(diff, diff.values[i].a, diff.values[i].b, glob))
            differing.push_back(i);
    return differing;
}

std::vector<DiffPart> partsOf(const CheckpointDiff &diff, const std::vector<DiffRow> &rows)
{
    std::vector<const DiffRow *> rowOf(diff.tensors.size());
    for (const DiffRow &row : rows)
        rowOf[row.index] = &row;
    std::vector<DiffPart> parts;
    for (GroupDiff &group : partsOf(diff)) {
        DiffPart part{std::move(group.name), {}, {}};
        for (const std::size_t tensor : group.tensors) {
            if (!rowOf[tensor])
                continue;
            part.rows.push_back(rowOf[tensor]);
            part.totals.add(diff, *rowOf[tensor]);
        }
        if (!part.rows.empty())
            parts.push_back(std::move(part));
    }
    return parts;
}

}  // namespace waypoint
