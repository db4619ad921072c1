// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/csv_cells.h"
#include "core/metrics/curve_source.h"
#include "core/metrics/curve_table.h"
#include "core/metrics/growing_file.h"
#include "core/metrics/log_fields.h"
#include "core/metrics/log_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

class CsvSource final : public CurveSource
{
public:
    explicit CsvSource(const fs::path &file) : m_file(file) {}

    Result<bool> update(const std::stop_token &stop) override;
    [[nodiscard]] RunCurves collect() override;
    [[nodiscard]] std::string lookedFor() const override
    {
        return "columns of numbers beside one named step, epoch, iteration or time";
    }

private:
    struct Column
    {
        std::string name;
        FieldUse use = FieldUse::Value;
        std::size_t curve = CurveTable::kNoCurve;
        std::size_t longest = 0;  ///< length of the longest cell so far
        bool unused = false;      ///< counts the same as a better column
    };
    enum class State { BeforeHeader, HeaderRead, Rows, NoTable };

    void startAnew();
    std::size_t takeText(std::string_view text);
    void takeRecord(std::string_view record);
    void takeHeader(std::string_view record);
    void addColumn(std::string_view name);
    void chooseAxes();
    void chooseAxis(FieldUse use);
    void lookAtFirstRow(const std::vector<std::string_view> &cells);
    void takeRow(const std::vector<std::string_view> &cells);
    bool takeHalfRow();
    [[nodiscard]] std::optional<double> number(std::string_view cell) const;
    [[nodiscard]] std::optional<RecordPlace> placeOf(const std::vector<std::string_view> &cells) const;
    [[nodiscard]] bool isHeaderAgain(const std::vector<std::string_view> &cells) const;
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] std::string kind() const;

    GrowingFile m_file;
    CurveTable m_table;
    CsvCells m_cells;
    State m_state = State::BeforeHeader;
    char m_separator = ',';
    std::vector<Column> m_columns;
    bool m_numbered = false;  ///< no axis: rows count
    std::size_t m_rows = 0;
    std::size_t m_foreign = 0;
};

void CsvSource::startAnew()
{
    m_table.clear();
    m_columns.clear();
    m_state = State::BeforeHeader;
    m_numbered = false;
    m_rows = 0;
    m_foreign = 0;
}

Result<bool> CsvSource::update(const std::stop_token &stop)
{
    return m_file.follow(
        stop, [this] { startAnew(); }, [this](std::string_view text) { return takeText(text); });
}

std::size_t CsvSource::takeText(std::string_view text)
{
    std::size_t used = 0;
    while (const std::size_t length = csvRecordLength(text.substr(used))) {
        std::string_view record = text.substr(used, length - 1);
        if (record.ends_with('\r'))
            record.remove_suffix(1);
        takeRecord(record);
        used += length;
    }
    return used;
}

void CsvSource::takeRecord(std::string_view record)
{
    const bool blank = record.find_first_not_of(" \t\r") == std::string_view::npos;
    if (blank || m_state == State::NoTable || (m_state == State::BeforeHeader && record.starts_with('#')))
        return;
    if (m_state == State::BeforeHeader) {
        takeHeader(record.starts_with(kByteOrderMark) ? record.substr(kByteOrderMark.size()) : record);
        return;
    }
    const auto &cells = m_cells.split(record);
    if (m_state == State::HeaderRead)
        lookAtFirstRow(cells);
    if (m_state == State::Rows)
        takeRow(cells);
}

void CsvSource::takeHeader(std::string_view record)
{
    m_separator = csvSeparator(record);
    m_cells = CsvCells(m_separator);
    const auto cells = m_cells.split(record);
    m_state = State::HeaderRead;
    if (cells.size() > CurveTable::kMostCurves) {
        m_state = State::NoTable;
        return;
    }
    const bool named = std::any_of(cells.begin(), cells.end(), [this](auto cell) { return !number(cell); });
    m_numbered = !named;
    for (std::size_t i = 0; i < cells.size(); ++i)
        addColumn(named ? cells[i] : std::string_view());
    if (named) {
        chooseAxes();
        return;
    }
    // No names at all: a plain table of numbers, of which this was the first row.
    m_state = State::Rows;
    takeRow(cells);
}

/// Of two columns with one name the first counts.
void CsvSource::addColumn(std::string_view name)
{
    Column column{.name = std::string(name)};
    // pandas.DataFrame.to_csv writes its index first, under no name.
    if (name.empty() && (m_numbered || !m_columns.empty()))
        column.name = fmt::format("column {}", m_columns.size() + 1);
    column.unused = has(column.name);
    m_columns.push_back(std::move(column));
}

void CsvSource::chooseAxes()
{
    for (Column &column : m_columns)
        column.use = fieldUse(column.name);
    for (const FieldUse use : {FieldUse::Step, FieldUse::Epoch, FieldUse::Time})
        chooseAxis(use);
    m_numbered = std::none_of(m_columns.begin(), m_columns.end(),
                              [](const Column &column) { return column.use != FieldUse::Value; });
    if (m_numbered && m_columns.size() > 1 && m_columns.front().name.empty()) {
        m_columns.front().use = FieldUse::Step;
        m_numbered = false;
    }
}

void CsvSource::chooseAxis(FieldUse use)
{
    Column *best = nullptr;
    for (Column &column : m_columns) {
        if (column.use != use || column.unused)
            continue;
        column.unused = best && fieldRank(best->name) <= fieldRank(column.name);
        if (column.unused)
            continue;
        if (best)
            best->unused = true;
        best = &column;
    }
}

/// Without an axis only a table of nothing but numbers is taken for a log.
void CsvSource::lookAtFirstRow(const std::vector<std::string_view> &cells)
{
    const bool numbers =
        std::all_of(cells.begin(), cells.end(), [this](auto cell) { return cell.empty() || number(cell); });
    m_state = m_numbered && !numbers ? State::NoTable : State::Rows;
}

std::optional<double> CsvSource::number(std::string_view cell) const
{
    auto value = numberOfText(cell);
    if (value || m_separator != ';')
        return value;
    // Where semicolons separate, a comma is the decimal point.
    std::string point(cell.substr(0, 64));
    std::replace(point.begin(), point.end(), ',', '.');
    return numberOfText(point);
}

std::optional<RecordPlace> CsvSource::placeOf(const std::vector<std::string_view> &cells) const
{
    RecordPlace place;
    if (m_numbered) {
        place.step = static_cast<double>(m_rows);
        return place;
    }
    bool known = false;
    for (std::size_t i = 0; i < std::min(cells.size(), m_columns.size()); ++i) {
        const Column &column = m_columns[i];
        if (column.use == FieldUse::Value || column.unused)
            continue;
        const auto value = number(cells[i]);
        if (!value || !std::isfinite(*value))
            continue;
        known = true;
        (column.use == FieldUse::Step ? place.step : column.use == FieldUse::Epoch ? place.epoch : place.time) = *value;
    }
    return known ? std::optional(place) : std::nullopt;
}

bool CsvSource::isHeaderAgain(const std::vector<std::string_view> &cells) const
{
    return cells.size() == m_columns.size()
           && std::equal(cells.begin(), cells.end(), m_columns.begin(),
                         [](std::string_view cell, const Column &column) { return cell == column.name; });
}

void CsvSource::takeRow(const std::vector<std::string_view> &cells)
{
    auto place = placeOf(cells);
    if (!place) {
        m_foreign += isHeaderAgain(cells) ? 0 : 1;
        return;
    }
    ++m_rows;
    const bool moment = isMoment(place->time);
    const bool otherAxis = !std::isnan(place->step) || !std::isnan(place->epoch);
    for (std::size_t i = 0; i < std::min(cells.size(), m_columns.size()); ++i) {
        Column &column = m_columns[i];
        column.longest = std::max(column.longest, cells[i].size());
        // Seconds since the start are an axis only where there is no better one.
        const bool seconds = column.use == FieldUse::Time && !moment && otherAxis;
        if ((column.use != FieldUse::Value && !seconds) || column.unused)
            continue;
        const auto value = number(cells[i]);
        if (!value)
            continue;
        if (column.curve == CurveTable::kNoCurve)
            column.curve = m_table.curve(column.name);
        RecordPlace at = *place;
        if (!moment && otherAxis)
            at.time = std::numeric_limits<double>::quiet_NaN();
        m_table.add(column.curve, at, *value);
    }
}

/// A last row without its end, as hand-made files have it, or because it is being written: its last number may lack
/// digits. It counts where it is no shorter than all above it.
bool CsvSource::takeHalfRow()
{
    if (m_state != State::Rows || m_file.rest().empty())
        return m_file.rest().empty();
    std::string_view rest = m_file.rest();
    const bool ended = rest.ends_with('\r');
    if (ended)
        rest.remove_suffix(1);
    auto cells = m_cells.split(rest);
    if (cells.size() > m_columns.size() || cells.empty())
        return false;
    const bool full = cells.size() == m_columns.size();
    const std::size_t last = cells.size() - 1;
    const bool whole = full
                       && (ended || m_cells.lastIsQuoted()
                           || (m_rows > 0 && cells[last].size() >= std::max<std::size_t>(m_columns[last].longest, 1)));
    if (!whole)
        cells.pop_back();
    const auto rows = m_rows;
    const auto foreign = m_foreign;
    if (!cells.empty())
        takeRow(cells);
    m_rows = rows;
    m_foreign = foreign;
    return whole;
}

bool CsvSource::has(std::string_view name) const
{
    return std::any_of(m_columns.begin(), m_columns.end(), [&](const Column &column) { return column.name == name; });
}

std::string CsvSource::kind() const
{
    if (has("epoch") && has("step") && m_file.path().filename() == "metrics.csv")
        return "Lightning metrics.csv";
    if (has("train/box_loss") || has("lr/pg0"))
        return "ultralytics results.csv";
    if (has("epoch") && has("train_loss") && has("eval_loss"))
        return "timm summary.csv";
    return "CSV";
}

RunCurves CsvSource::collect()
{
    const auto mark = m_table.mark();
    const auto columns = m_columns;
    const bool whole = takeHalfRow();
    RunCurves run;
    run.kind = kind();
    run.files = {m_file.path()};
    std::size_t cut = 0;
    run.curves = m_table.curves(cut);
    run.warnings = m_table.warnings();
    if (m_numbered && !run.curves.empty())
        run.warnings.emplace_back("No column is named step, epoch, iteration or time: rows are counted instead.");
    addLogWarnings(run.warnings, {.cut = cut, .foreign = m_foreign, .half = !whole});
    m_table.rollBack(mark);
    m_columns = columns;
    return run;
}

}  // namespace

CurveSourcePtr csvSource(const fs::path &file) { return std::make_unique<CsvSource>(file); }

}  // namespace waypoint
