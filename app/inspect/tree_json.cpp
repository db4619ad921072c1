// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/tree_json.h"

#include "app/inspect/entry_json.h"
#include "core/checkpoint/entry_walk.h"
#include "core/checkpoint/headline.h"
#include "core/pickle/python_literal.h"

#include <memory>
#include <string>
#include <vector>

namespace waypoint {

namespace {

// No real checkpoint comes near. A hostile one could name millions of rows with long keys, each written in full.
constexpr std::uint64_t kLongestDocument = 2ull << 30;
constexpr std::size_t kLongestLabel = 16u << 10;

/// Path of the current row as JSON, kept up to date by cutting and adding instead of being built anew for each row.
class PathJson
{
public:
    void enter(std::size_t depth, const std::string &label)
    {
        m_ends.resize(depth);
        m_labels.resize(depth == 0 ? 0 : m_ends.back());
        if (depth > 0 || !label.empty()) {
            m_labels += m_labels.empty() ? "" : ", ";
            appendJsonText(m_labels, firstCharacters(label, kLongestLabel));
        }
        m_ends.push_back(m_labels.size());
        m_json = "[" + m_labels + "]";
    }

    [[nodiscard]] const std::string &text() const { return m_json; }

private:
    std::string m_labels;
    std::vector<std::size_t> m_ends;  ///< length of m_labels at each level
    std::string m_json;
};

void writeEntries(const Checkpoint &checkpoint, ElementHasher *hasher, JsonWriter &json,
                  std::vector<std::string> &warnings)
{
    EntryJson entries(checkpoint, hasher, json);
    PathJson path;
    json.key("entries");
    json.beginArray();
    for (EntryWalk walk(checkpoint.entries); !walk.atEnd(); walk.next()) {
        if (json.written() > kLongestDocument) {
            warnings.emplace_back("The list of entries is longer than 2 GiB and was cut.");
            break;
        }
        path.enter(walk.depth(), checkpoint.entries.label(walk.entry()));
        entries.write(walk.entry(), path.text());
    }
    json.endArray();
}

void writeSection(const Checkpoint &checkpoint, const Section &section, JsonWriter &json)
{
    json.beginObject();
    json.key("path");
    json.texts(checkpoint.entries.path(section.entry));
    json.key("role");
    json.text(roleName(section.role));
    json.key("class");
    json.text(section.className);
    json.key("certainty");
    json.text(section.certainty == Certainty::Certain ? "certain" : "likely");
    json.key("parameters");
    json.texts(section.parameters);
    json.key("pairs_with");
    json.beginArray();
    for (const EntryId pair : section.pairsWith)
        json.texts(checkpoint.entries.path(pair));
    json.endArray();
    if (!section.note.empty()) {
        json.key("note");
        json.text(section.note);
    }
    json.endObject();
}

void writeFacts(const Checkpoint &checkpoint, std::string_view file, const TreeOptions &options, JsonWriter &json)
{
    json.key("file");
    json.text(file);
    json.key("format");
    json.text(formatName(checkpoint.format));
    json.key("layout");
    json.text(checkpoint.layout);
    json.key("headline");
    json.text(headline(checkpoint));
    json.key("file_bytes");
    json.count(checkpoint.fileBytes.value);
    json.key("container");
    json.beginObject();
    for (const auto &[name, value] : checkpoint.container) {
        json.key(name);
        json.text(value);
    }
    json.endObject();
    if (options.openSeconds) {
        json.key("open_seconds");
        json.number(options.openSeconds->count());
    }
}

}  // namespace

void writeGlobalJson(const GlobalUse &global, JsonWriter &json)
{
    json.beginObject();
    json.key("name");
    json.text(global.name);
    json.key("safety");
    json.text(safetyName(global.safety));
    json.key("weights_only");
    json.boolean(global.weightsOnly);
    if (!global.reason.empty()) {
        json.key("reason");
        json.text(global.reason);
    }
    if (!global.member.empty()) {
        json.key("member");
        json.text(global.member);
    }
    json.key("at");
    json.count(global.at.value);
    json.endObject();
}

void writeTreeJson(const Checkpoint &checkpoint, std::string_view file, const TreeOptions &options, JsonWriter &json)
{
    const auto hasher = options.sha256 ? std::make_unique<ElementHasher>(checkpoint) : nullptr;
    std::vector<std::string> warnings;
    for (const Warning &warning : checkpoint.warnings)
        warnings.push_back(warning.text);

    json.beginObject();
    writeFacts(checkpoint, file, options, json);
    writeEntries(checkpoint, hasher.get(), json, warnings);
    json.key("sections");
    json.beginArray();
    for (const Section &section : checkpoint.sections)
        writeSection(checkpoint, section, json);
    json.endArray();
    json.key("globals");
    json.beginArray();
    for (const GlobalUse &global : checkpoint.globals)
        writeGlobalJson(global, json);
    json.endArray();
    if (hasher)
        warnings.insert(warnings.end(), hasher->warnings().begin(), hasher->warnings().end());
    json.key("warnings");
    json.texts(warnings);
    json.endObject();
    json.finish();
}

}  // namespace waypoint
