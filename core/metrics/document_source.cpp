// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/json_values.h"
#include "core/checkpoint/reader.h"
#include "core/metrics/checkpoint_curves.h"
#include "core/metrics/curve_marks.h"
#include "core/metrics/curve_source.h"
#include "core/metrics/source_stamp.h"
#include "core/metrics/growing_file.h"
#include "core/metrics/json_row.h"
#include "core/metrics/log_lines.h"

namespace waypoint {

namespace {

namespace fs = std::filesystem;

/// As values a JSON text takes some ten times its size.
constexpr std::uint64_t kLargestDocument = 128u << 20;

/// A file that is written anew as a whole: it is read again when it has changed.
class WholeFileSource : public CurveSource
{
public:
    explicit WholeFileSource(fs::path file) : m_file(std::move(file)) {}

    Result<bool> update(const std::stop_token &stop) final
    {
        const auto stamp = sourceStampOf(m_file);
        if (stamp && m_stamp == stamp)
            return false;
        auto run = read(stop);
        if (!run)
            return run.error();
        m_run = *std::move(run);
        m_run.files = {m_file};
        m_stamp = stamp;
        return true;
    }
    [[nodiscard]] RunCurves collect() final { return m_run; }

protected:
    virtual Result<RunCurves> read(const std::stop_token &stop) = 0;
    [[nodiscard]] const fs::path &file() const { return m_file; }

private:
    fs::path m_file;
    std::optional<SourceStamp> m_stamp;
    RunCurves m_run;
};

void setCurves(RunCurves &run, const CurveTable &table)
{
    LogLosses losses;
    run.curves = table.curves(losses.cut);
    run.warnings = table.warnings();
    addLogWarnings(run.warnings, losses);
}

/// JSON as if it were a checkpoint's content: the same records occur in both.
class DocumentSource final : public WholeFileSource
{
public:
    using WholeFileSource::WholeFileSource;

    [[nodiscard]] std::string lookedFor() const override
    {
        return "log_history of the Hugging Face Trainer, a list of records or lists of numbers";
    }

protected:
    Result<RunCurves> read(const std::stop_token &stop) override
    {
        const auto file = openFile(WholeFileSource::file());
        if (!file)
            return file.error();
        if ((*file)->size().value > kLargestDocument)
            return Error{.code = ErrorCode::TooLarge, .detail = "a JSON document of more than 128 MiB"};
        const auto text = readText(**file, 0, kLargestDocument);
        if (!text)
            return text.error();
        Checkpoint document;
        const auto json = readJson(quotedInfinities(*text), document.values);
        if (!json) {
            auto error = json.error();
            error.advice = "If somebody is writing it, try again; else copy or download it again.";
            return error;
        }
        document.root = json->root;
        document.entries = EntryTree(document.values, json->root, Limits{});
        RunCurves run;
        run.kind = document.entries.child(kRootEntry, "log_history") != kNoEntry ? "HF trainer_state.json" : "JSON";
        setCurves(run, curveTableOf(document, stop));
        if (stop.stop_requested())
            return Error{.code = ErrorCode::Cancelled};
        return run;
    }
};

class CheckpointSource final : public WholeFileSource
{
public:
    using WholeFileSource::WholeFileSource;

    [[nodiscard]] std::string lookedFor() const override
    {
        return "lists of losses or metrics, a history, log_scalars, train_results and log_history in the checkpoint";
    }

protected:
    Result<RunCurves> read(const std::stop_token &stop) override
    {
        const Opened opened = openCheckpoint(file(), {.limits = {}, .stop = stop});
        if (!opened.checkpoint)
            return opened.error.value_or(Error{});
        RunCurves run;
        run.kind = "checkpoint";
        setCurves(run, curveTableOf(*opened.checkpoint, stop));
        if (stop.stop_requested())
            return Error{.code = ErrorCode::Cancelled};
        return run;
    }
};

}  // namespace

CurveSourcePtr documentSource(const fs::path &file) { return std::make_unique<DocumentSource>(file); }
CurveSourcePtr checkpointSource(const fs::path &file) { return std::make_unique<CheckpointSource>(file); }

}  // namespace waypoint
