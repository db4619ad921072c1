// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/curves_command.h"

#include "app/inspect/curves_text.h"
#include "app/inspect/json_output.h"
#include "core/metrics/curves.h"

#include <cmath>
#include <memory>
#include <string>

namespace waypoint {

namespace {

struct CurvesArguments
{
    std::string path;
    bool json = false;
};

std::string_view kindName(CurveKind kind)
{
    switch (kind) {
    case CurveKind::Loss:
        return "loss";
    case CurveKind::Accuracy:
        return "accuracy";
    case CurveKind::LearningRate:
        return "learning rate";
    case CurveKind::Other:
        return "other";
    }
    return "other";
}

/// A step is an integer in most logs, and reads better as one: 20 and not 20.0.
void writeNumber(double value, JsonWriter &json)
{
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (std::abs(value) < kExact && value == std::floor(value))
        json.integer(static_cast<std::int64_t>(value));
    else
        json.number(value);
}

void writeCurve(const Curve &curve, JsonWriter &json)
{
    json.beginObject();
    json.key("name");
    json.text(curve.name);
    json.key("x");
    json.text(curveAxisName(curve.axis));
    json.key("kind");
    json.text(kindName(curveKind(curve.name)));
    json.key("points");
    json.beginArray();
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
        json.beginArray();
        writeNumber(curve.x[i], json);
        json.number(curve.y[i]);
        json.endArray();
    }
    json.endArray();
    json.endObject();
}

void writeMark(const CurveMark &mark, JsonWriter &json)
{
    json.beginObject();
    json.key("file");
    json.text(mark.file.string());
    json.key("step");
    std::isnan(mark.step) ? json.null() : writeNumber(mark.step, json);
    json.key("epoch");
    std::isnan(mark.epoch) ? json.null() : writeNumber(mark.epoch, json);
    json.endObject();
}

void writeJson(const RunCurves &run)
{
    JsonWriter json(writeOutput);
    json.beginObject();
    json.key("source");
    json.text(run.source.string());
    json.key("kind");
    json.text(run.kind);
    json.key("curves");
    json.beginArray();
    for (const Curve &curve : run.curves)
        writeCurve(curve, json);
    json.endArray();
    json.key("checkpoints");
    json.beginArray();
    for (const CurveMark &mark : run.marks)
        writeMark(mark, json);
    json.endArray();
    json.key("warnings");
    json.texts(run.warnings);
    json.endObject();
    json.finish();
}

ExitStatus runCurves(const CurvesArguments &arguments)
{
    const auto run = readCurves(arguments.path);
    if (!run)
        return reportUnreadable(arguments.path, run.error());
    if (arguments.json)
        writeJson(*run);
    else
        writeCurvesText(*run, writeOutput);
    return ExitStatus::Done;
}

}  // namespace

void addCurvesCommand(CLI::App &app, ExitStatus &status)
{
    const auto arguments = std::make_shared<CurvesArguments>();
    CLI::App *curves = app.add_subcommand(
        "curves", "Shows the curves of a run folder, a log, a checkpoint or a folder of checkpoints");
    curves
        ->add_option("PATH", arguments->path,
                     "Run folder, metrics.jsonl, CSV, TensorBoard events, trainer_state.json, checkpoint or a folder")
        ->required();
    curves->add_flag("--json", arguments->json, "Write one JSON document");
    curves->callback([arguments, &status] { status = runCurves(*arguments); });
}

}  // namespace waypoint
