// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/arguments.h"
#include "core/base/result.h"
#include "core/pickle/value.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// What a schedule knows and changes of one param group of an optimizer.
struct ScheduledGroup
{
    double lr = 0;                    ///< now
    std::optional<double> initialLr;  ///< group["initial_lr"]
    std::optional<double> momentum;   ///< group["momentum"], or betas[0]; cycled by OneCycleLR and CyclicLR
    std::map<std::string, double, std::less<>> extras;  ///< max_lr, min_lr, max_momentum, base_momentum, swa_lr

    bool operator==(const ScheduledGroup &) const = default;
};

/// A learning-rate schedule of torch.optim.lr_scheduler: rates past and future, and the state_dict Python loads.
/// Steps exactly as torch does (the same recursion where torch uses one), so rates equal torch's to the last bit
/// where the C library's cos and pow do.
class LrSchedule
{
public:
    virtual ~LrSchedule() = default;

    /// torch's class: "MultiStepLR".
    [[nodiscard]] virtual std::string_view className() const = 0;
    /// Steps done so far; what torch calls last_epoch.
    [[nodiscard]] virtual std::int64_t lastEpoch() const = 0;
    [[nodiscard]] virtual const std::vector<ScheduledGroup> &groups() const = 0;

    /// One scheduler.step(). `metric` drives ReduceLROnPlateau and is ignored by the rest; BadArgument where it is
    /// needed and missing, or where OneCycleLR is stepped past its total_steps.
    virtual Result<void> step(std::optional<double> metric = {}) = 0;

    /// Whether step() needs the monitored metric.
    [[nodiscard]] virtual bool needsMetric() const { return false; }

    /// Rates after k steps for k = 0 .. count-1, one per group; nothing where it cannot be known (lambdas, a plateau's
    /// past and future other than now).
    [[nodiscard]] virtual std::vector<std::optional<std::vector<double>>> rates(std::int64_t count) const = 0;

    /// Why rates are missing or uncertain, for people; empty where nothing is.
    [[nodiscard]] virtual std::string note() const { return {}; }

    /// Writes the state_dict that the class's load_state_dict takes (keys of PyTorch 2.x; keys of the state it was
    /// read from that are unknown are kept).
    virtual ValueId writeStateDict(ValueTree &into) const = 0;

    [[nodiscard]] virtual std::unique_ptr<LrSchedule> clone() const = 0;
};

using LrSchedulePtr = std::unique_ptr<LrSchedule>;

/// Reads the state_dict of a scheduler, together with the param_groups of its optimizer as saved beside it (their
/// initial_lr, max_lr, ... are needed by some classes; base_lrs stands in where there are none). The state is
/// authoritative: lastEpoch() is the file's. Unsupported, with the class and the reason, for what nobody could
/// continue; LambdaLR and MultiplicativeLR are read, keep the rate they have, and say so in note().
Result<LrSchedulePtr> readLrSchedule(Value stateDict, const std::vector<Value> &paramGroups);

/// Makes a new schedule. `name`: torch's class ("MultiStepLR") or its short form ("multistep", "step", "constant",
/// "linear", "exponential", "polynomial", "cosine", "cosinerestarts", "cyclic", "onecycle", "plateau", "none", "swa").
/// `arguments`: torch's names and defaults; a missing total (T_max, total_steps, total_iters of polynomial) becomes
/// `totalSteps`. `warmup=N` (ours): N steps of LinearLR before it, as SequentialLR. Groups start at their lr; their
/// momentum is needed where momentum is cycled. "none" gives a null pointer. BadArgument names what does not fit.
Result<LrSchedulePtr> makeLrSchedule(std::string_view name, const Arguments &arguments,
                                     const std::vector<ScheduledGroup> &groups, std::int64_t totalSteps);

/// Whether a schedule of this name is stepped after each optimizer step rather than each epoch by custom
/// (OneCycleLR, CyclicLR).
[[nodiscard]] bool stepsPerBatch(std::string_view name);

/// The ScheduledGroup of each dict of an optimizer's param_groups.
[[nodiscard]] std::vector<ScheduledGroup> scheduledGroups(const std::vector<Value> &paramGroups);

/// A group whose rate in the file is not what the schedule says.
struct RateMismatch
{
    std::size_t group = 0;
    double lr = 0;        ///< in param_groups
    double expected = 0;  ///< by the schedule

    bool operator==(const RateMismatch &) const = default;
};

/// Relative differences beyond 1e-6. Requires: `schedule` was read with these groups.
[[nodiscard]] std::vector<RateMismatch> rateMismatches(const LrSchedule &schedule,
                                                       const std::vector<Value> &paramGroups);

}  // namespace waypoint
