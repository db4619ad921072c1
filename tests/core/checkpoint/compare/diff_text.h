// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/checkpoint_diff.h"
#include "tests/support/tree_builder.h"

#include <QString>
#include <QStringList>

/// Comparisons as text, for tests that say what belongs together.
namespace waypoint::test {

inline CheckpointPtr file(const Any &root) { return built(root); }

/// The row at a path; the root for an empty one.
inline DiffSide side(const CheckpointPtr &checkpoint, std::string_view path = {})
{
    return {checkpoint, checkpoint->entries.find(path)};
}

inline CheckpointDiff diffOf(const Any &a, const Any &b) { return matchCheckpoints(side(file(a)), side(file(b))); }

inline QString pathText(const DiffSide &side, EntryId entry)
{
    if (entry == kNoEntry)
        return QStringLiteral("-");
    return QString::fromStdString(side.checkpoint->entries.pathText(entry));
}

inline QString howText(MatchedBy how)
{
    switch (how) {
    case MatchedBy::Path:
        return QStringLiteral("path");
    case MatchedBy::Prefix:
        return QStringLiteral("prefix");
    case MatchedBy::Order:
        return QStringLiteral("order");
    }
    return {};
}

/// One tensor a line: "fc.weight | module.fc.weight | prefix", and its status where it is known without numbers.
inline QStringList tensorText(const CheckpointDiff &diff)
{
    QStringList lines;
    for (const TensorDiff &tensor : diff.tensors) {
        QString line = pathText(diff.a, tensor.a) + " | " + pathText(diff.b, tensor.b);
        if (tensor.a != kNoEntry && tensor.b != kNoEntry)
            line += " | " + howText(tensor.matchedBy);
        if (tensor.status && tensor.status != DiffStatus::Added && tensor.status != DiffStatus::Removed)
            line += " | " + QString::fromStdString(std::string(diffStatusName(*tensor.status)));
        lines += line;
    }
    return lines;
}

/// Values that differ, one a line: "epoch | epoch", "lr | lr | type" where only the type differs.
inline QStringList valueText(const CheckpointDiff &diff)
{
    QStringList lines;
    for (const ValueDiff &value : diff.values)
        if (value.differs)
            lines += pathText(diff.a, value.a) + " | " + pathText(diff.b, value.b)
                     + (value.typeOnly ? QStringLiteral(" | type") : QString());
    return lines;
}

inline QString notesText(const CheckpointDiff &diff)
{
    QStringList notes;
    for (const std::string &note : diff.notes)
        notes += QString::fromStdString(note);
    return notes.join('\n');
}

/// A state_dict of float32 tensors.
inline Any stateDict(const std::vector<std::pair<std::string, std::vector<std::int64_t>>> &tensors)
{
    std::vector<Pair> pairs;
    for (const auto &[name, shape] : tensors)
        pairs.emplace_back(name, tensor(shape));
    return dict(pairs);
}

}  // namespace waypoint::test
