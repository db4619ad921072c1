// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/data_columns.h"

#include "core/data/csv_reader.h"
#include "core/data/data_spec.h"
#include "core/data/embedded_tables.h"
#include "core/io/random_access_file.h"

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::uint64_t kHeadBytes = 1 << 20;

std::vector<std::string> firstRecord(std::string_view text)
{
    CsvReader records(text);
    std::vector<std::string_view> fields;
    const auto read = records.next(fields);
    if (!read || !*read)
        return {};
    return {fields.begin(), fields.end()};
}

std::vector<std::string> firstRecordOf(const std::filesystem::path &path)
{
    const auto file = openFile(path);
    if (!file)
        return {};
    const auto head = readRange(**file, {{0}, {std::min((*file)->size().value, kHeadBytes)}});
    if (!head)
        return {};
    return firstRecord({reinterpret_cast<const char *>(head->data()), head->size()});
}

}  // namespace

ColumnNames columnNames(const std::string &text)
{
    const auto spec = parseDataSpec(text);
    if (!spec)
        return {};
    std::vector<std::string> names;
    const auto header = spec->options.flag("header", true);
    if (spec->kind == "iris")
        names = firstRecord(irisTable());
    else if (spec->kind == "csv" && header && *header)
        names = firstRecordOf(spec->path);
    if (names.empty())
        return {};
    auto targets = spec->names("target");
    if (targets.empty())
        targets = {names.back()};
    ColumnNames columns;
    columns.targets = targets;
    std::ranges::copy_if(names, std::back_inserter(columns.inputs),
                         [&](const std::string &name) { return std::ranges::find(targets, name) == targets.end(); });
    return columns;
}

}  // namespace waypoint
