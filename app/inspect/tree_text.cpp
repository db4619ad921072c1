// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/tree_text.h"

#include "app/inspect/element_hasher.h"
#include "app/inspect/entry_json.h"
#include "app/inspect/safety_text.h"
#include "app/inspect/text_layout.h"
#include "core/checkpoint/entry_walk.h"
#include "core/checkpoint/headline.h"
#include "core/pickle/python_literal.h"
#include "core/pickle/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

namespace waypoint {

namespace {

enum Column : std::size_t { Name, Type, Shape, Device, Size, Content, ColumnCount };
using Cells = std::array<std::string, ColumnCount>;
using Widths = std::array<std::size_t, ColumnCount>;

constexpr std::size_t kMeasuredRows = 10'000;  // the widths of a long list are those of its beginning
constexpr Widths kWidest = {60, 28, 20, 10, 8, 0};
constexpr std::size_t kContentCharacters = 2000;
constexpr std::size_t kLongestFlatList = 8;  // items of a list that is worth a row each
constexpr std::size_t kNarrowest = 40;

bool isScalar(ValueKind kind) { return kind <= ValueKind::Bytes || kind == ValueKind::Global; }

bool holdsScalarsOnly(Value value)
{
    for (std::size_t i = 0; i < value.count(); ++i)
        if (!isScalar(value.at(i).kind()))
            return false;
    return true;
}

/// A generator's 624 numbers are one row, not 624.
bool isFlatList(Value value)
{
    const bool list = value.is(ValueKind::List) || value.is(ValueKind::Tuple) || value.is(ValueKind::Set);
    return list && value.count() > kLongestFlatList && holdsScalarsOnly(value);
}

/// "collections.OrderedDict" -> "OrderedDict".
std::string_view shortClass(std::string_view name) { return name.substr(name.rfind('.') + 1); }

class TextTree
{
public:
    TextTree(const Checkpoint &checkpoint, ElementHasher *hasher) : m_checkpoint(checkpoint), m_hasher(hasher) {}

    /// Calls `row` for every line of the tree until it says no.
    void forEachRow(const std::function<bool(const Cells &)> &row) const
    {
        EntryWalk walk(m_checkpoint.entries);
        while (!walk.atEnd()) {
            const Value value = m_checkpoint.entries.value(walk.entry());
            const bool flat = isFlatList(value);
            if (!row(cells(walk.entry(), walk.depth(), value, flat)))
                return;
            if (flat)
                walk.skip();
            else
                walk.next();
        }
    }

private:
    [[nodiscard]] Cells cells(EntryId id, std::size_t depth, Value value, bool flat) const
    {
        Cells cells;
        const std::string label = id == kRootEntry ? "(file)" : oneLine(m_checkpoint.entries.label(id));
        cells[Name] = std::string(2 * depth, ' ') + label;
        const std::string_view name = shortClass(value.className());
        cells[Type] = oneLine(name.empty() ? kindName(value.kind()) : name);
        if (value.is(ValueKind::Tensor))
            addTensor(value, cells);
        else if (value.is(ValueKind::Array))
            addArray(value, cells);
        else
            cells[Content] = flat ? oneLine(pythonText(value, {.characters = kContentCharacters}))
                                  : oneLine(cellText(value, kContentCharacters));
        if (const std::string_view cut = cutName(m_checkpoint.entries.cut(id)); !cut.empty())
            cells[Content] += fmt::format("{}({})", cells[Content].empty() ? "" : " ", cut);
        return cells;
    }

    void addTensor(Value value, Cells &cells) const
    {
        const TensorValue &tensor = value.tensor();
        cells[Type] = dtypeName(tensor.ref.dtype);
        cells[Shape] = shapeText(tensor.ref.shape);
        cells[Device] = oneLine(deviceOf(m_checkpoint.values, value.id()));
        cells[Size] = bytesText(bytesOf(m_checkpoint.values, value.id()));
        if (tensor.ref.parameter)
            cells[Content] = "Parameter";
        if (tensor.ref.layout != TensorLayout::Strided)
            cells[Content] += fmt::format("{}{}", cells[Content].empty() ? "" : ", ", layoutName(tensor.ref.layout));
        addHash(value, cells);
    }

    void addArray(Value value, Cells &cells) const
    {
        const ArrayValue &array = m_checkpoint.values.array(value.id());
        cells[Type] = oneLine("numpy " + array.dtype);
        cells[Shape] = shapeText(array.shape);
        if (array.data.isValid() && m_checkpoint.values.kind(array.data) == ValueKind::Bytes)
            cells[Size] = bytesText(m_checkpoint.values.byteLength(array.data));
        addHash(value, cells);
    }

    void addHash(Value value, Cells &cells) const
    {
        if (!m_hasher)
            return;
        const std::string hash = m_hasher->sha256(value.id());
        if (!hash.empty())
            cells[Content] += fmt::format("{}sha256 {}", cells[Content].empty() ? "" : ", ", hash);
    }

    const Checkpoint &m_checkpoint;
    ElementHasher *m_hasher;
};

Widths measure(const Checkpoint &checkpoint)
{
    Widths widths{};
    std::size_t rows = 0;
    TextTree(checkpoint, nullptr).forEachRow([&](const Cells &cells) {
        for (std::size_t column = 0; column < Content; ++column)
            widths[column] = std::max(widths[column], std::min(displayWidth(cells[column]), kWidest[column]));
        return ++rows < kMeasuredRows;
    });
    return widths;
}

std::string lineOf(const Cells &cells, const Widths &widths, std::size_t width)
{
    std::string line;
    for (std::size_t column = 0; column < Content; ++column) {
        if (widths[column] == 0)
            continue;
        const std::size_t missing = widths[column] - std::min(widths[column], displayWidth(cells[column]));
        const std::string fill(missing, ' ');
        line += column == Size ? fill + cells[column] : cells[column] + fill;
        line += "  ";
    }
    line += cells[Content];
    line.erase(line.find_last_not_of(' ') + 1);
    return width == 0 ? line : fitted(line, std::max(width, kNarrowest), false);
}

std::string sectionLine(const Checkpoint &checkpoint, const Section &section)
{
    std::string path = checkpoint.entries.pathText(section.entry);
    std::string line = fmt::format("  {:<10} {}", roleName(section.role), path.empty() ? "(file)" : path);
    if (!section.className.empty())
        line += ": " + section.className;
    for (const EntryId pair : section.pairsWith)
        line += ", belongs to " + checkpoint.entries.pathText(pair);
    if (section.certainty == Certainty::Likely)
        line += ", likely";
    if (!section.note.empty())
        line += " (" + section.note + ")";
    return oneLine(line);
}

}  // namespace

void writeTreeText(const Checkpoint &checkpoint, std::string_view file, const TreeOptions &options, std::size_t width,
                   const std::function<void(std::string_view)> &write)
{
    write(fmt::format("{}\n{} · {}\n", oneLine(file), headline(checkpoint), formatName(checkpoint.format)));
    for (const auto &[name, value] : checkpoint.container)
        write(oneLine(fmt::format("  {}: {}", name, value)) + '\n');
    if (options.openSeconds)
        write(fmt::format("  opened in {:.1f} ms\n", options.openSeconds->count() * 1000));
    if (!checkpoint.sections.empty())
        write("\nParts\n");
    for (const Section &section : checkpoint.sections)
        write(sectionLine(checkpoint, section) + '\n');

    write("\nEntries\n");
    const auto hasher = options.sha256 ? std::make_unique<ElementHasher>(checkpoint) : nullptr;
    const Widths widths = measure(checkpoint);
    TextTree(checkpoint, hasher.get()).forEachRow([&](const Cells &cells) {
        write(lineOf(cells, widths, width) + '\n');
        return true;
    });

    write("\nNames\n" + safetyText(checkpoint.globals));
    const std::size_t hashWarnings = hasher ? hasher->warnings().size() : 0;
    if (!checkpoint.warnings.empty() || hashWarnings > 0)
        write("\nWarnings\n");
    for (const Warning &warning : checkpoint.warnings)
        write("  " + oneLine(warning.text) + '\n');
    for (std::size_t i = 0; i < hashWarnings; ++i)
        write("  " + oneLine(hasher->warnings()[i]) + '\n');
}

}  // namespace waypoint
