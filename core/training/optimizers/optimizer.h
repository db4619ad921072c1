// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/arguments.h"
#include "core/base/result.h"
#include "core/pickle/value.h"
#include "core/training/optimizers/group_settings.h"
#include "core/training/tensors/snapshot.h"
#include "core/training/torch_headers.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Parameters that share settings. Names are for messages and checkpoints.
struct ParameterGroup
{
    std::vector<std::string> names;
    std::vector<at::Tensor> parameters;
    bool decay = true;  ///< false: weight_decay is 0 here (biases and norms under --no-decay)
};

/// What was taken over from a saved optimizer.
struct OptimizerReport
{
    std::size_t parameters = 0;      ///< the optimizer's
    std::size_t restored = 0;        ///< those whose state was in the file
    double steps = 0;                ///< completed steps the state speaks of; 0 where it does not
    std::vector<std::string> notes;  ///< sentences: "state of fc.bias is missing and starts fresh"
};

struct OptimizerDefinition;

/// What an optimizer remembers of one parameter.
struct ParameterState
{
    std::vector<at::Tensor>
        tensors;  ///< by OptimizerDefinition::state; undefined where not needed; empty before the first step
    std::vector<Setting> kept;  ///< keys of a loaded file that Waypoint does not know
};

/// An optimizer of torch.optim, with the arithmetic of Python's single-tensor implementation, so that a run goes on the
/// same in either language, and with a state_dict in Python's keys.
class Optimizer
{
public:
    virtual ~Optimizer() = default;
    Optimizer(const Optimizer &) = delete;
    Optimizer &operator=(const Optimizer &) = delete;

    /// torch.optim's class: "AdamW".
    [[nodiscard]] std::string_view className() const;

    /// Forgets gradients (sets them to none, Python's default since 2.0).
    void zeroGrad();
    /// One step with the gradients there are. Parameters without one are passed over. Throws what LibTorch throws.
    /// Requires: !needsClosure().
    virtual void step() = 0;
    /// LBFGS evaluates the loss itself, several times a step: `closure` clears gradients, runs forward and backward,
    /// returns the loss.
    [[nodiscard]] virtual bool needsClosure() const { return false; }
    using Closure = std::function<double()>;
    /// Returns the loss before the step. Where !needsClosure(): the closure once, then step().
    virtual double step(const Closure &closure);

    [[nodiscard]] std::size_t groupCount() const;
    [[nodiscard]] const ParameterGroup &group(std::size_t i) const;
    [[nodiscard]] double lr(std::size_t group) const;
    void setLr(std::size_t group, double lr);
    /// group["momentum"] or betas[0]; nothing where the class has neither.
    [[nodiscard]] std::optional<double> momentum(std::size_t group) const;
    void setMomentum(std::size_t group, double momentum);
    /// Further numbers a scheduler keeps in the group: initial_lr, max_lr, ... They are saved with it.
    void setExtra(std::size_t group, const std::string &key, double value);
    /// All settings of a group, lr and extras included; and one of them changed.
    [[nodiscard]] const GroupSettings &settings(std::size_t group) const;
    void change(std::size_t group, const Setting &setting);

    /// Bytes of what it remembers once each parameter has been stepped; for LBFGS, with a full history.
    [[nodiscard]] std::uint64_t stateBytes() const;

    /// {"state": {0: {...}}, "param_groups": [...]}: loads in Python (all keys of PyTorch 2.x that matter,
    /// foreach/fused as None), keys it was loaded with and does not know are kept.
    [[nodiscard]] ValueId writeStateDict(Snapshot &into) const;

    /// Takes over a saved state (any form core/checkpoint/optimizer_view.h knows whose parameters can be matched): by
    /// `names` (the saved optimizer's parameter names in the order of its groups, from Section::parameters brought into
    /// that order) where they are known, else by order and shape. Group settings of the file hold, lr included. Refused
    /// (BadArgument, with the reason) where the class is another, the number of groups or parameters differs, or a
    /// shape does not fit.
    Result<OptimizerReport> loadStateDict(Value stateDict, const std::vector<std::string> &names);

protected:
    struct Group
    {
        ParameterGroup content;
        GroupSettings settings;
        std::vector<ParameterState> states;   ///< one per parameter
        std::vector<std::string> savedNames;  ///< param_names of a loaded file; written back
    };
    struct Loaded;
    friend class StateDictReader;

    Optimizer(const OptimizerDefinition &definition, std::vector<ParameterGroup> groups, const GroupSettings &settings);

    /// {0: {...}, 1: {...}}: the state of the parameters that have one, numbered through all groups.
    [[nodiscard]] virtual ValueId writeState(Snapshot &into) const;
    /// Takes over what is no state of single parameters, after all else was found to fit.
    virtual Result<void> takeExtraState(Value) { return {}; }
    /// A value of a loaded file that is passed on.
    [[nodiscard]] ValueId writeKept(Snapshot &into, const SettingValue &value) const;

    const OptimizerDefinition &m_definition;
    std::vector<Group> m_groups;
    ValueTree m_kept;  ///< values of a loaded file that are passed on
};

using OptimizerPtr = std::unique_ptr<Optimizer>;

/// `name`: "sgd", "adam", "adamw", "rmsprop", "adagrad", "lbfgs", "adadelta", "adamax", "nadam", "radam", or torch's
/// class. `lr` 0: PyTorch's default of the class. `arguments`: PyTorch's names ("momentum", "nesterov", "betas",
/// "weight_decay", "amsgrad", "centered", ...). BadArgument names what does not fit and what there is.
Result<OptimizerPtr> makeOptimizer(std::string_view name, std::vector<ParameterGroup> groups, double lr,
                                   const Arguments &arguments);

/// torch's class for a name of the command line ("adamw" -> "AdamW"); empty where there is none.
[[nodiscard]] std::string_view optimizerClassName(std::string_view name);
/// Command-line names of all optimizers.
[[nodiscard]] std::vector<std::string_view> optimizerNames();

/// "Adam or AdamW", "Adamax or RAdam": classes that write the same keys at some time of their lives.
[[nodiscard]] bool mayBeEither(std::string_view a, std::string_view b);

/// A param_group of a saved optimizer.
struct SavedGroup
{
    std::vector<std::string> ids;    ///< its parameters as the file calls them: "0", "fc.weight"
    std::vector<std::string> names;  ///< their names where the file says them; else empty
    double lr = 0;
    Arguments arguments;  ///< all settings that makeOptimizer knows
};

/// What a saved optimizer was made with. To continue it, makeOptimizer() with as many groups of as many parameters,
/// then loadStateDict(), which gives every group its own settings back; lr and arguments are those of the first group.
struct SavedOptimizer
{
    std::string className;
    bool certain = true;
    std::string note;  ///< why it is not certain
    double lr = 0;
    Arguments arguments;
    std::vector<SavedGroup> groups;
};
/// `label`: the key it was found under. BadArgument where it is no optimizer's state, of a form that does not load, or
/// of a class that Waypoint does not train with.
Result<SavedOptimizer> savedOptimizer(Value stateDict, std::string_view label);

}  // namespace waypoint
