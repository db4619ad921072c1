// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/entry_facts.h"
#include "ui/models/entry_filter.h"
#include "ui/models/entry_stats.h"

#include <memory>
#include <stop_token>
#include <vector>

namespace waypoint {

enum class EntryColumn { Name, Type, Shape, DType, Device, Bytes, Min, Max, Mean, Std, Zeros, NotFinite, Value };
inline constexpr int kEntryColumns = 13;

/// Whether a column says something that only a look at a tensor's data tells.
[[nodiscard]] constexpr bool isStatistic(EntryColumn column)
{
    return column >= EntryColumn::Min && column <= EntryColumn::NotFinite;
}

/// Filter and order of the tree of entries.
struct EntryQuery
{
    EntryFilter filter;
    bool sorted = false;  ///< else in the order of the file
    EntryColumn sortBy = EntryColumn::Name;
    bool descending = false;

    bool operator==(const EntryQuery &) const = default;
};

/// Which rows are shown below which, and in what order: the answer to an EntryQuery, as plain vectors, so that it can
/// be worked out in the background for 100,000 rows and taken over at once.
struct EntryOrder
{
    static constexpr std::uint32_t kHidden = 0xffffffffu;

    std::vector<EntryId> shown;        ///< the shown children of each row, side by side
    std::vector<std::uint32_t> first;  ///< by EntryId: where a row's children start in `shown`
    std::vector<std::uint32_t> count;  ///< by EntryId: how many of its children are shown
    std::vector<std::uint32_t> row;    ///< by EntryId: its row below its parent, or kHidden
    std::vector<EntryId> toExpand;     ///< with a filter: rows to open so that every match can be seen
    std::size_t matches = 0;           ///< rows that match the filter themselves
};

using EntryOrderPtr = std::shared_ptr<const EntryOrder>;

/// Any thread. Null when `stop` was requested. Rows with a match below them stay, so do rows below a match (but for
/// the filter for problems). `stats`: as far as they are known now; null for not at all.
[[nodiscard]] EntryOrderPtr arrange(const Checkpoint &checkpoint, const EntryFacts &facts, const EntryQuery &query,
                                    std::stop_token stop = {}, const EntryStats *stats = nullptr);

/// "conv2" before "conv10"; upper and lower case together.
[[nodiscard]] bool naturallyLess(std::string_view a, std::string_view b);

}  // namespace waypoint
