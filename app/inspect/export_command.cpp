// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/export_command.h"

#include "app/inspect/export_report.h"
#include "app/inspect/stop_on_signal.h"
#include "app/inspect/text_layout.h"
#include "core/base/printable.h"
#include "core/checkpoint/reader.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

struct ExportArguments
{
    std::string in;
    std::string out;
    std::vector<std::string> sections;
    std::string device = "cpu";
    std::string dtype;
    std::string format;
    std::vector<std::string> stripPrefixes;
    std::string addPrefix;
    std::string match;
    std::string shardSize;
    bool weightsOnly = false;
    bool ema = false;
    bool keepViews = false;
    bool keepModules = false;
    bool dryRun = false;
    bool json = false;
};

void complain(const std::string &line) { std::fputs((line + '\n').c_str(), stderr); }

/// "2GB", "500 MB", "1.5GiB", "1000000": bytes, at least one; nothing for anything else.
std::optional<std::uint64_t> bytesOf(std::string_view text)
{
    double number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc())
        return std::nullopt;
    std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
    double factor = 0;
    for (const auto &[name, bytes] : {std::pair<std::string_view, double>{"", 1},
                                      {"B", 1},
                                      {"KB", 1e3},
                                      {"MB", 1e6},
                                      {"GB", 1e9},
                                      {"TB", 1e12},
                                      {"KiB", 0x1p10},
                                      {"MiB", 0x1p20},
                                      {"GiB", 0x1p30}})
        if (unit == name)
            factor = bytes;
    const double bytes = number * factor;
    constexpr double kMost = 0x1p62;
    if (!(bytes >= 1) || bytes > kMost)
        return std::nullopt;
    return static_cast<std::uint64_t>(bytes);
}

/// "cpu", "cuda:0": what torch.device takes. Tensors without bytes cannot be made here.
bool isDevice(std::string_view text)
{
    const std::size_t colon = text.find(':');
    const std::string_view kind = text.substr(0, colon);
    const std::string_view number = colon == std::string_view::npos ? "0" : text.substr(colon + 1);
    return !kind.empty() && kind.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos
           && !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos && kind != "meta";
}

Error wrong(std::string detail, std::string advice)
{
    return {ErrorCode::BadArgument, std::move(detail), {}, std::move(advice), {}};
}

Result<DType> dtypeOf(const std::string &name)
{
    const std::optional<DType> dtype = dtypeFromName(name);
    const bool isKnown = dtype
                         && (*dtype == DType::Float16 || *dtype == DType::BFloat16 || *dtype == DType::Float32
                             || *dtype == DType::Float64);
    if (!isKnown)
        return wrong(fmt::format("--dtype {}", printable(name)), "It can be float16, bfloat16, float32 or float64.");
    return *dtype;
}

/// What can be said without looking at the file.
Result<ExportOptions> optionsOf(const ExportArguments &arguments)
{
    ExportOptions options;
    options.match = arguments.match;
    options.weightsOnly = arguments.weightsOnly;
    options.useEma = arguments.ema;
    options.stripPrefixes = arguments.stripPrefixes;
    options.addPrefix = arguments.addPrefix;
    options.compact = !arguments.keepViews;
    options.keepModules = arguments.keepModules;
    options.device = arguments.device == "saved" ? std::string() : arguments.device;
    if (arguments.device != "saved" && !isDevice(arguments.device))
        return wrong(fmt::format("--device {}", printable(arguments.device)),
                     "It can be cpu, a device such as cuda:0, or saved for those in the file.");
    options.format = exportFormatOf(arguments.out);
    if (!arguments.format.empty()) {
        const auto format = exportFormatFromName(arguments.format);
        if (!format)
            return wrong(fmt::format("--format {}", printable(arguments.format)),
                         "It can be pth, pth-legacy, safetensors, npz, npy or libtorch.");
        options.format = *format;
    }
    if (!arguments.dtype.empty()) {
        const Result<DType> dtype = dtypeOf(arguments.dtype);
        if (!dtype)
            return dtype.error();
        options.dtype = *dtype;
    }
    if (!arguments.shardSize.empty()) {
        const auto bytes = bytesOf(arguments.shardSize);
        if (!bytes)
            return wrong(fmt::format("--shard-size {}", printable(arguments.shardSize)), "Write it as 2GB or 500MB.");
        options.shardBytes = *bytes;
    }
    return options;
}

Result<void> findSections(const Checkpoint &checkpoint, const std::vector<std::string> &paths, ExportOptions &options)
{
    for (const std::string &path : paths) {
        const EntryId entry = checkpoint.entries.find(path);
        if (entry == kNoEntry)
            return wrong(fmt::format("there is no '{}' in it", printable(path)),
                         "See the paths with waypoint-inspect tree; a / in a key is written %2F.");
        options.sections.push_back(entry);
    }
    return {};
}

/// `file`: the one it is about where the error itself does not say.
ExitStatus report(const std::string &file, Error error)
{
    const std::string named = std::exchange(error.file, {});
    reportUnreadable(named.empty() ? file : named, error);
    return error.code == ErrorCode::BadArgument ? ExitStatus::WrongArguments : ExitStatus::Unreadable;
}

/// Says before anything is written what a conversion would lose.
Result<std::optional<ConversionLoss>> lossOf(const ExportPlan &plan, const std::stop_token &stop)
{
    if (!plan.options.dtype)
        return std::optional<ConversionLoss>();
    const Result<ConversionLoss> loss = checkConversion(plan, stop);
    if (!loss)
        return loss.error();
    if (const std::string text = lossText(*loss, *plan.options.dtype); !text.empty())
        complain("waypoint-inspect: " + text);
    return std::optional(*loss);
}

ExitStatus runExport(const ExportArguments &arguments)
{
    const StopOnSignal stop;
    Result<ExportOptions> options = optionsOf(arguments);
    if (!options)
        return report("export", options.error());
    const Opened opened = openCheckpoint(arguments.in, {.limits = {}, .stop = stop.token()});
    if (!opened.checkpoint)
        return reportUnreadable(arguments.in, opened.error.value_or(Error{}));
    if (const Result<void> found = findSections(*opened.checkpoint, arguments.sections, *options); !found)
        return report(arguments.in, found.error());
    const Result<ExportPlanPtr> plan = planExport(opened.checkpoint, *options);
    if (!plan)
        return report(arguments.in, plan.error());
    const auto loss = lossOf(**plan, stop.token());
    if (!loss)
        return report(arguments.in, loss.error());
    ExportReport made{.plan = *plan, .target = arguments.out, .loss = *loss, .exported = {}};
    if (!arguments.dryRun) {
        const Result<Exported> exported = writeExport(**plan, arguments.out, stop.token());
        if (!exported)
            return report(arguments.out, exported.error());
        made.exported = *exported;
    }
    if (arguments.json)
        writeExportJson(made, writeOutput);
    else
        writeExportText(made, terminalWidth(), writeOutput);
    return ExitStatus::Done;
}

}  // namespace

void addExportCommand(CLI::App &app, ExitStatus &status)
{
    const auto arguments = std::make_shared<ExportArguments>();
    CLI::App *command = app.add_subcommand(
        "export", "Writes a checkpoint, or a part of it, as a new file: for the CPU, as weights, in another format");
    const auto several = [&](const char *name, std::vector<std::string> &into, const char *help) {
        return command->add_option(name, into, help)->allow_extra_args(false);
    };
    command->add_option("IN", arguments->in, "Checkpoint, or folder where a format is one")->required();
    command->add_option("-o,--output", arguments->out, "File to write; the index or a folder with --shard-size")
        ->required();
    several("--section", arguments->sections,
            "Only this part; it becomes the root of the new file. More than once: a "
            "dict of them")
        ->type_name("PATH");
    command->add_flag("--weights-only", arguments->weightsOnly, "Only the model's weights: no optimizer, no counters");
    command->add_flag("--ema", arguments->ema, "The average's weights in place of the model's, and nothing else");
    command->add_option("--match", arguments->match, "Only tensors whose path or last name matches, as in '*.weight'")
        ->type_name("GLOB");
    command->add_option("--device", arguments->device, "Device of all tensors: cpu unless given; saved: as in the file")
        ->type_name("DEVICE");
    command
        ->add_option("--dtype", arguments->dtype,
                     "Type of floating-point weights: float16, bfloat16, float32, "
                     "float64")
        ->type_name("DTYPE");
    command
        ->add_option("--format", arguments->format,
                     "pth, pth-legacy, safetensors, npz, npy, libtorch; else by the "
                     "name of OUT")
        ->type_name("FORMAT");
    several("--strip-prefix", arguments->stripPrefixes, "Take this off the names of weights, as in 'module.'")
        ->type_name("PREFIX");
    command->add_option("--add-prefix", arguments->addPrefix, "Put this before the names of weights")
        ->type_name("PREFIX");
    command->add_flag("--keep-views", arguments->keepViews, "Keep storages larger than what is seen of them");
    command->add_flag("--keep-modules", arguments->keepModules,
                      "Keep whole pickled modules; else their state_dict "
                      "takes their place");
    command->add_option("--shard-size", arguments->shardSize, "Several files of at most this size, and an index")
        ->type_name("SIZE");
    command->add_flag("--dry-run", arguments->dryRun, "Only tell what would be written");
    command->add_flag("--json", arguments->json, "Write one JSON document");
    command->callback([arguments, &status] { status = runExport(*arguments); });
}

}  // namespace waypoint
