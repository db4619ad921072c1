// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/evaluation_source.h"

#include "core/metrics/curve_table.h"
#include "core/metrics/growing_file.h"
#include "core/metrics/json_row.h"
#include "core/metrics/log_lines.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

/// What one line says.
struct Measured
{
    RecordPlace place;
    std::string data;
    std::vector<std::pair<std::string, double>> values;  ///< "loss/eval"
};

class EvaluationSource final : public CurveSource
{
public:
    explicit EvaluationSource(const fs::path &file) : m_file(file) {}

    Result<bool> update(const std::stop_token &stop) override;
    [[nodiscard]] RunCurves collect() override;
    [[nodiscard]] std::string lookedFor() const override { return "what was measured of checkpoints of some epoch"; }

private:
    void takeLine(std::string_view line);
    [[nodiscard]] std::vector<const Measured *> counting() const;

    GrowingFile m_file;
    JsonRow m_row;
    std::vector<Measured> m_lines;
    std::size_t m_foreign = 0;
};

Result<bool> EvaluationSource::update(const std::stop_token &stop)
{
    const auto startAnew = [this] {
        m_lines.clear();
        m_foreign = 0;
    };
    return m_file.follow(stop, startAnew, [this](std::string_view text) {
        return eachLine(text, [this](std::string_view line) { takeLine(line); });
    });
}

void EvaluationSource::takeLine(std::string_view line)
{
    if (line.empty())
        return;
    const bool whole = m_row.parse(line);
    const auto *checkpoint = whole ? m_row.find("checkpoint") : nullptr;
    const auto *data = whole ? m_row.find("data") : nullptr;
    if (!checkpoint || !data || data->isNumber) {
        ++m_foreign;
        return;
    }
    Measured measured;
    measured.data = data->word;
    for (const JsonRow::Field &field : m_row.fields()) {
        if (field.isNumber && field.name == "step")
            measured.place.step = field.number;
        else if (field.isNumber && field.name == "epoch")
            measured.place.epoch = field.number;
        else if (field.isNumber && field.name.ends_with("/eval"))
            measured.values.emplace_back(field.name, field.number);
    }
    m_lines.push_back(std::move(measured));
}

/// The last one of each moment and data, in the order of the run. `time` is left out: it tells when it was measured.
std::vector<const Measured *> EvaluationSource::counting() const
{
    const bool steps =
        std::all_of(m_lines.begin(), m_lines.end(), [](const Measured &each) { return !std::isnan(each.place.step); });
    std::map<std::pair<double, std::string>, const Measured *> newest;
    for (const Measured &each : m_lines)
        if (const double at = steps ? each.place.step : each.place.epoch; !std::isnan(at))
            newest.insert_or_assign({at, each.data}, &each);
    std::vector<const Measured *> order;
    for (const auto &[key, measured] : newest)
        order.push_back(measured);
    return order;
}

RunCurves EvaluationSource::collect()
{
    std::set<std::string_view> specs;
    for (const Measured &each : m_lines)
        specs.insert(each.data);
    CurveTable table;
    for (const Measured *each : counting())
        for (const auto &[name, value] : each->values)
            table.add(specs.size() > 1 ? name + " (" + each->data + ")" : name, each->place, value);
    RunCurves run;
    run.kind = "evaluations of checkpoints";
    run.files = {m_file.path()};
    std::size_t cut = 0;
    run.curves = table.curves(cut);
    run.warnings = table.warnings();
    addLogWarnings(run.warnings, {.cut = 0, .foreign = m_foreign, .half = !m_file.rest().empty()});
    return run;
}

class WithEvaluations final : public CurveSource
{
public:
    WithEvaluations(CurveSourcePtr source, fs::path file) : m_source(std::move(source)), m_file(std::move(file)) {}

    Result<bool> update(const std::stop_token &stop) override
    {
        const auto news = m_source->update(stop);
        if (!news)
            return news;
        const bool had = m_evaluations != nullptr;
        if (!had)
            m_evaluations = evaluationSource(m_file);
        const auto measured = m_evaluations->update(stop);
        if (!measured && measured.error().code == ErrorCode::Cancelled)
            return measured;
        if (measured)
            return *news || *measured;
        m_evaluations.reset();  // it is not there, or gone
        return *news || had;
    }

    [[nodiscard]] RunCurves collect() override
    {
        RunCurves run = m_source->collect();
        if (!m_evaluations)
            return run;
        RunCurves measured = m_evaluations->collect();
        std::move(measured.curves.begin(), measured.curves.end(), std::back_inserter(run.curves));
        std::move(measured.files.begin(), measured.files.end(), std::back_inserter(run.files));
        std::move(measured.warnings.begin(), measured.warnings.end(), std::back_inserter(run.warnings));
        return run;
    }

    [[nodiscard]] std::string lookedFor() const override { return m_source->lookedFor(); }

private:
    CurveSourcePtr m_source;
    CurveSourcePtr m_evaluations;  ///< null where there is no file
    fs::path m_file;
};

}  // namespace

CurveSourcePtr evaluationSource(const fs::path &file) { return std::make_unique<EvaluationSource>(file); }

CurveSourcePtr withEvaluations(CurveSourcePtr source, const fs::path &file)
{
    return std::make_unique<WithEvaluations>(std::move(source), file);
}

}  // namespace waypoint
