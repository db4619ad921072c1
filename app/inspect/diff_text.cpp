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
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kWidestPath = 60;
constexpr std::size_t kWidestValue = 40;
/// An optimizer's tensors nearly always all change: more of them than this are summed up.
constexpr std::size_t kMostStates = 8;
constexpr std::size_t kWholeText = 100'000;
/// Parts that are summed up by name; archives may have hundreds.
constexpr std::size_t kMostParts = 20;

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
    if (const std::string parameter = parameterOf(diff, row.index); !parameter.empty())
        detail += (detail.empty() ? "of " : "; of ") + oneLine(parameter);
    return detail;
}

std::string nameOf(const CheckpointDiff &diff, std::size_t index)
{
    const std::string path = pathOf(diff, index);
    return path.empty() ? "(tensor)" : oneLine(path);
}

using PartRows = std::vector<const DiffRow *>;

std::vector<DiffLine> tensorLines(const CheckpointDiff &diff, const PartRows &rows, bool all)
{
    std::vector<DiffLine> lines;
    for (const DiffRow *row : rows) {
        if (row->status == DiffStatus::Same && !all)
            continue;
        const std::string status = row->status ? std::string(diffStatusName(*row->status)) : "unknown";
        lines.push_back(
            {nameOf(diff, row->index), status, row->difference, detailOf(diff, *row), isCounter(diff, row->index)});
    }
    return lines;
}

/// A line for each group of rows; groups in the order of their first row.
template<typename NameOf>
std::vector<DiffLine> groupedLines(const CheckpointDiff &diff, const PartRows &rows, bool all, const NameOf &groupOf)
{
    std::vector<std::pair<std::string, DiffTotals>> groups;
    std::unordered_map<std::string, std::size_t> known;
    for (const DiffRow *row : rows) {
        const std::string name = groupOf(*row);
        const auto [group, isNew] = known.try_emplace(name, groups.size());
        if (isNew)
            groups.emplace_back(name, DiffTotals());
        groups[group->second].second.add(diff, *row);
    }
    std::vector<DiffLine> lines;
    for (const auto &[name, totals] : groups)
        if (all || totals.same < totals.tensors)
            lines.push_back({name, countsText(totals), totals.difference, {}});
    return lines;
}

std::vector<DiffLine> layerLines(const CheckpointDiff &diff, const PartRows &rows, bool all)
{
    std::unordered_map<std::size_t, std::string> layers;
    for (const GroupDiff &layer : layersOf(diff))
        for (const std::size_t tensor : layer.tensors)
            layers.emplace(tensor, layer.name.empty() ? "(top)" : oneLine(layer.name));
    return groupedLines(diff, rows, all, [&](const DiffRow &row) { return layers.at(row.index); });
}

/// What an optimizer remembers of its parameters, all parameters together: "optimizer/state/*/exp_avg".
std::vector<DiffLine> stateLines(const CheckpointDiff &diff, const PartRows &rows)
{
    return groupedLines(diff, rows, false, [&](const DiffRow &row) {
        const std::string path = nameOf(diff, row.index);
        const std::size_t state = path.find("state");
        const std::size_t last = path.find_last_of("/.");
        return state == std::string::npos || last == std::string::npos || last < state + 5
                   ? path
                   : path.substr(0, state + 6) + '*' + path.substr(last);
    });
}

bool isOfOptimizer(const CheckpointDiff &diff, const DiffRow &row)
{
    const TensorDiff &tensor = diff.tensors[row.index];
    const DiffSide &side = tensor.a != kNoEntry ? diff.a : diff.b;
    const EntryTree &entries = side.checkpoint->entries;
    for (EntryId id = tensor.a != kNoEntry ? tensor.a : tensor.b; id != kNoEntry; id = entries[id].parent)
        for (const Section &section : side.checkpoint->sections)
            if (section.entry == id && section.role == Role::Optimizer)
                return true;
    return false;
}

bool isSummedUp(const CheckpointDiff &diff, const PartRows &rows, const DiffTextOptions &options)
{
    const bool listed = options.layers || options.all || !options.match.empty() || rows.size() <= kMostStates;
    return !listed && isOfOptimizer(diff, *rows.front());
}

std::vector<DiffLine> linesOf(const CheckpointDiff &diff, const PartRows &rows, const DiffTextOptions &options)
{
    if (options.layers)
        return layerLines(diff, rows, options.all);
    return isSummedUp(diff, rows, options) ? stateLines(diff, rows) : tensorLines(diff, rows, options.all);
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

std::string sideText(const DiffSide &side, EntryId entry, bool withType, std::size_t characters = 4 * kWidestValue)
{
    if (entry == kNoEntry)
        return "-";
    const Value value = side.checkpoint->entries.value(entry);
    std::string text = oneLine(value.kind() == ValueKind::None ? "None" : cellText(value, characters));
    if (withType) {
        const std::string_view own = value.className();
        text += fmt::format(" ({})", own.empty() ? kindName(value.kind()) : own);
    }
    return text;
}

/// The first item that differs of two lists that look alike: "[7] = 0.5".
std::string firstOddItem(const CheckpointDiff &diff, const ValueDiff &value, bool ofA)
{
    const EntryTree &inA = diff.a.checkpoint->entries;
    const EntryTree &inB = diff.b.checkpoint->entries;
    const EntryId count = std::min(inA[value.a].childCount, inB[value.b].childCount);
    for (EntryId i = 0; i < count; ++i) {
        const std::string itemA = sideText(diff.a, inA[value.a].firstChild + i, false);
        const std::string itemB = sideText(diff.b, inB[value.b].firstChild + i, false);
        if (itemA != itemB)
            return fmt::format("[{}] = {}", i, ofA ? itemA : itemB);
    }
    return fmt::format("{} items", ofA ? inA[value.a].childCount : inB[value.b].childCount);
}

/// From shortly before where two long texts part.
std::string fromDifference(const std::string &text, const std::string &other)
{
    constexpr std::size_t kBefore = 12;
    const auto parted = std::ranges::mismatch(text, other).in1;
    auto at = static_cast<std::size_t>(parted - text.begin());
    at -= std::min(at, kBefore);
    while (at > 0 && (text[at] & 0xc0) == 0x80)
        --at;
    return (at > 0 ? "…" : "") + text.substr(at);
}

/// Both sides of a value, so that one sees what differs.
std::pair<std::string, std::string> bothTexts(const CheckpointDiff &diff, const ValueDiff &value)
{
    std::string a = sideText(diff.a, value.a, value.typeOnly);
    std::string b = sideText(diff.b, value.b, value.typeOnly);
    if (value.a == kNoEntry || value.b == kNoEntry || fitted(a, kWidestValue, false) != fitted(b, kWidestValue, false))
        return {std::move(a), std::move(b)};
    const bool haveItems =
        diff.a.checkpoint->entries[value.a].childCount > 0 && diff.b.checkpoint->entries[value.b].childCount > 0;
    if (a == b && haveItems)
        return {firstOddItem(diff, value, true), firstOddItem(diff, value, false)};
    if (a == b) {
        a = sideText(diff.a, value.a, value.typeOnly, kWholeText);
        b = sideText(diff.b, value.b, value.typeOnly, kWholeText);
    }
    return {fromDifference(a, b), fromDifference(b, a)};
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
            auto [a, b] = bothTexts(diff, value);
            m_lines.push_back({value.path.empty() ? "(file)" : oneLine(value.path), std::move(a), std::move(b)});
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

void writeSummary(const CheckpointDiff &diff, const std::vector<DiffRow> &rows, const std::vector<DiffPart> &parts,
                  const std::function<void(std::string_view)> &write)
{
    DiffTotals all;
    for (const DiffRow &row : rows)
        all.add(diff, row);
    // A sum over a model and its optimizer means nothing.
    if (parts.size() > 1)
        all.difference.reset();
    write(totalsText(all) + '\n');
    const std::size_t listed = parts.size() > 1 ? std::min(parts.size(), kMostParts) : 0;
    for (std::size_t i = 0; i < listed; ++i)
        write(fmt::format("  {}: {}\n", parts[i].name.empty() ? "(other)" : oneLine(parts[i].name),
                          totalsText(parts[i].totals)));
    if (listed > 0 && listed < parts.size())
        write(fmt::format("  and {} more parts\n", countText(parts.size() - listed)));
    for (const std::string &note : diff.notes)
        write(oneLine(note) + '\n');
}

}  // namespace

void writeDiffText(const CheckpointDiff &diff, const std::vector<DiffRow> &rows, const DiffTextOptions &options,
                   const std::function<void(std::string_view)> &write)
{
    write("A  " + oneLine(options.fileA) + sectionText(diff.a) + '\n');
    write("B  " + oneLine(options.fileB) + sectionText(diff.b) + '\n');
    const auto parts = partsOf(diff, rows);
    writeSummary(diff, rows, parts, write);
    for (const DiffPart &part : parts) {
        auto lines = linesOf(diff, part.rows, options);
        sortLines(lines, options.sort);
        if (lines.empty())
            continue;
        write("\n");
        writeDiffTable(options.layers ? "layer" : "tensor", lines, options.width, write);
        if (isSummedUp(diff, part.rows, options))
            write("(all parameters together; --all lists each)\n");
    }
    const auto values = differingValues(diff, options.match);
    if (!values.empty()) {
        write("\n");
        ValueTable(diff, values).write(write);
    } else if (!diff.values.empty() && options.match.empty()) {
        const std::size_t count = diff.values.size();
        write(count == 1 ? "\nThe one value is the same.\n"
                         : fmt::format("\nAll {} values are the same.\n", countText(count)));
    }
}

}  // namespace waypoint
