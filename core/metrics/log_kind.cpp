// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/log_kind.h"

#include "core/metrics/csv_cells.h"
#include "core/metrics/curves.h"
#include "core/metrics/event_record.h"
#include "core/metrics/growing_file.h"
#include "core/metrics/json_row.h"
#include "core/metrics/log_fields.h"

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::uint64_t kHeadBytes = 64u << 10;

/// Without the zeros that a crash of the machine leaves where lines were not written out any more.
std::string_view withoutLostLines(std::string_view head)
{
    const auto lost = head.find('\0');
    const bool lines = lost != std::string_view::npos && head.substr(0, lost).find('\n') != std::string_view::npos;
    return lines ? head.substr(0, lost) : head;
}

bool isText(std::string_view head)
{
    return std::none_of(head.begin(), head.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f';
    });
}

std::string_view firstLine(std::string_view text) { return text.substr(0, text.find_first_of("\r\n")); }

bool isPlaced(const JsonRow &row)
{
    return std::any_of(row.fields().begin(), row.fields().end(), [](const JsonRow::Field &field) {
        return fieldUse(field.name) != FieldUse::Value || field.name == "resumed_from_step";
    });
}

/// Lines where the first one is an object that has its place, or others follow it; trainer_state.json and a history
/// may be written on one line as well.
LogKind jsonKind(std::string_view head)
{
    JsonRow row;
    const std::string_view line = firstLine(head);
    if (head.front() == '[' || !row.parse(line) || line.find("\"log_history\"") != std::string_view::npos)
        return LogKind::JsonDocument;
    const bool alone = head.find_first_not_of("\r\n\t ", line.size()) == std::string_view::npos;
    return alone && !isPlaced(row) ? LogKind::JsonDocument : LogKind::JsonLines;
}

/// Short cells in one line, and no text of another kind: a script, a page.
bool canBeHeader(std::string_view line)
{
    CsvCells cells(csvSeparator(line));
    const auto &names = cells.split(line);
    return !line.empty() && std::none_of(names.begin(), names.end(), [](std::string_view name) {
        return name.size() > 300 || name.find_first_of("{}<>;") != std::string_view::npos;
    });
}

}  // namespace

LogKind logKind(std::string_view head)
{
    if (head.size() >= kRecordHeaderBytes && recordLength(head.substr(0, kRecordHeaderBytes)))
        return LogKind::Events;
    head = withoutLostLines(head);
    if (!isText(head))
        return LogKind::None;
    if (head.starts_with("\xef\xbb\xbf"))
        head.remove_prefix(3);
    const auto start = head.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos)
        return LogKind::None;
    if (head[start] == '{' || head[start] == '[')
        return jsonKind(head.substr(start));
    auto line = firstLine(head.substr(head.find_first_not_of("\r\n")));
    return line.starts_with('#') || canBeHeader(line) ? LogKind::Csv : LogKind::None;
}

Result<std::string> logHead(const std::filesystem::path &path)
{
    const auto file = openFile(path);
    if (!file)
        return file.error();
    return readText(**file, 0, kHeadBytes);
}

bool hasPlaceColumn(std::string_view head)
{
    if (head.starts_with("\xef\xbb\xbf"))
        head.remove_prefix(3);
    const auto line = firstLine(head);
    CsvCells cells(csvSeparator(line));
    const auto &names = cells.split(line);
    return std::any_of(names.begin(), names.end(), [](auto cell) { return fieldUse(cell) != FieldUse::Value; });
}

bool looksLikeLog(const std::filesystem::path &path)
{
    const auto name = path.filename().string();
    const auto ending = path.extension().string();
    const bool events = name.find("tfevents") != std::string::npos;
    const bool json = name == "trainer_state.json" || name == "metrics.json" || name == "scalars.json"
                      || name.ends_with(".log.json") || ending == ".jsonl";
    const bool table = ending == ".csv" || ending == ".tsv";
    const auto file = events || json || table ? openFile(path) : Result<FilePtr>(Error{});
    const auto head = file ? readText(**file, 0, 4096) : Result<std::string>(std::string());
    if (!head)
        return false;
    const LogKind kind = logKind(*head);
    if (events)
        return kind == LogKind::Events;
    if (json)
        return kind == LogKind::JsonLines || kind == LogKind::JsonDocument;
    return kind == LogKind::Csv && hasPlaceColumn(*head);
}

}  // namespace waypoint
