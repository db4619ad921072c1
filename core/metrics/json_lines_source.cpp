// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curve_marks.h"
#include "core/metrics/curve_source.h"
#include "core/metrics/curve_table.h"
#include "core/metrics/growing_file.h"
#include "core/metrics/json_row.h"
#include "core/metrics/log_fields.h"
#include "core/metrics/log_lines.h"
#include "core/metrics/openmmlab_rows.h"

#include <cmath>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

class JsonLinesSource final : public CurveSource
{
public:
    JsonLinesSource(const fs::path &file, fs::path run) : m_file(file), m_run(std::move(run)) {}

    Result<bool> update(const std::stop_token &stop) override;
    [[nodiscard]] RunCurves collect() override;
    [[nodiscard]] std::string lookedFor() const override
    {
        return "lines of JSON with a step, an epoch or an iteration and numbers";
    }

private:
    /// What is known of a key: its curve is looked up once, not per line.
    struct Column
    {
        std::string name;
        FieldUse use = FieldUse::Value;
        int rank = 0;
        std::size_t curve = CurveTable::kNoCurve;
    };

    void startAnew();
    void takeLine(std::string_view line);
    void takeRow();
    Column &column(std::size_t position, std::string_view name);
    [[nodiscard]] RecordPlace placeOfRow();
    [[nodiscard]] std::string kind() const;

    GrowingFile m_file;
    fs::path m_run;
    CurveTable m_table;
    JsonRow m_row;
    OpenMmlabRows m_openMmlab;
    std::vector<Column> m_columns;  ///< of the last line, by position
    std::vector<CurveMark> m_marks;
    std::size_t m_cut = 0;
    std::size_t m_foreign = 0;
    bool m_detectron = false;
};

void JsonLinesSource::startAnew()
{
    m_table.clear();
    m_columns.clear();
    m_openMmlab.clear();
    m_cut = 0;
    m_foreign = 0;
    m_detectron = false;
}

Result<bool> JsonLinesSource::update(const std::stop_token &stop)
{
    auto marks = m_run.empty() ? std::vector<CurveMark>() : checkpointsIn(m_run / "checkpoints");
    bool changed = marks.size() != m_marks.size();
    for (std::size_t i = 0; !changed && i < marks.size(); ++i)
        changed = marks[i].file != m_marks[i].file;
    m_marks = std::move(marks);
    const auto takeLines = [this](std::string_view text) {
        return eachLine(text, [this](std::string_view line) { takeLine(line); });
    };
    const auto grown = m_file.follow(
        stop, [this] { startAnew(); }, takeLines);
    if (!grown)
        return grown.error();
    return changed || *grown;
}

void JsonLinesSource::takeLine(std::string_view line)
{
    if (line.find_first_not_of(" \t\r") == std::string_view::npos)
        return;
    if (m_row.parse(line))
        takeRow();
    else
        ++m_foreign;
}

JsonLinesSource::Column &JsonLinesSource::column(std::size_t position, std::string_view name)
{
    if (position < m_columns.size() && m_columns[position].name == name)
        return m_columns[position];
    m_columns.resize(std::max(m_columns.size(), position + 1));
    m_columns[position] = {std::string(name), fieldUse(name), fieldRank(name), CurveTable::kNoCurve};
    return m_columns[position];
}

RecordPlace JsonLinesSource::placeOfRow()
{
    RecordPlace place;
    int stepRank = 1000;
    const auto &fields = m_row.fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const Column &each = column(i, fields[i].name);
        if (each.use == FieldUse::Value || !fields[i].isNumber)
            continue;
        const double number = fields[i].number;
        if (each.use == FieldUse::Step && each.rank < stepRank) {
            place.step = number;
            stepRank = each.rank;
        } else if (each.use == FieldUse::Epoch) {
            place.epoch = number;
        } else if (each.use == FieldUse::Time && isMoment(number)) {
            place.time = number;
        }
    }
    return place;
}

void JsonLinesSource::takeRow()
{
    if (const auto *resumed = m_row.find("resumed_from_step"); resumed && resumed->isNumber) {
        m_cut += m_table.cutBeyond(resumed->number);
        return;
    }
    const RecordPlace place = placeOfRow();
    if (std::isnan(place.step) && std::isnan(place.epoch))
        return;
    const auto meaning = m_openMmlab.meaningOf(m_row, place).value_or(OpenMmlabRows::Meaning{.place = place});
    const auto &fields = m_row.fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        Column &each = m_columns[i];
        const bool isPlace = each.use == FieldUse::Time ? isMoment(fields[i].number) : each.use != FieldUse::Value;
        if (isPlace || !fields[i].isNumber)
            continue;
        m_detectron = m_detectron || each.name == "eta_seconds";
        const bool prefixed =
            !meaning.prefix.empty() && !(meaning.sharedOnly && each.name.find('/') != std::string::npos);
        if (prefixed) {
            m_table.add(std::string(meaning.prefix) + each.name, meaning.place, fields[i].number);
            continue;
        }
        if (each.curve == CurveTable::kNoCurve)
            each.curve = m_table.curve(each.name);
        m_table.add(each.curve, meaning.place, fields[i].number);
    }
}

std::string JsonLinesSource::kind() const
{
    if (!m_run.empty())
        return "Waypoint run";
    if (m_openMmlab.seen())
        return "OpenMMLab log";
    return m_detectron ? "detectron2 metrics.json" : "JSON lines";
}

RunCurves JsonLinesSource::collect()
{
    // A last line without its end may still be whole: taken for this answer, and read again with what follows it.
    const auto mark = m_table.mark();
    const bool whole = !m_file.rest().empty() && m_row.parse(m_file.rest()) && !m_row.find("resumed_from_step");
    if (whole)
        takeRow();
    RunCurves run;
    run.kind = kind();
    run.files = {m_file.path()};
    std::size_t cut = m_cut;
    run.curves = m_table.curves(cut);
    run.marks = m_marks;
    placeMarks(run.marks, run.curves);
    run.warnings = m_table.warnings();
    addLogWarnings(run.warnings, {.cut = cut, .foreign = m_foreign, .half = !whole && !m_file.rest().empty()});
    m_table.rollBack(mark);
    return run;
}

}  // namespace

CurveSourcePtr jsonLinesSource(const fs::path &file, const fs::path &run)
{
    return std::make_unique<JsonLinesSource>(file, run);
}

}  // namespace waypoint
