// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/entry_order.h"

#include <span>
#include <string>

namespace waypoint {

/// Raw value of one cell, for putting rows in order: numbers before text, rows without a value last.
struct SortKey
{
    enum class Kind { Number, Text, Missing };
    Kind kind = Kind::Missing;
    double number = 0;
    std::string text;
};

/// Puts siblings in order. Any thread.
class EntrySorter
{
public:
    /// Requires: the arguments outlive it.
    EntrySorter(const Checkpoint &checkpoint, const EntryFacts &facts, const EntryStats *stats, const EntryQuery &query)
        : m_checkpoint(checkpoint), m_facts(facts), m_stats(stats), m_query(query)
    {
    }

    /// Equal rows keep the order of the file.
    void sort(std::span<EntryId> siblings) const;

private:
    const Checkpoint &m_checkpoint;
    const EntryFacts &m_facts;
    const EntryStats *m_stats;
    const EntryQuery &m_query;
};

/// `stats` may be null: then what they say is not known.
[[nodiscard]] SortKey sortKey(const Checkpoint &checkpoint, const EntryFacts &facts, const EntryStats *stats,
                              EntryId id, EntryColumn column);

}  // namespace waypoint
