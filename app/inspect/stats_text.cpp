// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/stats_text.h"

#include "app/inspect/text_layout.h"
#include "core/base/printable.h"
#include "core/pickle/python_literal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace waypoint {

namespace {

constexpr std::size_t kColumns = 9;
constexpr std::array<std::string_view, kColumns> kHeads = {"count", "min",   "max", "mean", "std",
                                                           "l2",    "zeros", "NaN", "inf"};
constexpr std::size_t kNarrowestPath = 12;
constexpr std::size_t kWidestPath = 60;

using Cells = std::array<std::string, kColumns>;
using Widths = std::array<std::size_t, kColumns>;

std::string numberText(double value) { return fmt::format("{:.4g}", value); }

std::string countText(std::int64_t count) { return groupedDigits(static_cast<std::uint64_t>(count)); }

Cells cellsOf(const TensorStats &stats)
{
    return {countText(stats.count), numberText(stats.min), numberText(stats.max),
            numberText(stats.mean), numberText(stats.std), numberText(stats.l2),
            countText(stats.zeros), countText(stats.nan),  countText(stats.inf)};
}

/// Lines whose columns fit all rows.
class StatsTable
{
public:
    StatsTable(const Checkpoint &checkpoint, const std::vector<StatsRow> &rows, std::size_t width)
        : m_checkpoint(checkpoint)
    {
        for (std::size_t i = 0; i < kColumns; ++i)
            m_widths[i] = kHeads[i].size();
        for (const StatsRow &row : rows) {
            m_pathWidth = std::max(m_pathWidth, displayWidth(pathOf(row)));
            if (!row.stats)
                continue;
            const Cells cells = cellsOf(*row.stats);
            for (std::size_t i = 0; i < kColumns; ++i)
                m_widths[i] = std::max(m_widths[i], cells[i].size());
        }
        m_pathWidth = std::min(m_pathWidth, pathRoom(width));
    }

    [[nodiscard]] std::string head() const
    {
        Cells cells;
        std::ranges::copy(kHeads, cells.begin());
        return line("tensor", cells);
    }

    [[nodiscard]] std::string line(const StatsRow &row) const
    {
        if (row.stats)
            return line(pathOf(row), cellsOf(*row.stats));
        return fitted(pathOf(row), m_pathWidth, true) + "  (" + noteOf(row) + ")\n";
    }

private:
    [[nodiscard]] std::string pathOf(const StatsRow &row) const
    {
        const std::string path = m_checkpoint.entries.pathText(row.entry);
        return path.empty() ? "(file)" : oneLine(path);
    }

    [[nodiscard]] std::size_t pathRoom(std::size_t width) const
    {
        if (width == 0)
            return kWidestPath;
        std::size_t taken = 0;
        for (const std::size_t column : m_widths)
            taken += 2 + column;
        return std::max(kNarrowestPath, width - std::min(width, taken));
    }

    [[nodiscard]] std::string line(std::string_view path, const Cells &cells) const
    {
        std::string text = fitted(path, m_pathWidth, true);
        for (std::size_t i = 0; i < kColumns; ++i)
            text += fmt::format("  {:>{}}", cells[i], m_widths[i]);
        return text + '\n';
    }

    const Checkpoint &m_checkpoint;
    Widths m_widths{};
    std::size_t m_pathWidth = std::string_view("tensor").size();
};

std::string summary(const std::vector<StatsRow> &rows)
{
    std::int64_t numbers = 0;
    for (const StatsRow &row : rows)
        numbers += row.stats ? row.stats->count : 0;
    return fmt::format("{} {}, {} numbers\n", countText(static_cast<std::int64_t>(rows.size())),
                       rows.size() == 1 ? "tensor" : "tensors", countText(numbers));
}

}  // namespace

void writeStatsText(const Checkpoint &checkpoint, std::string_view file, const std::vector<StatsRow> &rows,
                    std::size_t width, const std::function<void(std::string_view)> &write)
{
    write(oneLine(file) + '\n' + summary(rows));
    if (rows.empty())
        return;
    const StatsTable table(checkpoint, rows, width);
    write('\n' + table.head());
    for (const StatsRow &row : rows)
        write(table.line(row));
}

}  // namespace waypoint
