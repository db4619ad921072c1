// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/diff_text.h"

#include "app/inspect/diff_table.h"
#include "app/inspect/entry_json.h"
#include "app/inspect/text_layout.h"
#include "core/base/printable.h"
#include "core/checkpoint/compare/diff_rows.h"
#include "core/pickle/python_literal.h"
#include "core/pickle/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kWidestPath = 60;
constexpr std::size_t kWidestValue = 40;

std::string countText(std::size_t count) { return groupedDigits(count); }

std::string tensorsText(std::size_t count) { return countText(count) + (count == 1 ? " tensor" : " tensors"); }

/// "30 changed, 2 same".
std::string countsText(const DiffTotals &totals)
{
    const std::pair<std::size_t, std::string_view> counts[] = {
        {totals.changed, "changed"}, {totals.retyped, "of another dtype"}, {totals.reshaped, "of another shape"},
        {totals.added, "only in B"}, {totals.removed, "only in A"},        {totals.unreadable, "not readable"},
        {totals.same, "same"}};
    std::string text;
    for (const auto &[count, what] : counts)
        if (count > 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", countText(count), what);
    return text;
}

/// "32 tensors: 30 changed, 2 same; relative change 0.012 overall".
std::string totalsText(const DiffTotals &totals)
{
    if (totals.tensors == 0)
        return "no tensors";
    if (totals.same == totals.tensors)
        return totals.tensors == 1 ? "1 tensor, the same" : tensorsText(totals.tensors) + ", all the same";
    std::string text = tensorsText(totals.tensors) + ": " + countsText(totals);
    if (totals.difference && !totals.difference->isSame())
        text += fmt::format("; relative change {} overall", diffNumberText(totals.difference->relative()));
    return text;
}

std::string shapeOn(const DiffSide &side, EntryId tensor)
{
    return shapeText(SmallDims(shapeOf(*side.checkpoint, tensor)));
}

/// What numbers do not tell: shapes, dtypes, the name in B.
std::string detailOf(const CheckpointDiff &diff, const DiffRow &row)
{
    const TensorDiff &tensor = diff.tensors[row.index];
    if (!row.error.empty())
        return '(' + row.error + ')';
    std::string detail;
    if (row.status == DiffStatus::Added)
        detail = shapeOn(diff.b, tensor.b);
    else if (row.status == DiffStatus::Removed)
        detail = shapeOn(diff.a, tensor.a);
    else if (row.status == DiffStatus::Reshaped)
        detail = shapeOn(diff.a, tensor.a) + " → " + shapeOn(diff.b, tensor.b);
    else if (row.status == DiffStatus::Retyped)
        detail = fmt::format("{} → {}", dtypeNameOf(*diff.a.checkpoint, tensor.a),
                             dtypeNameOf(*diff.b.checkpoint, tensor.b));
    if (tensor.b != kNoEntry && tensor.matchedBy == MatchedBy::Order)
        detail += fmt::format("{}in B: {}", detail.empty() ? "" : "; ",
                              oneLine(diff.b.checkpoint->entries.pathText(tensor.b)));
    return detail;
}

std::string nameOf(const CheckpointDiff &diff, std::size_t index)
{
    const std::string path = pathOf(diff, index);
    return path.empty() ? "(tensor)" : oneLine(path);
}

std::vector<DiffLine> tensorLines(const CheckpointDiff &diff, const std::vector<DiffRow> &rows, bool all)
{
    std::vector<DiffLine> lines;
    for (const DiffRow &row : rows) {
        if (row.status == DiffStatus::Same && !all)
            continue;
        const std::string status = row.status ? std::string(diffStatusName(*row.status)) : "unknown";
        lines.push_back({nameOf(diff, row.index), status, row.difference, detailOf(diff, row)});
    }
    return lines;
}

std::vector<DiffLine> layerLines(const CheckpointDiff &diff, const std::vector<DiffRow> &rows, bool all)
{
    std::vector<const DiffRow *> rowOf(diff.tensors.size());
    for (const DiffRow &row : rows)
        rowOf[row.index] = &row;
    std::vector<DiffLine> lines;
    for (const GroupDiff &layer : layersOf(diff)) {
        DiffTotals totals;
        for (const std::size_t tensor : layer.tensors)
            if (rowOf[tensor])
                totals.add(*rowOf[tensor]);
        if (totals.tensors == 0 || (totals.same == totals.tensors && !all))
            continue;
        lines.push_back(
            {layer.name.empty() ? "(top)" : oneLine(layer.name), countsText(totals), totals.difference, {}});
    }
    return lines;
}

double sortKey(const DiffLine &line, DiffSort sort)
{
    if (!line.difference)
        return -1;
    const double key = sort == DiffSort::Relative ? line.difference->relative()
                       : sort == DiffSort::L2     ? line.difference->l2
                                                  : line.difference->maxAbs;
    return key >= 0 ? key : 0;
}

void sortLines(std::vector<DiffLine> &lines, DiffSort sort)
{
    if (sort == DiffSort::Name)
        std::ranges::stable_sort(lines, {}, &DiffLine::name);
    else if (sort != DiffSort::File)
        std::ranges::stable_sort(lines, std::ranges::greater(),
                                 [sort](const DiffLine &line) { return sortKey(line, sort); });
}

std::string sectionText(const DiffSide &side)
{
    const std::string path = side.checkpoint->entries.pathText(side.section);
    return path.empty() ? path : " [" + oneLine(path) + ']';
}

std::string sideText(const DiffSide &side, EntryId entry, bool withType)
{
    if (entry == kNoEntry)
        return "-";
    const Value value = side.checkpoint->entries.value(entry);
    std::string text = oneLine(value.kind() == ValueKind::None ? "None" : cellText(value, 4 * kWidestValue));
    if (withType) {
        const std::string_view own = value.className();
        text += fmt::format(" ({})", own.empty() ? kindName(value.kind()) : own);
    }
    return text;
}

/// Values side by side.
class ValueTable
{
public:
    ValueTable(const CheckpointDiff &diff, const std::vector<std::size_t> &which)
    {
        m_lines.push_back({"value", "A", "B"});
        for (const std::size_t i : which) {
            const ValueDiff &value = diff.values[i];
            m_lines.push_back({value.path.empty() ? "(file)" : oneLine(value.path),
                               sideText(diff.a, value.a, value.typeOnly), sideText(diff.b, value.b, value.typeOnly)});
        }
        for (const auto &line : m_lines) {
            m_path = std::max(m_path, std::min(kWidestPath, displayWidth(line[0])));
            m_value = std::max(m_value, std::min(kWidestValue, displayWidth(line[1])));
        }
    }

    void write(const std::function<void(std::string_view)> &sink) const
    {
        for (const auto &line : m_lines)
            sink(fitted(line[0], m_path, true) + "  " + fitted(line[1], m_value, true) + "  "
                 + fitted(line[2], kWidestValue, false) + '\n');
    }

private:
    std::vector<std::array<std::string, 3>> m_lines;
    std::size_t m_path = 0;
    std::size_t m_value = 0;
};

void writeSummary(const CheckpointDiff &diff, const std::vector<DiffRow> &rows,
                  const std::function<void(std::string_view)> &write)
{
    DiffTotals all;
    for (const DiffRow &row : rows)
        all.add(row);
    write(totalsText(all) + '\n');
    const auto parts = partsOf(diff, rows);
    if (parts.size() > 1)
        for (const DiffPart &part : parts)
            write(fmt::format("  {}: {}\n", part.name.empty() ? "(top)" : oneLine(part.name), totalsText(part.totals)));
    for (const std::string &note : diff.notes)
        write(oneLine(note) + '\n');
}

}  // namespace

void writeDiffText(const CheckpointDiff &diff, const std::vector<DiffRow> &rows, const DiffTextOptions &options,
                   const std::function<void(std::string_view)> &write)
{
    write("A  " + oneLine(options.fileA) + sectionText(diff.a) + '\n');
    write("B  " + oneLine(options.fileB) + sectionText(diff.b) + '\n');
    writeSummary(diff, rows, write);
    auto lines = options.layers ? layerLines(diff, rows, options.all) : tensorLines(diff, rows, options.all);
    sortLines(lines, options.sort);
    if (!lines.empty()) {
        write("\n");
        writeDiffTable(options.layers ? "layer" : "tensor", lines, options.width, write);
    }
    const auto values = differingValues(diff, options.match);
    if (!values.empty()) {
        write("\n");
        ValueTable(diff, values).write(write);
    } else if (!diff.values.empty() && options.match.empty()) {
        write(fmt::format("\nAll {} values are the same.\n", countText(diff.values.size())));
    }
}

}  // namespace waypoint
