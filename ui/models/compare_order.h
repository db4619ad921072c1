// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_numbers.h"

#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

enum class CompareColumn { Name, Status, Shape, Relative, L2, MaxAbs, Cosine, Changed };
inline constexpr int kCompareColumns = 8;

/// What the person typed and which chips are picked.
struct CompareFilter
{
    std::string text;                  ///< words, each a part of the name or a glob over it; UTF-8
    std::vector<DiffStatus> statuses;  ///< empty: all
    std::vector<std::size_t> parts;    ///< indices into CompareContent::parts; empty: all
    bool onlyDifferences = true;       ///< leaves out what is the same, unless that is a picked status

    [[nodiscard]] bool isActive() const { return !text.empty() || !statuses.empty() || !parts.empty(); }
    bool operator==(const CompareFilter &) const = default;
};

/// Filter and order of the table of tensors.
struct CompareQuery
{
    CompareFilter filter;
    bool sorted = true;  ///< else in the order of the file
    CompareColumn sortBy = CompareColumn::Relative;
    bool descending = true;

    bool operator==(const CompareQuery &) const = default;
};

/// Which rows are shown, in what order: the answer to a CompareQuery as plain vectors, worked out in the background.
struct CompareOrder
{
    static constexpr std::uint32_t kHidden = 0xffffffffu;

    std::vector<std::uint32_t> shown;   ///< indices of tensors
    std::vector<std::uint32_t> row;     ///< by index of a tensor: its row, or kHidden
    std::vector<std::uint32_t> values;  ///< indices of values
};
using CompareOrderPtr = std::shared_ptr<const CompareOrder>;

/// Any thread. Null when `stop` was requested. Rows whose cell is not known (yet) come last, whatever the order. Where
/// numbers of change are sorted, those of the model come before all others: what an optimizer holds changes more.
[[nodiscard]] CompareOrderPtr arrangeCompared(const CompareNumbers &numbers, const CompareQuery &query,
                                              const std::stop_token &stop = {});

/// The number of a column; nothing where there is none (yet).
[[nodiscard]] std::optional<double> comparedNumber(const TensorDifference *numbers, CompareColumn column);

}  // namespace waypoint
