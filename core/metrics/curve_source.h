// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curves.h"

#include <filesystem>
#include <memory>
#include <stop_token>

namespace waypoint {

/// One place where curves come from: a file or folder of a known kind, read as far as it has been written. Used by one
/// thread at a time.
class CurveSource
{
public:
    virtual ~CurveSource() = default;

    /// Reads what is new since the last call. Whether collect() would give something else than before.
    virtual Result<bool> update(const std::stop_token &stop) = 0;
    /// Everything read so far: kind, files, curves, marks, warnings.
    [[nodiscard]] virtual RunCurves collect() = 0;
    /// What was looked for, for the message where there is no curve: "lines with a step and numbers".
    [[nodiscard]] virtual std::string lookedFor() const = 0;
};

using CurveSourcePtr = std::unique_ptr<CurveSource>;

/// The source for a path, told by its content. NotFound and its kin; Unsupported where nothing fits, with what was
/// looked for.
Result<CurveSourcePtr> findCurveSource(const std::filesystem::path &path, const std::stop_token &stop);

/// JSON objects, one a line: metrics.jsonl of a run, detectron2's metrics.json, mmengine's scalars.json, any other with
/// a step, an epoch or an iteration. `run`: the run folder it belongs to, whose checkpoints are marked; may be empty.
CurveSourcePtr jsonLinesSource(const std::filesystem::path &file, const std::filesystem::path &run = {});

/// A table with a header: Lightning's metrics.csv, ultralytics' results.csv, timm's summary.csv, Keras' CSVLogger, any
/// other with a column named step, epoch, iteration or time, or of nothing but numbers.
CurveSourcePtr csvSource(const std::filesystem::path &file);

/// TensorBoard's event files: one of them, or all below a folder, with sub-folders as prefixes of the names.
CurveSourcePtr eventSource(const std::filesystem::path &path);

/// One JSON document: HF's trainer_state.json, lists of records, lists of numbers by name.
CurveSourcePtr documentSource(const std::filesystem::path &file);

/// The curves in one checkpoint.
CurveSourcePtr checkpointSource(const std::filesystem::path &file);

/// What the checkpoints of a folder say of their moments. Only their pickles and headers are read.
CurveSourcePtr checkpointFolderSource(const std::filesystem::path &folder);

/// One of several logs: its curves' names get the prefix.
struct SourcePart
{
    std::string prefix;
    CurveSourcePtr source;
};

/// Several logs as one, with the checkpoints in `marked` marked; `notes` are warnings. Requires: there is a part.
CurveSourcePtr joinedSource(std::vector<SourcePart> parts, std::vector<std::filesystem::path> marked,
                            std::vector<std::string> notes);

}  // namespace waypoint
