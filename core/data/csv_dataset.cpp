// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csv_dataset.h"

#include "core/base/printable.h"
#include "core/data/csv_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

namespace waypoint {

namespace {

/// More classes than this are a column of something else.
constexpr std::size_t kMostClasses = 100'000;

std::optional<double> numberOf(std::string_view text)
{
    if (text.size() > 1 && text[0] == '+' && text[1] != '-')
        text.remove_prefix(1);
    double number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return number;
}

bool isWhole(double number) { return std::nearbyint(number) == number && std::abs(number) < 9e15; }

class TableReader
{
public:
    TableReader(std::string_view text, const CsvOptions &options) : m_records(text), m_options(options) {}

    Result<std::shared_ptr<const ArrayDataset>> read(std::string name);

private:
    Result<void> readHeader();
    Result<void> chooseTargets();
    Result<void> readRow();
    Result<void> addNumber(std::size_t column, std::vector<float> &to);
    Result<void> addLabel(std::size_t column);
    std::vector<std::string> numberClasses();
    [[nodiscard]] Error wrong(std::string what, std::string advice) const;

    CsvReader m_records;
    const CsvOptions &m_options;
    std::vector<std::string> m_columns;
    std::vector<std::string_view> m_fields;
    bool m_hasRow = false;         ///< m_fields is a row that was read ahead
    std::vector<bool> m_isTarget;  ///< of each column
    std::vector<std::size_t> m_targetColumns;
    std::vector<float> m_inputs;
    std::vector<float> m_targets;
    std::vector<std::uint32_t> m_labels;  ///< of each row: in the order in which names came up
    std::map<std::string, std::uint32_t, std::less<>> m_labelIds;
    std::int64_t m_rows = 0;
};

Error TableReader::wrong(std::string what, std::string advice) const
{
    return {ErrorCode::Corrupt, "csv: " + std::move(what), m_records.position(), std::move(advice), {}};
}

Result<void> TableReader::readHeader()
{
    auto first = m_records.next(m_fields);
    if (!first)
        return first.error();
    if (!*first)
        return wrong("there is no line in it",
                     "The first line has the names of the columns, the others one sample each.");
    const bool numbers = std::all_of(m_fields.begin(), m_fields.end(), numberOf);
    if (!m_options.header) {
        m_hasRow = true;
        for (std::size_t i = 0; i < m_fields.size(); ++i)
            m_columns.push_back(fmt::format("column {}", i + 1));
        return {};
    }
    if (numbers)
        return wrong("line 1 has numbers where the names of the columns are expected",
                     "Add a line with names, or ,header=false to the SPEC.");
    m_columns.assign(m_fields.begin(), m_fields.end());
    return {};
}

Result<void> TableReader::chooseTargets()
{
    m_isTarget.assign(m_columns.size(), false);
    if (m_options.targets.empty())
        m_targetColumns = {m_columns.size() - 1};
    for (const auto &name : m_options.targets) {
        const auto found = std::find(m_columns.begin(), m_columns.end(), name);
        if (found == m_columns.end())
            return Error{ErrorCode::BadArgument,
                         fmt::format("target={}: there is no such column; there are {}", printable(name),
                                     printable(fmt::format("{}", fmt::join(m_columns, ", ")))),
                         {},
                         "Give the name of a column.",
                         {}};
        m_targetColumns.push_back(static_cast<std::size_t>(found - m_columns.begin()));
    }
    for (const auto column : m_targetColumns)
        m_isTarget[column] = true;
    if (m_targetColumns.size() > 1 && !m_options.values)
        return Error{ErrorCode::BadArgument,
                     "target: a class label is one column",
                     {},
                     "Name one column, or add ,label=values.",
                     {}};
    if (m_columns.size() < 2 || std::find(m_isTarget.begin(), m_isTarget.end(), false) == m_isTarget.end())
        return wrong("line 1 has no column besides the target",
                     "A table has columns of numbers and, last, the class label.");
    return {};
}

Result<void> TableReader::addNumber(std::size_t column, std::vector<float> &to)
{
    const auto number = numberOf(m_fields[column]);
    if (!number || !std::isfinite(*number))
        return wrong(fmt::format("line {}, column '{}': {} is not a number", m_records.line(),
                                 printable(m_columns[column]),
                                 m_fields[column].empty() ? "an empty field" : "'" + printable(m_fields[column]) + "'"),
                     "Fill in a finite number, or leave the row out.");
    to.push_back(static_cast<float>(*number));
    return {};
}

Result<void> TableReader::addLabel(std::size_t column)
{
    const auto text = m_fields[column];
    const auto problem = [&](std::string_view what, std::string_view advice) {
        return wrong(fmt::format("line {}, column '{}': {}", m_records.line(), printable(m_columns[column]), what),
                     std::string(advice));
    };
    if (text.empty())
        return problem("the class label is missing", "Fill it in, or leave the row out.");
    const auto number = numberOf(text);
    if (number && !isWhole(*number))
        return problem("'" + printable(text) + "' is no class label, which is a whole number or a name",
                       "For numbers to be met add ,label=values to the SPEC.");
    const auto key = number ? fmt::format("{}", static_cast<std::int64_t>(*number)) : std::string(text);
    const auto [found, added] = m_labelIds.try_emplace(key, static_cast<std::uint32_t>(m_labelIds.size()));
    if (added && m_labelIds.size() > kMostClasses)
        return problem(fmt::format("more than {} different class labels", groupedDigits(kMostClasses)),
                       "Choose the column of the label with ,target=NAME.");
    m_labels.push_back(found->second);
    return {};
}

Result<void> TableReader::readRow()
{
    if (m_fields.size() != m_columns.size())
        return wrong(
            fmt::format("line {} has {} columns, line 1 has {}", m_records.line(), m_fields.size(), m_columns.size()),
            "Give each line as many columns as the first one.");
    for (std::size_t column = 0; column < m_fields.size(); ++column)
        if (!m_isTarget[column])
            if (auto added = addNumber(column, m_inputs); !added)
                return added;
    for (const auto column : m_targetColumns)
        if (auto added = m_options.values ? addNumber(column, m_targets) : addLabel(column); !added)
            return added;
    ++m_rows;
    return {};
}

/// Names of the classes in their order; m_targets becomes their numbers.
std::vector<std::string> TableReader::numberClasses()
{
    std::vector<std::string> names;
    for (const auto &[name, id] : m_labelIds)
        names.push_back(name);
    if (std::all_of(names.begin(), names.end(), [](const auto &name) { return numberOf(name).has_value(); }))
        std::sort(names.begin(), names.end(), [](const auto &a, const auto &b) { return *numberOf(a) < *numberOf(b); });
    std::vector<float> numbers(names.size());
    for (std::size_t i = 0; i < names.size(); ++i)
        numbers[m_labelIds.find(names[i])->second] = static_cast<float>(i);
    m_targets.reserve(m_labels.size());
    for (const auto label : m_labels)
        m_targets.push_back(numbers[label]);
    return names;
}

Result<std::shared_ptr<const ArrayDataset>> TableReader::read(std::string name)
{
    if (auto header = readHeader(); !header)
        return header.error();
    if (auto chosen = chooseTargets(); !chosen)
        return chosen.error();
    for (;;) {
        auto more = m_hasRow ? Result<bool>(true) : m_records.next(m_fields);
        m_hasRow = false;
        if (!more)
            return more.error();
        if (!*more)
            break;
        if (auto row = readRow(); !row)
            return row.error();
    }
    if (m_rows == 0)
        return wrong("there is no row after the header", "The first line has names, the others one sample each.");
    DatasetInfo info;
    info.name = std::move(name);
    info.count = m_rows;
    info.shape = {static_cast<std::int64_t>(m_columns.size() - m_targetColumns.size())};
    info.target = m_options.values ? TargetKind::Values : TargetKind::Class;
    if (!m_options.values)
        info.classes = numberClasses();
    info.targetSize = static_cast<std::int64_t>(m_options.values ? m_targetColumns.size() : info.classes.size());
    return std::make_shared<const ArrayDataset>(std::move(info), std::move(m_inputs), std::move(m_targets));
}

}  // namespace

Result<std::shared_ptr<const ArrayDataset>> csvDataset(std::string_view text, const CsvOptions &options,
                                                       std::string name)
{
    return TableReader(text, options).read(std::move(name));
}

}  // namespace waypoint
