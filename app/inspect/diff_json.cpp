// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/diff_json.h"

#include "app/inspect/entry_json.h"
#include "core/checkpoint/compare/diff_rows.h"
#include "core/pickle/value_bytes.h"
#include "core/pickle/value_text.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace waypoint {

namespace {

constexpr std::array kNumberKeys = {"l2",    "relative", "cosine", "max_abs", "changed_share",
                                    "count", "changed",  "nan",    "norm_a",  "norm_b"};
constexpr ByteCount kLongestText{16u << 20};
constexpr TextLimits kText{.characters = 20'000, .items = 100, .depth = 6};
/// A container with more in it is named by its size.
constexpr std::size_t kMostItems = 10'000;
constexpr std::size_t kDeepest = 32;

void writePath(std::string_view key, const DiffSide &side, EntryId entry, JsonWriter &json)
{
    json.key(key);
    if (entry == kNoEntry)
        json.null();
    else
        json.texts(side.checkpoint->entries.path(entry));
}

void writePaths(const CheckpointDiff &diff, EntryId a, EntryId b, JsonWriter &json)
{
    const bool inA = a != kNoEntry;
    writePath("path", inA ? diff.a : diff.b, inA ? a : b, json);
    writePath("path_a", diff.a, a, json);
    writePath("path_b", diff.b, b, json);
}

std::string_view matchedByName(MatchedBy how)
{
    switch (how) {
    case MatchedBy::Path:
        return "path";
    case MatchedBy::Prefix:
        return "prefix";
    case MatchedBy::Order:
        return "order";
    }
    return "path";
}

void writeNumbers(const TensorDifference &difference, JsonWriter &json)
{
    const auto number = [&](std::string_view key, double value) {
        json.key(key);
        json.number(value);
    };
    const auto count = [&](std::string_view key, std::int64_t value) {
        json.key(key);
        json.integer(value);
    };
    number("l2", difference.l2);
    number("relative", difference.relative());
    number("cosine", difference.cosine());
    number("max_abs", difference.maxAbs);
    number("changed_share", difference.changedShare());
    count("count", difference.count);
    count("changed", difference.changed);
    count("nan", difference.nan);
    number("norm_a", difference.normA);
    number("norm_b", difference.normB);
}

void writeNumbersOrNull(const std::optional<TensorDifference> &difference, JsonWriter &json)
{
    if (difference) {
        writeNumbers(*difference, json);
        return;
    }
    for (const char *key : kNumberKeys) {
        json.key(key);
        json.null();
    }
}

void writeSide(std::string_view suffix, const DiffSide &side, EntryId entry, JsonWriter &json)
{
    if (entry == kNoEntry)
        return;
    json.key(fmt::format("dtype_{}", suffix));
    json.text(dtypeNameOf(*side.checkpoint, entry));
    json.key(fmt::format("shape_{}", suffix));
    json.integers(shapeOf(*side.checkpoint, entry));
}

void writeTensor(const CheckpointDiff &diff, const DiffRow &row, JsonWriter &json)
{
    const TensorDiff &tensor = diff.tensors[row.index];
    json.beginObject();
    writePaths(diff, tensor.a, tensor.b, json);
    json.key("status");
    if (row.status)
        json.text(diffStatusName(*row.status));
    else
        json.null();
    if (tensor.a != kNoEntry && tensor.b != kNoEntry) {
        json.key("matched_by");
        json.text(matchedByName(tensor.matchedBy));
    }
    writeSide("a", diff.a, tensor.a, json);
    writeSide("b", diff.b, tensor.b, json);
    writeNumbersOrNull(row.difference, json);
    if (!row.error.empty()) {
        json.key("error");
        json.text(row.error);
    }
    json.endObject();
}

/// Writes values as JSON has them: dicts as objects, lists, tuples and sets as arrays; the rest as Python would.
class ValueJson
{
public:
    ValueJson(const Checkpoint &checkpoint, JsonWriter &json) : m_checkpoint(checkpoint), m_json(json) {}

    void write(EntryId id)
    {
        m_items = 0;
        if (isSmall(id))
            writeRow(id, 0);
        else
            m_json.text(pythonText(m_checkpoint.entries.value(id), kText));
    }

private:
    bool isSmall(EntryId id)
    {
        std::vector<EntryId> todo{id};
        for (std::size_t i = 0; i < todo.size(); ++i) {
            const EntryTree::Entry &row = m_checkpoint.entries[todo[i]];
            if (todo.size() + row.childCount > kMostItems)
                return false;
            for (EntryId child = 0; child < row.childCount; ++child)
                todo.push_back(row.firstChild + child);
        }
        return true;
    }

    // At most kDeepest deep.
    void writeRow(EntryId id, std::size_t depth)  // NOLINT(misc-no-recursion)
    {
        const Value value = m_checkpoint.entries.value(id);
        const bool cut = m_checkpoint.entries.cut(id) != EntryTree::Cut::No || depth >= kDeepest;
        if (!cut && value.is(ValueKind::Dict)) {
            writeDict(id, depth);
        } else if (!cut && (value.is(ValueKind::List) || value.is(ValueKind::Tuple) || value.is(ValueKind::Set))) {
            const EntryTree::Entry &row = m_checkpoint.entries[id];
            m_json.beginArray();
            for (EntryId child = 0; child < row.childCount; ++child)
                writeRow(row.firstChild + child, depth + 1);
            m_json.endArray();
        } else {
            writeScalar(value);
        }
    }

    void writeDict(EntryId id, std::size_t depth)  // NOLINT(misc-no-recursion)
    {
        const EntryTree::Entry &row = m_checkpoint.entries[id];
        m_json.beginObject();
        for (EntryId child = row.firstChild; child < row.firstChild + row.childCount; ++child) {
            m_json.key(m_checkpoint.entries.label(child));
            writeRow(child, depth + 1);
        }
        m_json.endObject();
    }

    void writeScalar(Value value)
    {
        switch (value.kind()) {
        case ValueKind::None:
            m_json.null();
            break;
        case ValueKind::Bool:
            m_json.boolean(value.integer() != 0);
            break;
        case ValueKind::Int:
            m_json.integer(*value.integer());
            break;
        case ValueKind::Float:
            m_json.number(*value.number());
            break;
        case ValueKind::BigInt:
            m_json.text(value.text());
            break;
        case ValueKind::Str: {
            const auto text = firstBytesOf(m_checkpoint.values, value.id(), kLongestText);
            m_json.text(text ? *text : std::string());
            break;
        }
        case ValueKind::Object:
            if (const Value shown = value.wrap(value.object().display); shown.isValid()) {
                m_json.text(shown.text());
                break;
            }
            [[fallthrough]];
        default:
            m_json.text(pythonText(value, kText));
        }
    }

    const Checkpoint &m_checkpoint;
    JsonWriter &m_json;
    std::size_t m_items = 0;
};

std::string_view kindOfValue(const DiffSide &side, EntryId entry)
{
    return kindName(side.checkpoint->entries.value(entry).kind());
}

void writeValueOf(std::string_view suffix, const DiffSide &side, EntryId entry, JsonWriter &json)
{
    json.key(suffix);
    if (entry == kNoEntry)
        json.null();
    else
        ValueJson(*side.checkpoint, json).write(entry);
    json.key(fmt::format("kind_{}", suffix));
    if (entry == kNoEntry)
        json.null();
    else
        json.text(kindOfValue(side, entry));
}

std::string_view statusName(const ValueDiff &value)
{
    if (value.a == kNoEntry)
        return "added";
    if (value.b == kNoEntry)
        return "removed";
    return value.typeOnly ? "retyped" : "changed";
}

void writeValue(const CheckpointDiff &diff, const ValueDiff &value, JsonWriter &json)
{
    json.beginObject();
    writePaths(diff, value.a, value.b, json);
    json.key("status");
    json.text(statusName(value));
    writeValueOf("a", diff.a, value.a, json);
    writeValueOf("b", diff.b, value.b, json);
    json.endObject();
}

void writeTotals(const DiffTotals &totals, JsonWriter &json)
{
    const auto count = [&](std::string_view key, std::size_t value) {
        json.key(key);
        json.count(value);
    };
    count("tensors", totals.tensors);
    count("same", totals.same);
    count("changed", totals.changed);
    count("added", totals.added);
    count("removed", totals.removed);
    count("reshaped", totals.reshaped);
    count("retyped", totals.retyped);
    count("unreadable", totals.unreadable);
    writeNumbersOrNull(totals.difference, json);
}

void writeParts(const CheckpointDiff &diff, const std::vector<DiffRow> &rows, JsonWriter &json)
{
    DiffTotals all;
    for (const DiffRow &row : rows)
        all.add(diff, row);
    json.key("totals");
    json.beginObject();
    writeTotals(all, json);
    json.endObject();
    json.key("parts");
    json.beginArray();
    for (const DiffPart &part : partsOf(diff, rows)) {
        json.beginObject();
        json.key("name");
        json.text(part.name);
        writeTotals(part.totals, json);
        json.endObject();
    }
    json.endArray();
}

}  // namespace

void writeDiffJson(const CheckpointDiff &diff, const std::vector<DiffRow> &rows, const DiffDocument &document,
                   JsonWriter &json)
{
    json.beginObject();
    json.key("a");
    json.text(document.fileA);
    json.key("b");
    json.text(document.fileB);
    writePath("section_a", diff.a, diff.a.section, json);
    writePath("section_b", diff.b, diff.b.section, json);
    json.key("tensors");
    json.beginArray();
    for (const DiffRow &row : rows)
        writeTensor(diff, row, json);
    json.endArray();
    json.key("values");
    json.beginArray();
    for (const std::size_t value : differingValues(diff, document.match))
        writeValue(diff, diff.values[value], json);
    json.endArray();
    writeParts(diff, rows, json);
    json.key("notes");
    json.texts(diff.notes);
    if (document.took) {
        json.key("read_seconds");
        json.number(document.took->count());
    }
    json.endObject();
    json.finish();
}

}  // namespace waypoint
