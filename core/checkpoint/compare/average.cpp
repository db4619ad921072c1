// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/average.h"

#include "core/base/printable.h"
#include "core/checkpoint/compare/average_rows.h"
#include "core/checkpoint/compare/average_tree.h"
#include "core/checkpoint/export/export_inputs.h"
#include "core/checkpoint/torch_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <system_error>
#include <utility>

namespace waypoint {

namespace {

Error badArgument(std::string detail, std::string advice = {})
{
    return {ErrorCode::BadArgument, std::move(detail), {}, std::move(advice), {}};
}

/// So that they sum to 1.
Result<std::vector<double>> normalized(std::vector<double> weights, std::size_t files)
{
    if (weights.empty())
        weights.assign(files, 1);
    if (weights.size() != files)
        return badArgument(fmt::format("{} {} for {} files", weights.size(),
                                       weights.size() == 1 ? "weight is given" : "weights are given", files),
                           "Give each file one, in the order of the files.");
    const bool areFine =
        std::all_of(weights.begin(), weights.end(), [](double weight) { return std::isfinite(weight) && weight >= 0; });
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (!areFine || !std::isfinite(sum))
        return badArgument("a weight is negative or no finite number");
    if (sum == 0)
        return badArgument("all weights are 0");
    for (double &weight : weights)
        weight /= sum;
    return weights;
}

std::string sentenceAbout(const std::vector<std::string> &names, std::string_view one, std::string_view many)
{
    const std::string others =
        names.size() > 1 ? fmt::format(" and {} more", groupedDigits(names.size() - 1)) : std::string();
    return fmt::format("{}{} {}", printable(names.front()), others, names.size() == 1 ? one : many);
}

bool isRunningStatistic(std::string_view name)
{
    return name.ends_with("running_mean") || name.ends_with("running_var");
}

std::vector<std::string> notesOn(const EpochSeries &series, const std::vector<AverageRow> &rows)
{
    std::vector<std::string> kept;
    std::vector<std::string> statistics;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string &name = series.tensors[row].name;
        if (!rows[row].mean)
            kept.push_back(name);
        else if (isRunningStatistic(name))
            statistics.push_back(name);
    }
    std::vector<std::string> notes;
    if (!kept.empty())
        notes.push_back(sentenceAbout(kept, "holds no floating-point numbers and is the last file's.",
                                      "hold no floating-point numbers and are the last file's."));
    if (!statistics.empty())
        notes.push_back(sentenceAbout(statistics, "is averaged as well", "are averaged as well")
                        + "; torch.optim.swa_utils.update_bn() computes BatchNorm's statistics anew for the mean.");
    return notes;
}

bool isInput(const EpochAverage &average, const std::filesystem::path &path)
{
    std::error_code ignored;
    for (const std::filesystem::path &spared : average.spared)
        if (std::filesystem::equivalent(spared, path, ignored))
            return true;
    return std::any_of(average.series->files.begin(), average.series->files.end(),
                       [&](const EpochFile &file) { return !checkNotInput(*file.checkpoint, {path}); });
}

}  // namespace

Result<EpochAverage> averageOf(EpochSeriesPtr series, std::vector<double> weights)
{
    Result<std::vector<double>> fractions = normalized(std::move(weights), series->files.size());
    if (!fractions)
        return fractions.error();
    const Result<std::vector<AverageRow>> rows = averageRows(*series);
    if (!rows)
        return rows.error();
    if (std::none_of(rows->begin(), rows->end(), [](const AverageRow &row) { return row.mean.has_value(); }))
        return badArgument("there is no floating-point tensor to average");
    EpochAverage average;
    average.notes = notesOn(*series, *rows);
    average.series = std::move(series);
    average.weights = *std::move(fractions);
    return average;
}

Result<void> writeAverage(const EpochAverage &average, const std::filesystem::path &path, const std::stop_token &stop,
                          Progress *progress)
{
    if (isInput(average, path))
        return Error{ErrorCode::BadArgument,
                     "it is one of the files that are averaged",
                     {},
                     "Choose another name for the mean.",
                     path.string()};
    const Result<AverageTree> tree = averageTree(average, stop, progress);
    if (!tree)
        return tree.error();
    Result<void> written = writeTorchFile(path, tree->values, tree->root, {.device = "cpu"}, stop);
    if (written)
        return written;
    Error error = written.error();
    if (error.file.empty())
        error.file = path.string();
    return error;
}

}  // namespace waypoint
