// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

enum class CurveAxis : std::uint8_t { Step, Epoch, Time };

/// "step", "epoch", "time": the names of the command line's `x`.
[[nodiscard]] std::string_view curveAxisName(CurveAxis axis);

/// What a curve measures, told from its name.
enum class CurveKind : std::uint8_t { Loss, Accuracy, LearningRate, Other };
[[nodiscard]] CurveKind curveKind(std::string_view name);

/// One quantity over a run. Points are in the order of the run; parts that a resumed run did over are cut.
struct Curve
{
    std::string name;                  ///< as the source calls it: "loss/train", "train/box_loss", "lr-Adam"
    CurveAxis axis = CurveAxis::Step;  ///< the source's own axis
    std::vector<double> x;             ///< on that axis; seconds since 1970 for Time
    std::vector<double> y;             ///< as many
    std::vector<double> step;          ///< as many where known, else empty: to draw the curve over another axis
    std::vector<double> epoch;
    std::vector<double> time;  ///< seconds since 1970

    /// The values on an axis; empty where the source does not tell them.
    [[nodiscard]] const std::vector<double> &on(CurveAxis wanted) const;
};

/// A checkpoint that lies beside the curves, to be marked on them.
struct CurveMark
{
    std::filesystem::path file;
    double step = std::numeric_limits<double>::quiet_NaN();  ///< NaN where not known
    double epoch = std::numeric_limits<double>::quiet_NaN();
};

/// All curves of one run or file.
struct RunCurves
{
    std::filesystem::path source;              ///< what was asked for
    std::string title;                         ///< short name for a legend: the run folder's or file's name
    std::string kind;                          ///< "Waypoint run", "TensorBoard events", "Lightning metrics.csv", ...
    std::vector<std::filesystem::path> files;  ///< those that were read: they are watched for growth
    std::vector<Curve> curves;
    std::vector<CurveMark> marks;
    std::vector<std::string> warnings;  ///< one sentence each: a truncated last record, a bad CRC, a cut overlap
};

using RunCurvesPtr = std::shared_ptr<const RunCurves>;

/// Reads the curves of anything that has them, told by content rather than name: metrics.jsonl or the run folder
/// around it, CSV with a step or epoch column, TensorBoard event files and folders of them, HF trainer_state.json,
/// detectron2 metrics.json, the curves inside a checkpoint, a folder of checkpoints (epoch -> scalars). A truncated
/// last record is passed over with a warning. Error where the path cannot be read or holds no curve (with what was
/// looked for).
Result<RunCurves> readCurves(const std::filesystem::path &path, const std::stop_token &stop = {});

/// The curves inside an open checkpoint: lists of numbers and known logs (mmengine's message_hub, ultralytics'
/// train_results, ...), at and below an entry. Empty where there are none.
[[nodiscard]] std::vector<Curve> curvesIn(const Checkpoint &checkpoint, EntryId below = kRootEntry,
                                          const std::stop_token &stop = {});

/// Whether a path looks like something readCurves() takes that is not a checkpoint, by its name and first bytes:
/// quick, for a folder listing.
[[nodiscard]] bool looksLikeLog(const std::filesystem::path &path);

/// Follows a source that grows: a call reads what was added since the last one where the format allows, all of it
/// otherwise. Not thread-safe; use from one thread at a time.
class CurveFollower
{
public:
    explicit CurveFollower(std::filesystem::path path);
    ~CurveFollower();
    CurveFollower(CurveFollower &&) noexcept;
    CurveFollower &operator=(CurveFollower &&) noexcept;

    /// Everything read so far, including what is new.
    Result<RunCurvesPtr> read(const std::stop_token &stop = {});

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace waypoint
