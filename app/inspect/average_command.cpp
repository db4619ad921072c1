// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/average_command.h"

#include "app/inspect/stop_on_signal.h"
#include "app/inspect/text_layout.h"
#include "core/base/printable.h"
#include "core/checkpoint/compare/average.h"
#include "core/metrics/epoch_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

struct AverageArguments
{
    std::vector<std::string> paths;
    std::string out;
    std::vector<double> weights;
    std::string section;
};

/// What went into the file.
struct Averaged
{
    EpochFiles files;
    EpochAverage average;
};

Result<Averaged> average(const AverageArguments &arguments)
{
    const StopOnSignal stop;
    EpochChoice choice;
    choice.section = arguments.section;
    choice.most = 0;
    choice.asNamed = true;
    Result<EpochFiles> files = epochFilesIn({arguments.paths.begin(), arguments.paths.end()}, choice, stop.token());
    if (!files)
        return files.error();
    if (!files->unreadable.empty())
        return files->unreadable.front().second;
    Result<EpochSeriesPtr> series = lineUpEpochs(files->files());
    if (!series)
        return series.error();
    Result<EpochAverage> planned = averageOf(*std::move(series), arguments.weights);
    if (!planned)
        return planned.error();
    planned->spared = files->others;
    if (Result<void> written = writeAverage(*planned, arguments.out, stop.token()); !written)
        return written.error();
    return Averaged{*std::move(files), *std::move(planned)};
}

void tell(const AverageArguments &arguments, const Averaged &done)
{
    constexpr std::size_t kMostLines = 20;
    std::error_code problem;
    const auto bytes = std::filesystem::file_size(arguments.out, problem);
    const std::vector<EpochEntry> &entries = done.files.entries;
    writeOutput(fmt::format("{}: the mean of {} checkpoints, {} {}, {}\n", printable(arguments.out, 1000),
                            groupedDigits(entries.size()), groupedDigits(done.average.series->tensors.size()),
                            done.average.series->tensors.size() == 1 ? "tensor" : "tensors",
                            bytesText({problem ? 0 : bytes})));
    for (std::size_t i = 0; i < std::min(entries.size(), kMostLines); ++i) {
        const std::filesystem::path &path = entries[i].file.checkpoint->path;
        const bool tellsMore = entries[i].file.label.find(path.filename().string()) == std::string::npos;
        writeOutput(fmt::format("  {:.4g} x {}{}\n", done.average.weights[i], printable(path.string(), 1000),
                                tellsMore ? " (" + entries[i].file.label + ')' : std::string()));
    }
    if (entries.size() > kMostLines)
        writeOutput(fmt::format("  and {} more\n", groupedDigits(entries.size() - kMostLines)));
    for (const auto *notes : {&done.files.notes, &done.average.notes})
        for (const std::string &note : *notes)
            writeOutput("Note: " + printable(note, 1000) + '\n');
}

ExitStatus runAverage(const AverageArguments &arguments)
{
    const Result<Averaged> done = average(arguments);
    if (!done) {
        Error error = done.error();
        const std::string about = std::exchange(error.file, {});
        reportUnreadable(about.empty() ? arguments.out : about, error);
        return error.code == ErrorCode::BadArgument ? ExitStatus::WrongArguments : ExitStatus::Unreadable;
    }
    tell(arguments, *done);
    return ExitStatus::Done;
}

}  // namespace

void addAverageCommand(CLI::App &app, ExitStatus &status)
{
    const auto arguments = std::make_shared<AverageArguments>();
    CLI::App *average = app.add_subcommand("average", "Writes the mean of the weights of several checkpoints");
    average
        ->add_option("PATH", arguments->paths,
                     "Checkpoints in the order of the weights, or folders that hold them; counters are the last one's")
        ->required();
    average->add_option("-o,--output", arguments->out, "File to write: a state_dict for torch.load")
        ->required()
        ->type_name("OUT");
    average->add_option("--weights", arguments->weights, "How much each file counts, as in 1,1,2; else all alike")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("W,W,...");
    average->add_option("--section", arguments->section, "Part to average, as in 'ema'; else the model")
        ->type_name("PATH");
    average->callback([arguments, &status] { status = runAverage(*arguments); });
}

}  // namespace waypoint
