// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/stats_report.h"

#include "core/base/describe_error.h"
#include "core/base/glob.h"
#include "core/checkpoint/numeric_tensors.h"
#include "core/pickle/python_literal.h"
#include "core/tensor/stats_pool.h"

#include <unordered_map>

namespace waypoint {

namespace {

/// Rows that show the same value: tied weights are read once.
class RowGroups
{
public:
    RowGroups(const Checkpoint &checkpoint, const std::vector<StatsRow> &rows)
    {
        std::unordered_map<std::uint32_t, std::size_t> groups;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const auto value = checkpoint.entries[rows[row].entry].value.index;
            const auto [group, isNew] = groups.try_emplace(value, m_rows.size());
            if (isNew)
                m_rows.emplace_back();
            m_rows[group->second].push_back(row);
        }
    }

    [[nodiscard]] std::size_t size() const { return m_rows.size(); }
    [[nodiscard]] const std::vector<std::size_t> &operator[](std::size_t group) const { return m_rows[group]; }

private:
    std::vector<std::vector<std::size_t>> m_rows;
};

std::vector<StatsRow> matchingRows(const Checkpoint &checkpoint, std::string_view glob)
{
    std::vector<StatsRow> rows;
    for (const EntryId entry : numericEntries(checkpoint))
        if (glob.empty() || globMatches(glob, checkpoint.entries.pathText(entry))
            || globMatches(glob, checkpoint.entries.label(entry)))
            rows.push_back({.entry = entry});
    return rows;
}

void addHistograms(const Checkpoint &checkpoint, StatsRow &row)
{
    const auto tensor = numericTensor(checkpoint, row.entry);
    if (!tensor || !row.stats)
        return;
    for (Histogram *histogram : {&row.histogram, &row.symmetricLog}) {
        const auto scale = histogram == &row.histogram ? HistogramScale::Linear : HistogramScale::SymmetricLog;
        if (auto made = tensorHistogram(*tensor, {.scale = scale}, {}))
            *histogram = *std::move(made);
    }
}

}  // namespace

std::vector<StatsRow> statsOfCheckpoint(const Checkpoint &checkpoint, std::string_view glob, bool histograms)
{
    std::vector<StatsRow> rows = matchingRows(checkpoint, glob);
    const RowGroups groups(checkpoint, rows);
    const auto tensorAt = [&](std::size_t group) {
        return numericTensor(checkpoint, rows[groups[group].front()].entry);
    };
    const auto take = [&](std::size_t group, const Result<TensorStats> &stats) {
        for (const std::size_t row : groups[group])
            rows[row].stats = stats;
    };
    // Nobody stops it, and each tensor's own error is its result.
    (void)statsOfTensors(groups.size(), tensorAt, {}, take);
    if (histograms)
        for (StatsRow &row : rows)
            addHistograms(checkpoint, row);
    return rows;
}

std::string noteOf(const StatsRow &row)
{
    if (row.stats)
        return {};
    const Error &error = row.stats.error();
    // What is only not readable is told by its reason alone: nothing is wrong with the file.
    return oneLine(error.code == ErrorCode::Unsupported ? error.detail : describe(error));
}

}  // namespace waypoint
