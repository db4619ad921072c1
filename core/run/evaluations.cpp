// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/evaluations.h"

#include "core/io/sha256.h"
#include "core/io/write_error.h"
#include "core/metrics/evaluation_source.h"
#include "core/metrics/json_text.h"
#include "core/metrics/log_lines.h"
#include "core/metrics/metrics_log.h"
#include "core/run/answer_fields.h"
#include "core/run/run_folder.h"
#include "core/run/surroundings.h"

#include <fmt/format.h>

#include <span>
#include <system_error>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

/// The folder a file lies in, however it is written.
fs::path folderOf(const fs::path &file)
{
    std::error_code problem;
    const auto absolute = fs::absolute(file, problem).lexically_normal();
    const auto folder = (problem ? file : absolute).parent_path();
    auto whole = fs::weakly_canonical(folder, problem);
    return problem ? folder : whole;
}

std::string lineText(const EvaluationLine &line)
{
    std::string text = "{";
    const auto add = [&text](std::string_view key, const std::string &json) {
        text += fmt::format("{}{}:{}", text.size() > 1 ? "," : "", jsonString(key), json);
    };
    if (line.step)
        add("step", fmt::format("{}", *line.step));
    if (line.epoch)
        add("epoch", fmt::format("{}", *line.epoch));
    add("time", jsonNumber(line.time));
    add("loss/eval", jsonNumber(line.loss));
    if (line.accuracy)
        add("accuracy/eval", jsonNumber(*line.accuracy));
    add("checkpoint", jsonString(line.checkpoint));
    add("modified", fmt::format("{}", line.modified));
    add("data", jsonString(line.data));
    add("part", jsonString(line.part));
    add("samples", fmt::format("{}", line.samples));
    return text + "}";
}

std::optional<EvaluationLine> lineOf(std::string_view text)
{
    const auto json = parseJson(text);
    if (!json)
        return std::nullopt;
    std::optional<Error> error;
    AnswerFields fields(*json, "evaluation", error);
    EvaluationLine line;
    fields.may("step", line.step);
    fields.may("epoch", line.epoch);
    fields.may("time", line.time);
    fields.need("loss/eval", line.loss);
    fields.may("accuracy/eval", line.accuracy);
    fields.need("checkpoint", line.checkpoint);
    fields.may("modified", line.modified);
    fields.need("data", line.data);
    fields.may("part", line.part);
    fields.may("samples", line.samples);
    return error ? std::nullopt : std::optional(std::move(line));
}

}  // namespace

fs::path evaluationsFile(const fs::path &checkpoint, const fs::path &elsewhere)
{
    if (const auto run = runFolderOf(checkpoint))
        return *run / kEvaluationsName;
    // Two folders may have one name; the path in full may hold what no file name can.
    const auto folder = folderOf(checkpoint);
    const std::string path = folder.string();
    Sha256 hash;
    hash.update(std::as_bytes(std::span(path)));
    return elsewhere
           / fmt::format("{}-{}.jsonl", folder.filename().string().substr(0, 100), hash.hexDigest().substr(0, 12));
}

Result<void> appendEvaluation(const fs::path &file, const EvaluationLine &line)
{
    std::error_code problem;
    fs::create_directories(file.parent_path(), problem);
    if (problem)
        return writeError(problem.value(), file.parent_path());
    auto log = MetricsLog::open(file);
    if (!log)
        return log.error();
    return log->appendText(lineText(line));
}

Result<std::vector<EvaluationLine>> readEvaluations(const fs::path &file)
{
    auto text = readText(file);
    if (!text && text.error().code == ErrorCode::NotFound)
        return std::vector<EvaluationLine>();
    if (!text)
        return text.error();
    if (!text->ends_with('\n'))
        *text += '\n';
    std::vector<EvaluationLine> lines;
    eachLine(*text, [&lines](std::string_view each) {
        if (auto line = lineOf(each))
            lines.push_back(*std::move(line));
    });
    return lines;
}

}  // namespace waypoint
